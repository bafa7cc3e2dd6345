/** The tools against recordings of the real ones, and against properties that hold whatever the input. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sys } from '../kernel/abi.ts';
import type { Program } from '../kernel/programs.ts';
import { runOn, testKernel } from '../kernel/testing.ts';
import { strftime, parseDate } from './dates.ts';
import { layFixture } from './fixture.ts';
import { toolProgram } from './index.ts';
import { withArgv, type Flavour } from './io.ts';
import { applyMode } from './modes.ts';
import { compile } from './regex.ts';

/** Splits a simple command into words and the file of its standard input. */
function parse(line: string): { argv: string[]; stdin: string | undefined } {
  const argv: string[] = [];
  let stdin: string | undefined;
  let redirect = false;
  for (const [whole] of line.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)) {
    const word = whole.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
    );
    if (whole === '<') redirect = true;
    else if (redirect) {
      stdin = word;
      redirect = false;
    } else argv.push(word);
  }
  return { argv, stdin };
}

/** Runs a tool over `prepare`d files in a directory of its own; `finish` looks at what it left. */
async function run(
  flavour: Flavour,
  argv: readonly string[],
  prepare: (sys: Sys) => void,
  finish: (sys: Sys) => void = () => undefined,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const main: Program = async (sys) => {
    sys.mkdir('/tmp/w');
    sys.chdir('/tmp/w');
    prepare(sys);
    const tool = await sys.external(toolProgram(argv[0]!, flavour));
    const code = await tool!(withArgv(sys, argv));
    finish(sys);
    return code;
  };
  const result = await runOn(testKernel({}), main, { env: { PATH: '/bin', HOME: '/root', LC_ALL: 'C' } });
  return { exit: (result.status as { code: number }).code, stdout: result.out, stderr: result.err };
}

interface Recording {
  readonly flavour: Flavour;
  readonly line: string;
  /** Byte string. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const recordings = readFileSync(new URL('./oracle.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recording);

describe('what the real tools print', () => {
  test.each(recordings.map((r) => [`${r.flavour}: ${r.line}`, r] as const))('%s', async (_, r) => {
    const { argv, stdin } = parse(r.line);
    const got = await run(r.flavour, argv, (sys) => {
      layFixture(sys);
      sys.dup2(sys.open(stdin ?? '/dev/null', { read: true }), 0);
    });
    const wanted = new TextDecoder().decode(Uint8Array.from(r.stdout, (c) => c.charCodeAt(0)));
    expect(got).toEqual({ exit: r.exit, stdout: wanted, stderr: r.stderr });
  });
});

const line = fc.stringMatching(/^[a-e ,.]{0,8}$/);
const lines = fc.array(line, { maxLength: 12 });
const text = (list: readonly string[]): string => list.map((l) => `${l}\n`).join('');
const few = { numRuns: 30 };

/** What a tool makes of a file. */
async function over(flavour: Flavour, argv: readonly string[], input: string | Uint8Array): Promise<string> {
  const got = await run(flavour, argv, (sys) => {
    sys.writeFile('in', input);
    sys.dup2(sys.open('in', { read: true }), 0);
  });
  expect(got.stderr).toBe('');
  return got.stdout;
}

describe.each(['gnu', 'busybox'] as const)('%s tools keep promises', (flavour) => {
  test('sort orders bytes, and sort -u leaves each line once', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (list) => {
        const sorted = [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(await over(flavour, ['sort'], text(list))).toBe(text(sorted));
        expect(await over(flavour, ['sort', '-u'], text(list))).toBe(text([...new Set(sorted)]));
      }),
      few,
    );
  });
  test('uniq -c counts every line of sorted input', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (list) => {
        const out = await over(flavour, ['uniq', '-c'], text([...list].sort()));
        const total = out.split('\n').reduce((sum, row) => sum + Number(/^ *(\d+)/.exec(row)?.[1] ?? 0), 0);
        expect(total).toBe(list.length);
      }),
      few,
    );
  });
  test('cut -f takes the fields that a split gives', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 3 }), async (list, n) => {
        const wanted = list.map((l) => (l.includes(',') ? (l.split(',')[n - 1] ?? '') : l));
        expect(await over(flavour, ['cut', '-d,', `-f${n}`], text(list))).toBe(text(wanted));
      }),
      few,
    );
  });
  test('base64 -d undoes base64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const encoded = await over(flavour, ['base64', '-w', '0'], bytes);
        expect(encoded).toBe(btoa(String.fromCharCode(...bytes)));
        let back: Uint8Array | undefined;
        const decode: Program = async (sys) => (await toolProgram('base64', flavour))!(withArgv(sys, ['base64', '-d']));
        const result = await runOn(testKernel({}), async (sys) => {
          sys.writeFile('/tmp/in', encoded);
          sys.dup2(sys.open('/tmp/in', { read: true }), 0);
          sys.dup2(sys.open('/tmp/out', { write: true, create: true }), 1);
          const code = await decode(sys);
          back = sys.readFile('/tmp/out');
          return code;
        });
        expect(result.status).toEqual({ code: 0 });
        expect([...back!]).toEqual([...bytes]);
      }),
      few,
    );
  });
  test('sed s///g replaces as a replacement of all occurrences does', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.stringMatching(/^[a-e]{1,2}$/), async (list, word) => {
        expect(await over(flavour, ['sed', `s/${word}/<&>/g`], text(list))).toBe(
          text(list).replaceAll(word, `<${word}>`),
        );
      }),
      few,
    );
  });
  test('head and tail share the lines between them', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.nat(6), async (list, n) => {
        const head = await over(flavour, ['head', '-n', String(n)], text(list));
        const tail = await over(flavour, ['tail', '-n', `+${n + 1}`], text(list));
        expect(head + tail).toBe(text(list));
      }),
      few,
    );
  });
  test('tail gives the end of an input of many blocks', async () => {
    const wide = fc.array(fc.constantFrom('a', 'bc', 'x'.repeat(30_000), '\0'.repeat(65_536)), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(wide, fc.nat(6), fc.nat(200_000), async (list, n, bytes) => {
        expect(await over(flavour, ['tail', '-n', String(n)], text(list))).toBe(text(n === 0 ? [] : list.slice(-n)));
        const last = await over(flavour, ['tail', '-c', String(bytes)], text(list));
        expect(last).toBe(bytes === 0 ? '' : text(list).slice(-bytes));
      }),
      few,
    );
  });
  test('untar gives back what tar took', async () => {
    const name = fc.stringMatching(/^[a-z]{1,5}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.uint8Array({ maxLength: 1500 }), { maxKeys: 5 }),
        fc.boolean(),
        async (files, zip) => {
          const kernel = testKernel({});
          const tar = (await toolProgram('tar', flavour))!;
          const found: Record<string, number[]> = {};
          const result = await runOn(kernel, async (sys) => {
            sys.mkdir('/tmp/from');
            sys.mkdir('/tmp/to');
            for (const [path, data] of Object.entries(files)) sys.writeFile(`/tmp/from/${path}`, data);
            const z = zip ? 'z' : '';
            const packed = await tar(withArgv(sys, ['tar', `c${z}f`, '/tmp/a.tar', '-C', '/tmp/from', '.']));
            const unpacked = await tar(withArgv(sys, ['tar', `x${z}f`, '/tmp/a.tar', '-C', '/tmp/to']));
            for (const { name: path } of sys.readdir('/tmp/to')) found[path] = [...sys.readFile(`/tmp/to/${path}`)];
            return packed + unpacked;
          });
          expect(result.err).toBe('');
          expect(result.status).toEqual({ code: 0 });
          expect(found).toEqual(Object.fromEntries(Object.entries(files).map(([path, data]) => [path, [...data]])));
        },
      ),
      few,
    );
  });
});

test('a date that was printed is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4102444800 }), (seconds) => {
      for (const format of ['%Y-%m-%d %H:%M:%S', '@%s', '%d %b %Y %H:%M:%S', '%FT%TZ']) {
        expect(parseDate(strftime(format, seconds * 1000), 0)).toBe(seconds * 1000);
      }
    }),
  );
});

test('octal modes are what they say, and =, +, - agree with them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o777 }), fc.integer({ min: 0, max: 0o777 }), (mode, before) => {
      expect(applyMode(mode.toString(8), before, false)).toBe(mode);
      expect(applyMode('a+rwx', before, false)).toBe(before | 0o777);
      expect(applyMode('u=rw,go-w', before, false)).toBe(((before & ~0o700) | 0o600) & ~0o022);
    }),
  );
});

test('a word without special characters matches itself as BRE and ERE', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9 _,;:!-]{1,10}$/), fc.boolean(), (word, extended) => {
      expect(compile(word, { extended }).exec(`<${word}>`)?.[0]).toBe(word);
    }),
  );
});
