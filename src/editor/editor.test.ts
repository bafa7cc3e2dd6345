import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dump } from '../../simulator/dockerfile/node.ts';
import { parse } from '../../simulator/dockerfile/parser.ts';
import { SHAPES } from '../../simulator/dockerfile/arguments.ts';
import { complete } from './completion.ts';
import type { EditorEdit } from './context.ts';
import { formatDockerfile } from './format.ts';
import { INSTRUCTION_HELP } from './instruction-help.ts';
import { quickFixes } from './quick-fixes.ts';
import { placesOf, renameStage, stagesOf } from './stages.ts';

const context = {
  files: ['app/', 'app/main.py', 'Dockerfile', 'README.md'],
  images: ['shop:latest'],
  ignorePatterns: [],
};

function apply(text: string, edits: readonly EditorEdit[]): string {
  const lines = text.split('\n');
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + column - 1;
  return [...edits]
    .map((e) => ({
      from: offset(e.range.line, e.range.column),
      to: offset(e.range.endLine, e.range.endColumn),
      text: e.text,
    }))
    .sort((a, b) => b.from - a.from)
    .reduce((t, e) => t.slice(0, e.from) + e.text + t.slice(e.to), text);
}

test('every instruction of the parser is explained, and no other', () => {
  expect(Object.keys(INSTRUCTION_HELP).sort()).toEqual([...SHAPES.keys()].map((name) => name.toUpperCase()).sort());
});

describe('completion', () => {
  const labels = (text: string, line: number, column: number): string[] =>
    complete(text, line, column, context).items.map((i) => i.label);
  test('instructions at the beginning of a line', () => {
    expect(labels('FROM busybox\n', 2, 1)).toEqual(Object.keys(INSTRUCTION_HELP));
  });
  test('stages before images after FROM', () => {
    const text = 'FROM busybox AS tools\nFROM ';
    expect(labels(text, 2, 6).slice(0, 2)).toEqual(['tools', 'shop:latest']);
  });
  test('stages after --from=, and the word they replace', () => {
    const text = 'FROM busybox AS tools\nFROM scratch\nCOPY --from=to';
    const { from, items } = complete(text, 3, 15, context);
    expect([from, items[0]]).toEqual([13, { label: 'tools', kind: 'stage', insert: 'tools', detail: 'stage' }]);
  });
  test('files of the folder, one level at a time', () => {
    expect(labels('FROM busybox\nCOPY ', 2, 6)).toEqual(['app/', 'Dockerfile', 'README.md']);
    expect(labels('FROM busybox\nCOPY app/', 2, 10)).toEqual(['main.py']);
  });
  test('flags of the instruction', () => {
    expect(labels('FROM busybox\nRUN --', 2, 7)).toEqual(['--mount', '--network', '--security']);
  });
});

describe('stages', () => {
  const text =
    'FROM busybox AS base\nRUN --mount=type=bind,from=base,target=/x true\nFROM base\nCOPY --from=base /a /b\n';
  test('their places, and a rename of all of them', () => {
    const file = parse(text);
    expect(stagesOf(file).map((s) => [s.name, s.startLine, s.endLine])).toEqual([
      ['base', 1, 2],
      ['', 3, 4],
    ]);
    expect(placesOf(file, 'base')).toHaveLength(4);
    const edits = renameStage(file, 'base', 'tools');
    expect('problem' in edits ? edits : apply(text, edits)).toEqual(text.replaceAll('base', 'tools'));
  });
  test('a name that will not do is refused', () => {
    expect(renameStage(parse(text), 'base', '1x')).toHaveProperty('problem');
  });
});

describe('quick fixes', () => {
  const fixed = (text: string, rule: string, message: string, line: number): string | undefined => {
    const [fix] = quickFixes(text, rule, message, line);
    return fix && apply(text, fix.edits);
  };
  test.each([
    ['RUNN echo', '', 'unknown instruction: RUNN (did you mean RUN?)', 'RUN echo'],
    ['COPY --form=a b c', '', 'unknown flag: --form (did you mean from?)', 'COPY --from=a b c'],
    ["CMD ['echo', 'hello']", 'JSONArgsRecommended', '', 'CMD ["echo", "hello"]'],
    ['CMD python app.py', 'JSONArgsRecommended', '', 'CMD ["python", "app.py"]'],
    ['CMD echo $HOME', 'JSONArgsRecommended', '', 'CMD ["/bin/sh", "-c", "echo $HOME"]'],
    ['ENV OLD some style', 'LegacyKeyValueFormat', '', 'ENV OLD="some style"'],
    [
      'run true',
      'ConsistentInstructionCasing',
      "Command 'run' should match the case of the command majority (uppercase)",
      'RUN true',
    ],
    ['MAINTAINER Ann', 'MaintainerDeprecated', '', 'LABEL org.opencontainers.image.authors="Ann"'],
    ['WORKDIR app', 'WorkdirRelativePath', '', 'WORKDIR /app'],
    ['EXPOSE 80/TCP', 'ExposeProtoCasing', '', 'EXPOSE 80/tcp'],
    ['EXPOSE 127.0.0.1:80:81', 'ExposeInvalidFormat', '', 'EXPOSE 81'],
    ['WORKDIR $PATHH', 'UndefinedVar', "Usage of undefined variable '$PATHH' (did you mean $PATH?)", 'WORKDIR $PATH'],
  ])('%s (%s)', (line, rule, message, wanted) => {
    expect(fixed(`FROM busybox\n${line}\n`, rule, message, 2)).toBe(`FROM busybox\n${wanted}\n`);
  });
});

describe('formatting', () => {
  test('keywords and stray blanks', () => {
    expect(formatDockerfile('from busybox  \nrun echo a && \\\necho b   \n\n\n')).toBe(
      'FROM busybox\nRUN echo a && \\\necho b\n',
    );
  });
  test('here-documents keep every blank', () => {
    const text = 'FROM busybox\nRUN <<EOF\n  echo a  \nEOF\n';
    expect(formatDockerfile(text)).toBe(text);
  });
  const dir = '../shared/corpora/dockerfiles';
  test.skipIf(!existsSync(dir))(
    'real files build the same after formatting, and formatting twice is formatting once',
    () => {
      const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
      let parsed = 0;
      for (const entry of files) {
        const text = readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8');
        const built = (t: string): string => dump(parse(t));
        let before: string;
        try {
          before = built(text);
        } catch {
          continue; // recorded files with mistakes
        }
        parsed++;
        const once = formatDockerfile(text);
        expect([entry.name, built(once)]).toEqual([entry.name, before]);
        expect(formatDockerfile(once)).toBe(once);
      }
      expect(parsed).toBeGreaterThan(100);
    },
  );
});
