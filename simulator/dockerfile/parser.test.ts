import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnoseDockerfile } from './diagnose.ts';
import { dump, type Node } from './node.ts';
import { DockerfileError } from './errors.ts';
import { parse } from './parser.ts';

/** The text of a range of one line. */
function textAt(source: string, node: Node['args'][number]): string {
  const line = source.split('\n')[node.range.start.line - 1]!;
  return line.slice(node.range.start.column - 1, node.range.end.column - 1);
}

const word = fc.stringMatching(/^[a-z/.][a-z0-9/._-]{0,8}$/);
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\\n  ', ' \\\n# a comment\n ', '\\\n ');

test('every argument is where its range says, over continuation lines and comments', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(gap, word), { minLength: 2, maxLength: 6 }), fc.nat(3), (parts, before) => {
      const source = `${'# comment\n'.repeat(before)}copy${parts.map(([g, w]) => g + w).join('')}\n`;
      const [node] = parse(source).nodes;
      expect(textAt(source, node!.keyword)).toBe('copy');
      for (const arg of node!.args) expect(textAt(source, arg)).toBe(arg.text);
      expect(node!.lines[0]).toBe(before + 1);
    }),
  );
});

test('any text gives a tree or a DockerfileError that the editor can show', async () => {
  const piece = fc.constantFrom(
    ...[
      'FROM a',
      'RUN <<EOF',
      'EOF',
      'ENV A=${B',
      '\\',
      '# escape=`',
      '`',
      'COPY --from=x a b',
      '[',
      '"',
      "'",
      '$',
      '\n',
    ],
    ...['ARG', 'ONBUILD', 'HEALTHCHECK CMD', ' ', '\t', '--mount=type=', 'é', '<<', 'SHELL ["a"]', 'EXPOSE 1-', '\r\n'],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const source = pieces.join('');
      try {
        parse(source);
      } catch (error) {
        expect(error).toBeInstanceOf(DockerfileError);
      }
      for (const { line, endLine } of await diagnoseDockerfile(source)) {
        expect(line).toBeGreaterThan(0);
        expect(endLine).toBeGreaterThanOrEqual(line);
      }
    }),
    { numRuns: 500 },
  );
});

test('a directive counts only before the first line that is none', () => {
  expect(parse('# escape=`\nRUN a `\n b').nodes).toHaveLength(1);
  expect(parse('# x\n# escape=`\nRUN a `\nRUN b').nodes).toHaveLength(2);
  expect(() => parse('# escape=`\n# escape=`\n')).toThrow('only one escape parser directive can be used');
});

test('heredocs keep their bodies, and quoted words keep variables', () => {
  const [run, copy] = parse('RUN <<EOF\na\n\tb\nEOF\nCOPY <<-"X" <<Y /d/\n\tone\n\tX\n$two\nY\n').nodes;
  expect(run!.heredocs.map((h) => [h.name, h.content, h.expand, h.lines])).toEqual([['EOF', 'a\n\tb\n', true, [2, 3]]]);
  expect(copy!.heredocs.map((h) => [h.name, h.content, h.expand, h.chomp])).toEqual([
    ['X', '\tone\n', false, true],
    ['Y', '$two\n', true, false],
  ]);
});

test('the dump of an instruction names flags, pairs and what ONBUILD holds', () => {
  expect(dump(parse('ONBUILD COPY --from=a --chown="b c" x y\nENV A=1 B="2 3"\nENV k v w\nFOO bar\n'))).toBe(
    [
      '(onbuild (copy ["--from=a" "--chown=b c"] "x" "y"))',
      '(env "A" "1" "=" "B" "\\"2 3\\"" "=")',
      '(env "k" "v w" "")',
      '(foo "")',
    ].join('\n'),
  );
});
