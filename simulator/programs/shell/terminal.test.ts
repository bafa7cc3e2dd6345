/**
 * Interactive sessions typed into the real shells on a terminal of 80×24, key by key; what the screen showed in the end is
 * recorded in terminal.jsonl. Ours, on a terminal of the machine, must show the same.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { screen } from '../../../test/conformance/compare.mjs';
import type { Program } from '../../kernel/programs.ts';
import { startOn, testKernel } from '../../kernel/testing.ts';
import { toolProgram } from '../index.ts';
import { ash, bash, dash } from './main.ts';

interface Session {
  readonly argv: readonly string[];
  readonly keys: readonly string[];
  readonly screen: string;
}

const sessions = readFileSync(new URL('terminal.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Session);

async function programs(): Promise<Record<string, Program>> {
  const found: Record<string, Program> = { bash, dash, ash, sh: ash };
  for (const name of ['cat', 'ls', 'wc', 'true']) {
    const program = await toolProgram(name, 'gnu');
    if (program) found[name] = program;
  }
  found['sleep'] = async (sys) => {
    await sys.sleep(Number(sys.argv[1]) * 1000);
    return 0;
  };
  return found;
}

const tools = await programs();

/** Types the keys, each after a quarter of a second, and gives all that the terminal was sent. */
async function type(shell: string, argv: readonly string[], keys: readonly string[]): Promise<string> {
  const kernel = testKernel(tools);
  const { files } = kernel.init.mnt;
  for (const dir of ['/usr', '/usr/bin', '/tmp/h']) kernel.init.mnt.ensurePath(dir, 'dir');
  files.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n');
  for (const file of ['/etc/hostname', '/etc/hosts', '/etc/host.conf']) files.write(file, '');
  const pty = kernel.createPty({ columns: 80, rows: 24 });
  const decoder = new TextDecoder();
  let shown = '';
  void (async () => {
    for (;;) {
      const data = await pty.master.read();
      if (!data.length) return;
      shown += decoder.decode(data, { stream: true });
    }
  })();
  const stdio = { kind: 'pty', pty } as const;
  startOn(kernel, `/bin/${shell}`, {
    argv,
    env: { PATH: '/bin', HOME: '/tmp/h', TERM: 'xterm', PS1: shell === 'bash' ? 'root@c:\\w# ' : '\\w # ', PWD: '/' },
    stdio: [stdio, stdio, stdio],
    terminal: true,
  });
  const pass = async (ms: number) => {
    let due = false;
    kernel.clock.timer(ms, () => (due = true));
    await kernel.clock.run(() => due);
  };
  await pass(500);
  for (const key of keys) {
    await pty.master.write(key);
    await pass(250);
  }
  await pass(100);
  return shown;
}

const comparable = (text: string): string =>
  screen(text)
    .replace(/^\[(\d)\] \d+$/gm, '[$1] PID')
    .replaceAll('/usr/bin/', '/bin/');

for (const shell of ['bash', 'dash', 'ash'] as const) {
  test(`${shell} on a terminal`, { timeout: 60_000 }, async () => {
    const own = sessions.filter(({ argv }) => (argv[0] === 'sh' ? 'ash' : argv[0]) === shell);
    expect(own.length).toBeGreaterThan(15);
    const got = [];
    for (const { argv, keys } of own) got.push({ argv, keys, screen: comparable(await type(shell, argv, keys)) });
    expect(got).toEqual(own);
  });
}

test('a pasted block of bytes that are no text does no harm', async () => {
  const noise = Array.from({ length: 256 }, (_, i) => String.fromCharCode((i * 7) % 256))
    .join('')
    .replace(/[\x03\x04\r\n\x11-\x14\x16]/g, '');
  const shown = await type('bash', ['bash', '--norc'], [`\x1b[200~${noise}\x1b[201~`, '\x03', 'echo still here\r']);
  expect(shown).toContain('still here\r\n');
});

test('keys typed before the prompt are kept', async () => {
  const shown = await type('bash', ['bash', '--norc'], ['sleep 1\r', 'echo ear', 'ly\r', '', '', '', '']);
  expect(screen(shown).split('\n').slice(-3)).toEqual(['root@c:/# echo early', 'early', 'root@c:/#']);
});
