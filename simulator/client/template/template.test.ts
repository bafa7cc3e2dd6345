import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Template, TemplateExecError, TemplateSyntaxError } from './template.ts';
import type { Value } from './values.ts';

const run = (source: string, data: Value = {}): string => new Template(source).execute(data);
const failure = (source: string, data: Value = {}): string => {
  try {
    run(source, data);
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof TemplateExecError) return error.message;
    throw error;
  }
  return '';
};

describe('template', () => {
  it('writes text without actions as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{{'));
        expect(run(text)).toBe(text);
      }),
    );
  });

  it('writes a quoted string as what was quoted', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
        expect(run(`{{${JSON.stringify(text)}}}`)).toBe(text);
        expect(run('{{.}}', text)).toBe(text);
        expect(JSON.parse(run('{{json .}}', text))).toBe(text);
      }),
    );
  });

  it('orders whole numbers as they are', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(run(`{{lt ${String(a)} ${String(b)}}} {{eq ${String(a)} ${String(b)}}}`)).toBe(
          `${String(a < b)} ${String(a === b)}`,
        );
      }),
    );
  });

  it('visits the elements of a list in order and the keys of a map sorted', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]+$/)), (list) => {
        expect(run('{{range .}}{{.}},{{end}}', list)).toBe(list.map((item) => `${item},`).join(''));
        expect(run('{{join . "-"}}', list)).toBe(list.join('-'));
        const map = Object.fromEntries(list.map((item) => [item, 1]));
        expect(run('{{range $k, $v := .}}{{$k}} {{end}}', map)).toBe(
          [...new Set(list)]
            .sort()
            .map((key) => `${key} `)
            .join(''),
        );
      }),
    );
  });

  it('ends with a syntax error or an output, whatever is written', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      'if',
      'end',
      'range',
      '.A',
      '.',
      '"x"',
      '|',
      '(',
      ')',
      '$x',
      ':=',
      ' ',
      '1',
      'else',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          run(pieces.join(''), { A: ['b'] });
        } catch (error) {
          expect(error instanceof TemplateSyntaxError || error instanceof TemplateExecError).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['{{if .A}}a{{else if .B}}b{{else}}c{{end}}', { A: '', B: 1 }, 'b'],
    ['{{with .A}}{{.}}{{else}}none{{end}}', { A: [] }, 'none'],
    ['{{range .}}{{.}}{{else}}empty{{end}}', [], 'empty'],
    ['{{range .}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 4}}{{break}}{{end}}{{.}}{{end}}', [1, 2, 3, 4, 5], '13'],
    ['{{$x := 1}}{{range .}}{{$x = .}}{{end}}{{$x}}', [2, 3], '3'],
    ['{{- " a " -}}  \n b', {}, ' a b'],
    ['a {{- /* note */ -}} b', {}, 'ab'],
    ['{{printf "%5d|%-5s|%q|%x|%v|%.2f" 42 "ab" "q" 255 true 1.5}}', {}, '   42|ab   |"q"|ff|true|1.50'],
    ['{{index . "a" 1}}', { a: ['x', 'y'] }, 'y'],
    ['{{slice . 1 3}}', 'abcd', 'bc'],
    ['{{len .}} {{len "äb"}}', [1, 2], '2 3'],
    ['{{and 1 0 2}} {{or 0 "x"}} {{not .}}', '', '0 x true'],
    ['{{println "a" 1}}', {}, 'a 1\n'],
    ['{{.A.B}}', { A: {} }, '<no value>'],
    ['{{upper "a"}}{{lower "B"}}{{title "c"}}{{pad "x" 1 2}}|{{truncate "abc" 2}}', {}, 'AbC x  |ab'],
    ['{{split "a,b" ","}}', {}, '[a b]'],
    ['{{.}}', { b: [1, null], a: 'x' }, 'map[a:x b:[1 <nil>]]'],
    ['{{define "t"}}<{{.}}>{{end}}{{template "t" .}}', 'x', '<x>'],
    ['{{"it" | printf "%s-%s" "a"}}', {}, 'a-it'],
    ["{{'a'}} {{0x10}} {{`raw`}}", {}, '97 16 raw'],
    ['{{html "<a>"}} {{urlquery "a b"}} {{js "\'"}}', {}, "&lt;a&gt; a+b \\'"],
    ['{{range $i, $e := .}}{{$i}}={{$e}};{{end}}', ['a', 'b'], '0=a;1=b;'],
  ] as [string, Value, string][])('%s', (source, data, wanted) => {
    expect(run(source, data)).toBe(wanted);
  });

  it.each([
    ['{{', 'template: :1: unclosed action'],
    ['{{.A', 'template: :1: unclosed action'],
    ['{{nothere}}', 'template: :1: function "nothere" not defined'],
    ['{{if}}x{{end}}', 'template: :1: missing value for if'],
    ['{{if .A}}x', 'template: :1: unexpected EOF'],
    ['{{end}}', 'template: :1: unexpected {{end}}'],
    ['{{$x}}', 'template: :1: undefined variable "$x"'],
    ['{{"a}}', 'template: :1: unterminated quoted string'],
    ['{{index . 5}}', 'template: :1:2: executing "" at <index . 5>: error calling index: index out of range: 5'],
    ['{{lt 1 "a"}}', 'template: :1:2: executing "" at <lt 1 "a">: error calling lt: incompatible types for comparison'],
  ] as [string, string][])('%s fails as Go does', (source, wanted) => {
    expect(failure(source, ['x'])).toBe(wanted);
  });
});
