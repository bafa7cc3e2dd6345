import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRunLine } from './run-line.ts';

const shown = (line: string) => readRunLine(line.split(' '))?.parts.map((p) => [p.role, p.text]);

test('options end where the image begins, and what follows it belongs to the container', () => {
  expect(shown('docker run -it --name web -p 8080:80 -e A=b alpine sh -c ls')).toEqual([
    ['docker', 'docker'],
    ['docker', 'run'],
    ['option', '-it'],
    ['option', '--name web'],
    ['option', '-p 8080:80'],
    ['option', '-e A=b'],
    ['image', 'alpine'],
    ['argument', 'sh'],
    ['argument', '-c'],
    ['argument', 'ls'],
  ]);
});

test('flags are named as the table names them', () => {
  const line = readRunLine(['/usr/bin/docker', '-H', 'unix:///x', 'container', 'run', '-dit', '--rm', 'a b']);
  expect(line?.parts.map((p) => [p.text, ...p.flags.map((f) => f.name)])).toEqual([
    ['docker'],
    ['-H unix:///x', 'host'],
    ['container'],
    ['run'],
    ['-dit', 'detach', 'interactive', 'tty'],
    ['--rm', 'rm'],
    ["'a b'"],
  ]);
  expect([line?.detach, line?.remove]).toEqual([true, true]);
});

test('what the client cannot read is told with its words', () => {
  expect(readRunLine(['docker', 'run', '-d', '--nmae', 'web', 'nginx'])).toMatchObject({
    error: 'unknown flag: --nmae',
    parts: [{ text: 'docker' }, { text: 'run' }, { text: '-d' }, { role: 'argument', text: '--nmae web nginx' }],
  });
});

test('other commands are none', () => {
  for (const line of ['docker ps', 'podman run x', 'docker run --help', 'docker'])
    expect(readRunLine(line.split(' '))).toBeUndefined();
});

test('no word is lost, whatever is typed', () => {
  const word = fc.oneof(
    fc.constantFrom('-d', '--rm', '-e', 'A=b', '--name', 'nginx', '-it', '-p'),
    fc.string({ minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      fc.pre(!words.includes('--'));
      const line = readRunLine(['docker', 'run', ...words]);
      if (!line) return;
      const plain = words.filter((w) => /^[\w=-]+$/.test(w));
      const text = line.parts.map((p) => p.text).join(' ');
      for (const w of plain) expect(text).toContain(w);
    }),
  );
});
