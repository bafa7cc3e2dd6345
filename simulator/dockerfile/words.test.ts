import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChmod, parseChmod } from './chmod.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { PatternMatcher, readIgnoreFile } from './ignore.ts';
import { lex, NO_VARIABLES, variables } from './lex.ts';
import { nearest } from './suggest.ts';

test('single quotes keep everything, double quotes everything but variables and escapes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const plain = text.replace(/'/g, '');
      expect(lex(`'${plain}'`, NO_VARIABLES).text).toBe(plain);
      const escaped = text.replace(/["$\\]/g, '\\$&');
      expect(lex(`"${escaped}"`, NO_VARIABLES).text).toBe(text);
    }),
  );
});

test('the words of an expansion are its text without the blanks that divide it', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1 }), (values) => {
      const env = variables([['V', values.join('  ')]]);
      expect(lex('$V', env).words).toEqual(values);
      expect(lex('"$V"', env).words).toEqual([values.join('  ')]);
    }),
  );
});

test('${v#p} and ${v%p} take the shortest, ## and %% the longest', () => {
  const env = variables([['P', 'a/b/a/b']]);
  const get = (word: string): string => lex(word, env).text;
  expect([get('${P#*/}'), get('${P##*/}'), get('${P%/*}'), get('${P%%/*}')]).toEqual(['b/a/b', 'b', 'a/b/a', 'a']);
  expect([get('${P/a/x}'), get('${P//a/x}'), get('${P/\\//-}')]).toEqual(['x/b/a/b', 'x/b/x/b', 'a-b/a/b']);
});

test('a formatted duration parses to itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms * 1e6))).toBe(ms * 1e6);
    }),
  );
  expect(() => parseDuration('5')).toThrow('time: missing unit in duration "5"');
  expect(() => parseDuration('5x')).toThrow('time: unknown unit "x" in duration "5x"');
});

test('an ignored folder is ignored with all in it, until a later line brings something back', () => {
  const path = fc.array(fc.stringMatching(/^[a-c]{1,2}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(path, path, (dir, below) => {
      const folder = dir.join('/');
      const file = `${folder}/${below.join('/')}`;
      expect(new PatternMatcher([folder]).matches(file)).toBe(true);
      expect(new PatternMatcher([folder, `!${file}`]).matches(file)).toBe(false);
      expect(new PatternMatcher([folder, `!${file}`, '**']).matches(file)).toBe(true);
      expect(new PatternMatcher([`**/${below.join('/')}`]).matches(file)).toBe(true);
    }),
  );
  expect(readIgnoreFile('\ufeff# no\n /a/ \n\n!./b//c\n #x\n')).toEqual(['a', '!b/c', '#x']);
});

test('chmod: numbers replace, letters change', () => {
  expect(applyChmod(parseChmod('640'), 0o777, false)).toBe(0o640);
  expect(applyChmod(parseChmod('u=rwx,go=rx'), 0o600, false)).toBe(0o755);
  expect(applyChmod(parseChmod('+x'), 0o644, false)).toBe(0o755);
  expect(applyChmod(parseChmod('a+X'), 0o644, false)).toBe(0o644);
  expect(applyChmod(parseChmod('a+X'), 0o644, true)).toBe(0o755);
  expect(applyChmod(parseChmod('go-rwx'), 0o755, true)).toBe(0o700);
  expect(() => parseChmod('abc')).toThrow('invalid syntax');
  expect(() => parseChmod('999')).toThrow(
    "invalid chmod parameter: '999'. it should be octal string and between 0 and 07777",
  );
});

test('a suggestion is at most two edits away, and none is made for a name that is known', () => {
  expect(nearest('RUNN', ['RUN', 'FROM'], false)).toBe('RUN');
  expect(nearest('form', ['RUN', 'FROM'], false)).toBe('from');
  expect(nearest('run', ['RUN', 'FROM'], false)).toBeUndefined();
  expect(nearest('apt-get', ['RUN', 'ADD'], false)).toBeUndefined();
});
