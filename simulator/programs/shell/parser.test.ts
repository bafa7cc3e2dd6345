/** The parser and the printer are each other's inverse, and neither is ever upset. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command, Cond, Part, Redir, Word } from './ast.ts';
import { ParseError } from './lexer.ts';
import { Parser, parse } from './parser.ts';
import { printCommand } from './print.ts';

const line = 0;
const plain = fc.stringMatching(/^[a-z0-9][a-z0-9_./-]{0,6}$/);
const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/);

/** Puts neighbouring literals together, as the parser reads them. */
function merged(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.t === 'lit' && last?.t === 'lit') out[out.length - 1] = { t: 'lit', s: last.s + part.s };
    else out.push(part);
  }
  return out;
}

/** Deeper than this the first, simplest alternative is taken. */
const deep = { depthIdentifier: fc.createDepthIdentifier(), maxDepth: 9 };
const lit: fc.Arbitrary<Part> = plain.map((s) => ({ t: 'lit', s }));
const quoted: fc.Arbitrary<Part> = fc.oneof(
  fc.stringMatching(/^[ -&(-~\n]{0,8}$/).map((s): Part => ({ t: 'quo', s, by: "'" })),
  fc.constantFrom(...' $"\'\\`*?;&|()<>#~{}!').map((s): Part => ({ t: 'quo', s, by: '\\' })),
);

const tree = fc.letrec<{
  part: Part;
  inner: Part;
  word: Word;
  simple: Command;
  single: Command;
  pipe: Command;
  logic: Command;
  list: Command;
  cond: Cond;
}>((tie) => ({
  inner: fc.oneof(
    deep,
    lit,
    name.map((n): Part => ({ t: 'param', name: n, braces: true })),
    tie('list').map((body): Part => ({ t: 'cmd', body })),
  ),
  part: fc.oneof(
    deep,
    lit,
    quoted,
    name.map((n): Part => ({ t: 'param', name: n, braces: true })),
    fc.constantFrom('?', '#', '@', '*', '$', '!').map((n): Part => ({ t: 'param', name: n })),
    fc
      .tuple(
        name,
        fc.constantFrom(':-', '-', ':=', ':+', '+', ':?', '#', '##', '%', '%%', '^', ',,'),
        fc.array(tie('inner'), { maxLength: 2 }),
      )
      .map(([n, op, arg]): Part => ({ t: 'param', name: n, braces: true, op, arg: merged(arg) })),
    fc.array(tie('inner'), { maxLength: 3 }).map((parts): Part => ({ t: 'dq', parts: merged(parts) })),
    fc.constantFrom('1 + 2', 'x * (y - 3)', 'a ? b : c').map((s): Part => ({ t: 'arith', parts: splitParens(s) })),
    tie('list').map((body): Part => ({ t: 'cmd', body })),
  ),
  word: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts): Word => ({ parts: merged(parts) })),
  simple: fc
    .record({
      command: plain,
      assigns: fc.array(fc.tuple(name, tie('word')), { maxLength: 2 }),
      words: fc.array(tie('word'), { maxLength: 3 }),
      redirs: fc.array(
        fc.tuple(
          fc.constantFrom<Redir['op']>('<', '>', '>>', '>|', '<>', '<<<'),
          fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
          tie('word'),
        ),
        { maxLength: 2 },
      ),
    })
    .map(({ command, assigns, words, redirs }): Command => ({
      k: 'simple',
      assigns: assigns.map(([n, value]) => ({ name: n, append: false, value })),
      words: [{ parts: [{ t: 'lit', s: `c${command}` }] }, ...words],
      line,
      ...(redirs.length && { redirs: redirs.map(([op, fd, target]) => ({ op, fd, target, line })) }),
    })),
  single: fc.oneof(
    deep,
    tie('simple'),
    tie('list').map((body): Command => ({ k: 'group', body, line })),
    tie('list').map((body): Command => ({ k: 'sub', body, line })),
    fc
      .tuple(tie('list'), tie('list'), fc.option(tie('list'), { nil: undefined }))
      .map(([cond, then, otherwise]): Command => ({
        k: 'if',
        cond,
        then,
        ...(otherwise && { else: otherwise }),
        line,
      })),
    fc
      .tuple(fc.constantFrom<'while' | 'until'>('while', 'until'), tie('list'), tie('list'))
      .map(([k, cond, body]): Command => ({ k, cond, body, line })),
    fc
      .tuple(name, fc.option(fc.array(tie('word'), { maxLength: 2 }), { nil: undefined }), tie('list'))
      .map(([n, words, body]): Command => ({ k: 'for', name: n, words, body, line })),
    fc
      .tuple(
        tie('word'),
        fc.array(
          fc.tuple(
            fc.array(tie('word'), { minLength: 1, maxLength: 2 }),
            fc.option(tie('list'), { nil: undefined }),
            fc.constantFrom<';;' | ';&' | ';;&'>(';;', ';&', ';;&'),
          ),
          { maxLength: 2 },
        ),
      )
      .map(([word, items]): Command => ({
        k: 'case',
        word,
        items: items.map(([patterns, body, end]) => ({ patterns, body, end })),
        line,
      })),
    fc
      .tuple(name, tie('list'))
      .map(([n, body]): Command => ({ k: 'func', name: `f${n}`, body: { k: 'group', body, line }, line })),
    tie('cond').map((expr): Command => ({ k: 'cond', expr, line })),
  ),
  pipe: fc.oneof(
    deep,
    tie('single'),
    fc
      .tuple(fc.array(tie('single'), { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([cmds, not]): Command => (cmds.length === 1 && !not ? cmds[0]! : { k: 'pipe', cmds, not, line })),
  ),
  logic: fc.oneof(
    deep,
    tie('pipe'),
    fc
      .tuple(tie('logic'), fc.constantFrom<'&&' | '||'>('&&', '||'), tie('pipe'))
      .map(([left, k, right]): Command => ({ k, left, right, line })),
  ),
  list: fc.oneof(
    deep,
    tie('logic'),
    fc.array(fc.tuple(tie('logic'), fc.boolean()), { minLength: 1, maxLength: 3 }).map((items): Command => {
      const [first] = items;
      return items.length === 1 && !first![1]
        ? first![0]
        : { k: 'list', items: items.map(([cmd, bg]) => ({ cmd, bg })), line };
    }),
  ),
  cond: fc.oneof(
    deep,
    fc.tuple(fc.constantFrom('-f', '-n', '-z'), tie('word')).map(([op, word]): Cond => ({ c: 'unary', op, word })),
    fc
      .tuple(tie('word'), fc.constantFrom('==', '!=', '-eq', '-nt'), tie('word'))
      .map(([left, op, right]): Cond => ({ c: 'binary', op, left, right })),
    tie('cond').map((a): Cond => ({ c: 'group', a })),
  ),
}));

function splitParens(s: string): Part[] {
  return s
    .split(/([()])/)
    .filter(Boolean)
    .map((t) => ({ t: 'lit', s: t }));
}

/** A tree without line numbers, and without what the printer may write in another way. */
const shape = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === 'line' || key === 'elif' || key === 'back' ? undefined : value,
    ),
  );

describe('parse ∘ print', () => {
  for (const flat of [false, true]) {
    test(`is the identity (${flat ? 'on one line' : 'over lines'})`, () => {
      fc.assert(
        fc.property(tree.list, (command) => {
          const text = printCommand(command, flat);
          expect(shape(parse(text, { flavour: 'bash' }))).toEqual(shape(command));
        }),
        { numRuns: 300, seed: 7 },
      );
    });
  }

  test('printing what was parsed from text is stable', () => {
    const script = `f() { cat <<EOF | tr a b\nhi $x\nEOF\nfor i in 1 2; do [[ $i == 1 ]] && continue; echo "\${a[@]:1}" $((i+1)); done; }\ncase $1 in a|b) ;; *) x=(1 2) y+=3 ;; esac >out 2>&1`;
    const once = printCommand(parse(script, { flavour: 'bash' })!);
    expect(printCommand(parse(once, { flavour: 'bash' })!)).toBe(once);
  });
});

describe('any input', () => {
  test.each(['bash', 'dash', 'ash'] as const)('%s: parses or is a syntax error', (flavour) => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .array(
          fc.constantFrom(
            'if',
            'then',
            'fi',
            '(',
            ')',
            '{',
            '}',
            ';',
            '&',
            '|',
            '\n',
            '$(',
            '`',
            '"',
            "'",
            '${',
            '<<E',
            'a=(',
            '[[',
            ']]',
            'case',
            'in',
            'esac',
            '$((',
            '))',
            ' ',
            'x',
            '\\',
          ),
        )
        .map((a) => a.join('')),
    );
    fc.assert(
      fc.property(noise, (text) => {
        try {
          parse(text, { flavour });
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test('what is complete stays so with a newline, what is not asks for more', () => {
    const more = (text: string): boolean => {
      const parser = new Parser(text, { flavour: 'bash' });
      parser.more = true;
      try {
        parser.command();
        return false;
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
        return (error as ParseError).incomplete;
      }
    };
    expect(
      [
        'echo a\n',
        'if true\n',
        'echo "a\n',
        'cat <<E\nx\n',
        'cat <<E\nE\n',
        'a && \n',
        'f() {\n',
        'echo $(\n',
        'echo `a\n',
        'x=(1\n',
        'echo )\n',
      ].map(more),
    ).toEqual([false, true, true, true, false, true, true, true, true, true, false]);
  });
});
