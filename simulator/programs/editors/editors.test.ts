import { afterAll, beforeAll, describe, expect, test, vi as vitest } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type Machine } from '../../machine.ts';

vitest.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['alpine', 'debian'] });
  await machine.run('docker build -t nano - <<X\nFROM debian\nRUN apt-get update && apt-get install -y nano vim\nX\n');
});
afterAll(() => machine.stop());

/** A terminal's picture: the rows of the screen after everything that was written to it. */
function picture(bytes: string, rows = 24): string[] {
  const screen = Array.from({ length: rows }, () => '');
  let [row, column] = [0, 0];
  for (const m of bytes.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|([^])/g)) {
    if (m[3] === undefined) {
      const [a, b] = m[1]!.split(';').map(Number);
      if (m[2] === 'H') [row, column] = [(a || 1) - 1, (b || 1) - 1];
      else if (m[2] === 'K') screen[row] = screen[row]!.slice(0, column);
      else if (m[2] === 'J') screen.fill('');
    } else if (m[3] === '\r') column = 0;
    else if (m[3] === '\n') row = Math.min(rows - 1, row + 1);
    else {
      screen[row] = screen[row]!.padEnd(column).slice(0, column) + m[3] + screen[row]!.slice(column + 1);
      column++;
    }
  }
  return screen.map((line) => line.trimEnd());
}

/** Runs a command on a terminal, types the keys one after the other, and gives what stood on the screen before the last. */
async function typed(command: string, keys: readonly string[]): Promise<string[]> {
  const decoder = new TextDecoder();
  let all = '';
  const terminal = machine.openTerminal({
    size: { columns: 80, rows: 24 },
    output: (data) => void (all += decoder.decode(data, { stream: true })),
  });
  await machine.settle(100);
  terminal.write(`${command}\n`);
  await machine.settle(1000);
  let shown: string[] = [];
  for (const key of keys) {
    shown = picture(all.slice(all.lastIndexOf('\x1b[?1049h')));
    terminal.write(key);
    await machine.settle(100);
  }
  terminal.close();
  await machine.settle(1000);
  return shown;
}
const text = (path: string): string => new TextDecoder().decode(machine.files.read(path));
const inside = (image: string, command: string): string => `docker run --rm -it -v $PWD:/w -w /w ${image} ${command}`;

describe('nano', () => {
  test('types, writes and leaves', async () => {
    machine.files.write('a.txt', 'one\ntwo\n');
    const shown = await typed(inside('nano', 'nano a.txt'), ['zero', '\r', '\x0f', '\r', '\x18']);
    expect(text('a.txt')).toBe('zero\none\ntwo\n');
    expect([shown[0], ...shown.slice(1, 5), ...shown.slice(21)]).toEqual([
      '  GNU nano 7.2                       a.txt',
      'zero',
      'one',
      'two',
      '',
      '                               [ Wrote 3 lines ]',
      '^G Help      ^O Write Out ^W Where Is  ^K Cut       ^T Execute   ^C Location',
      '^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^J Justify   ^/ Go To Line',
    ]);
  });
  test('asks before it loses what was typed', async () => {
    machine.files.write('a.txt', 'one\n');
    const shown = await typed(inside('nano', 'nano a.txt'), ['x', '\x18', 'n']);
    expect(text('a.txt')).toBe('one\n');
    expect(shown.slice(21)).toEqual(['Save modified buffer?', 'Y Yes', 'N No                ^C Cancel']);
    await typed(inside('nano', 'nano new.txt'), ['hello', '\x18', 'y', '\r']);
    expect(text('new.txt')).toBe('hello\n');
  });
  test('cuts lines and pastes them', async () => {
    machine.files.write('a.txt', '1\n2\n3\n4\n');
    await typed(inside('nano', 'nano a.txt'), ['\x0b', '\x0b', '\x1b[B', '\x15', '\x0f', '\r', '\x18']);
    expect(text('a.txt')).toBe('3\n1\n2\n4\n');
  });
});

describe('vi', () => {
  test.each<[string, readonly string[], string]>([
    ['types and writes', ['i', 'new ', '\x1b', ':wq\r'], 'new one\ntwo three\nfour\n'],
    ['leaves without writing', ['i', 'new', '\x1b', ':q!\r'], 'one\ntwo three\nfour\n'],
    ['removes a letter and a line', ['x', 'j', 'dd', ':x\r'], 'ne\nfour\n'],
    ['counts', ['2dd', 'ZZ'], 'four\n'],
    [
      'opens lines below and above',
      ['o', 'below', '\x1b', 'gg', 'O', 'above', '\x1b', ':wq\r'],
      'above\none\nbelow\ntwo three\nfour\n',
    ],
    ['yanks, puts and undoes', ['yy', 'G', 'p', 'dd', 'u', ':wq\r'], 'one\ntwo three\nfour\none\n'],
    ['changes words', ['j', 'cw', '2', '\x1b', 'w', 'dw', 'A', '!', '\x1b', ':wq\r'], 'one\n2 !\nfour\n'],
    ['finds and replaces', ['/three\r', 'r', 'T', ':%s/o/0/g\r', ':wq\r'], '0ne\ntw0 Three\nf0ur\n'],
    ['moves in insert mode', ['A', ' more', '\x1b[B', '!', '\x1b', ':w\r', ':q\r'], 'one more\ntwo thre!e\nfour\n'],
  ])('%s', async (_, keys, result) => {
    machine.files.write('a.txt', 'one\ntwo three\nfour\n');
    await typed(inside('alpine', 'vi a.txt'), keys);
    expect(text('a.txt')).toBe(result);
  });
  test('says where it is, each vi in its words', async () => {
    machine.files.write('a.txt', 'one\ntwo three\nfour\n');
    expect((await typed(inside('alpine', 'vi a.txt'), ['x', ':q!\r'])).at(-1)).toBe('- a.txt [Modified] 1/3 33%');
    expect((await typed(inside('nano', 'vim a.txt'), [':q\r'])).at(-1)).toBe('"a.txt" 3L, 19B');
    expect((await typed(inside('nano', 'vim a.txt'), ['x', ':q\r', ':q!\r'])).at(-1)).toBe(
      'E37: No write since last change (add ! to override)',
    );
    expect((await typed(inside('nano', 'vim a.txt'), ['i', '\x1b:q\r'])).at(-1)).toBe('-- INSERT --');
  });
});
