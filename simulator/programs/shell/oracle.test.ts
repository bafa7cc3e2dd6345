/**
 * Scripts run by the real shells (bash 5.2.15, dash 0.5.12, busybox 1.35's ash), whole outputs and exit statuses recorded
 * in oracle.jsonl, run by ours on a kernel of its own each.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Program } from '../../kernel/programs.ts';
import { startOn, testKernel, textOf } from '../../kernel/testing.ts';
import { toolProgram } from '../index.ts';
import { ash, bash, dash } from './main.ts';

interface Case {
  readonly shell: 'bash' | 'dash' | 'ash';
  /** How the script is given: `-c`, as a file, on standard input. */
  readonly by: 'c' | 'file' | 'stdin';
  readonly script: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cases = readFileSync(new URL('oracle.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const TOOLS =
  'cat ls seq head tail sort wc tr grep touch mkdir rm cut uniq tee yes rev expr mv cp rmdir chmod ln basename dirname printf'.split(
    ' ',
  );

async function programs(): Promise<Record<string, Program>> {
  const found: Record<string, Program> = { bash, dash, ash, sh: dash };
  for (const name of TOOLS) {
    const program = await toolProgram(name, 'gnu');
    if (program) found[name] = program;
  }
  found['sleep'] = async (sys) => {
    await sys.sleep(Number(sys.argv[1]) * 1000);
    return 0;
  };
  found['env'] = async (sys) => {
    await sys.write(
      1,
      Object.entries(sys.env)
        .map(([k, v]) => `${k}=${v}\n`)
        .join(''),
    );
    return 0;
  };
  found['true'] = async () => 0;
  found['false'] = async () => 1;
  return found;
}

const tools = await programs();
const SIGNAL_CODES: Record<string, number> = {
  SIGHUP: -1,
  SIGINT: -2,
  SIGKILL: -9,
  SIGUSR1: -10,
  SIGSEGV: -11,
  SIGPIPE: -13,
  SIGTERM: -15,
};

async function run({ shell, by, script }: Case): Promise<Pick<Case, 'exit' | 'stdout' | 'stderr'>> {
  const kernel = testKernel(tools);
  const { files } = kernel.init.mnt;
  kernel.init.mnt.ensurePath('/tmp/w', 'dir');
  kernel.init.mnt.ensurePath('/usr', 'dir');
  files.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n');
  files.write('/tmp/script', script);
  const process = startOn(kernel, `/bin/${shell}`, {
    argv: [
      shell === 'bash' ? 'bash' : 'sh',
      ...(by === 'c' ? ['-c', script] : by === 'file' ? ['../script', 'a1', 'a2'] : []),
    ],
    env: { PATH: '/bin', HOME: '/root', PWD: '/tmp/w' },
    cwd: '/tmp/w',
  });
  const input = process.stdio[0]!;
  void input.write(by === 'stdin' ? script : '').then(
    () => input.closeWrite(),
    () => undefined, // the shell ended without reading all
  );
  let ended: Awaited<typeof process.exited> | undefined;
  let stdout: string | undefined;
  let stderr: string | undefined;
  void process.exited.then((status) => (ended = status));
  void textOf(process, 1).then((text) => (stdout = text));
  void textOf(process, 2).then((text) => (stderr = text));
  await kernel.clock.run(() => ended !== undefined && stdout !== undefined && stderr !== undefined);
  if (ended === undefined || stdout === undefined || stderr === undefined) throw new Error('the shell did not end');
  return { exit: 'code' in ended ? ended.code : SIGNAL_CODES[ended.signal]!, stdout, stderr: unnumbered(stderr) };
}

/** Process ids in messages about killed programs are chance; whether a core is dumped is the host's setting. */
const unnumbered = (text: string): string =>
  text.replace(/line (\d+): +\d+ /g, 'line $1: PID ').replace(' (core dumped)', '');

for (const shell of ['bash', 'dash', 'ash'] as const) {
  for (const by of ['c', 'file', 'stdin'] as const) {
    test(
      `${shell}, ${by === 'c' ? 'command strings' : by === 'file' ? 'script files' : 'standard input'}`,
      { timeout: 120_000 },
      async () => {
        const list = cases.filter((c) => c.shell === shell && c.by === by);
        expect(list.length).toBeGreaterThan(15);
        const got = [];
        for (const c of list) got.push({ script: c.script, ...(await run(c)) });
        expect(got).toEqual(
          list.map(({ script, exit, stdout, stderr }) => ({ script, exit, stdout, stderr: unnumbered(stderr) })),
        );
      },
    );
  }
}
