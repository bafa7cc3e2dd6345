import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentJson, marshal } from './json.ts';
import { displayablePorts } from './ports.ts';
import { tabulate } from './tabwriter.ts';
import { packTar, unpackTar, type TarEntry } from './tar.ts';
import { displayWidth, ellipsis } from './text.ts';
import { bytesSize, fromHumanSize, humanDuration, humanSize, ramInBytes } from './units.ts';

describe('tabulate', () => {
  const cell = fc.stringMatching(/^[a-z ]{0,12}[a-z]$/);

  it('starts each column at one place in all lines and keeps the cells', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 5 })
          .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: 1 })),
        (table) => {
          const lines = tabulate(table.map((row) => row.join('\t')).join('\n')).split('\n');
          expect(lines).toHaveLength(table.length);
          let at = 0;
          for (let column = 0; column < (table[0]?.length ?? 0); column++) {
            const widest = Math.max(...table.map((row) => row[column]?.length ?? 0));
            for (const [i, line] of lines.entries()) {
              expect(line.startsWith(table[i]?.[column] ?? '', at)).toBe(true);
            }
            at += Math.max(10, widest + 3);
          }
        },
      ),
    );
  });

  it('leaves a column that only some lines have to these lines', () => {
    expect(tabulate('a\tb\nlonger than ten\tc\nplain\nd\te\n')).toBe(
      'a                 b\nlonger than ten   c\nplain\nd         e\n',
    );
  });
});

describe('tar', () => {
  const name = fc
    .array(fc.stringMatching(/^[a-zä][a-z0-9._-]{0,40}$/), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('/'));
  const common = {
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 65_534 }),
    gid: fc.integer({ min: 0, max: 65_534 }),
    mtime: fc.integer({ min: 0, max: 2 ** 31 }).map((seconds) => seconds * 1000),
  };
  const entry: fc.Arbitrary<TarEntry> = fc.oneof(
    fc.record({ ...common, name, type: fc.constant('file' as const), data: fc.uint8Array({ maxLength: 1500 }) }),
    fc.record({ ...common, name: name.map((text) => `${text}/`), type: fc.constant('dir' as const) }),
    fc.record({ ...common, name, type: fc.constantFrom('symlink' as const, 'link' as const), linkname: name }),
  );

  it('reads back what was packed', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const archive = packTar(entries);
        expect(archive.length % 512).toBe(0);
        expect(unpackTar(archive)).toEqual(entries);
      }),
    );
  });

  it('refuses what is no archive', () => {
    expect(() => unpackTar(new Uint8Array(1024).fill(65))).toThrow('archive/tar: invalid tar header');
  });
});

describe('units', () => {
  it('reads back a size within what was rounded away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => {
        expect(Math.abs(fromHumanSize(humanSize(bytes)) - bytes)).toBeLessThanOrEqual(bytes / 1000 + 1);
        expect(Math.abs(ramInBytes(bytesSize(bytes)) - bytes)).toBeLessThanOrEqual(bytes / 1000 + 1);
      }),
    );
  });

  it('never shows more than four digits of a size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => {
        expect(humanSize(bytes)).toMatch(/^\d{1,3}(\.\d{1,3})?[kMGTP]?B$/);
        expect(humanSize(bytes, 3)).toMatch(/^(\d{1,3}(\.\d{1,2})?|1e\+03)[kMGTP]?B$/);
      }),
    );
  });

  it('words durations', () => {
    const minute = 60_000;
    const words = [0, 1000, 59_999, minute, 2 * minute, 60 * minute, 47 * 60 * minute, 48 * 60 * minute].map(
      humanDuration,
    );
    expect(words).toEqual([
      'Less than a second',
      '1 second',
      '59 seconds',
      'About a minute',
      '2 minutes',
      'About an hour',
      '47 hours',
      '2 days',
    ]);
  });
});

describe('text', () => {
  it('cuts to the width asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const cut = ellipsis(text, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(Math.max(width, 0));
        if (displayWidth(text) <= width) expect(cut).toBe(text);
      }),
    );
  });

  it('joins neighbouring ports into ranges', () => {
    const port = (n: number): { PrivatePort: number; PublicPort: number; IP: string; Type: string } => ({
      PrivatePort: n,
      PublicPort: n,
      IP: '0.0.0.0',
      Type: 'tcp',
    });
    expect(displayablePorts([port(80), port(81), port(82)])).toBe('0.0.0.0:80-82->80-82/tcp');
    expect(displayablePorts([{ PrivatePort: 6379, Type: 'tcp' }])).toBe('6379/tcp');
  });
});

describe('json', () => {
  it('writes and indents what parses back to the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(marshal(plain))).toEqual(plain);
        expect(JSON.parse(indentJson(JSON.stringify(plain), '    '))).toEqual(plain);
      }),
    );
  });

  it('escapes what Go escapes', () => {
    expect(marshal({ a: '<&>' })).toBe('{"a":"\\u003c\\u0026\\u003e"}');
  });
});
