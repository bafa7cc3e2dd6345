/** Runs command lines on the host as a person at a shell would, with pipes or on a terminal. */
import type { KernelCore } from '../kernel/core.ts';
import type { Channel, Process } from '../kernel/kernel.ts';
import { exitCode } from '../kernel/status.ts';
import { typed } from '../session/session-file.ts';
import { HOST_ENV, loginSession, startOnHost } from './boot.ts';

export interface CommandOutcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long (virtual ms) a terminal must be silent before the next line is typed. */
const SILENCE = 900;

class Collector {
  readonly #chunks: Uint8Array[] = [];
  ended = false;
  readonly #heard: () => void;
  constructor(channel: Channel, heard: () => void = () => undefined) {
    this.#heard = heard;
    void this.#collect(channel);
  }
  async #collect(channel: Channel): Promise<void> {
    for (;;) {
      const data = await channel.read();
      if (data.length === 0) break;
      this.#chunks.push(data);
      this.#heard();
    }
    this.ended = true;
  }
  text(): string {
    const bytes = new Uint8Array(this.#chunks.reduce((n, c) => n + c.length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return new TextDecoder().decode(bytes);
  }
}

/** The status of the last process that ended, watched from outside. */
function watchEnd(process: Process): { status: number | undefined } {
  const end: { status: number | undefined } = { status: undefined };
  void process.exited.then((status) => {
    end.status = exitCode(status);
  });
  return end;
}

const spec = (command: string, cwd: string, env: Record<string, string> = {}) => ({
  argv: ['bash', '-c', command],
  exec: '/usr/bin/bash',
  cwd,
  env: { ...HOST_ENV, PWD: cwd, ...env },
});

/** Runs `command` with pipes; `stdin` is written at once and closed. Ends when the pipes are closed. */
export async function runPiped(
  kernel: KernelCore,
  command: string,
  cwd: string,
  stdin: readonly string[],
): Promise<CommandOutcome> {
  const process = startOnHost(kernel, {
    cgroup: loginSession(kernel, false),
    ...spec(command, cwd),
    stdio: [{ kind: 'pipe' }, { kind: 'pipe' }, { kind: 'pipe' }],
  });
  const [input, out, err] = process.stdio;
  const end = watchEnd(process);
  const stdout = new Collector(out!);
  const stderr = new Collector(err!);
  void input!.write(stdin.map((line) => `${line}\n`).join('')).then(
    () => input!.closeWrite(),
    () => undefined, // the command ended without reading its input
  );
  await kernel.clock.run(() => end.status !== undefined && stdout.ended && stderr.ended);
  return { exit: end.status ?? 255, stdout: stdout.text(), stderr: stderr.text() };
}

/** Runs `command` on a terminal of 80×24, typing the next line (or pressing the key it names) whenever it falls silent. */
export async function runOnTerminal(
  kernel: KernelCore,
  command: string,
  cwd: string,
  keys: readonly string[],
): Promise<CommandOutcome> {
  const pty = kernel.createPty({ columns: 80, rows: 24 });
  const stdio = { kind: 'pty', pty } as const;
  const process = startOnHost(kernel, {
    cgroup: loginSession(kernel, false),
    ...spec(command, cwd, { TERM: 'xterm-256color' }),
    stdio: [stdio, stdio, stdio],
    terminal: true,
  });
  const end = watchEnd(process);
  let heardAt = kernel.clock.now();
  const stdout = new Collector(pty.master, () => {
    heardAt = kernel.clock.now();
  });
  for (const key of keys) {
    for (;;) {
      const wait = heardAt + SILENCE - kernel.clock.now();
      if (wait <= 0 || end.status !== undefined) break;
      let late = false;
      const cancel = kernel.clock.timer(wait, () => {
        late = true;
      });
      await kernel.clock.run(() => late || end.status !== undefined);
      cancel();
    }
    if (end.status !== undefined) break;
    heardAt = kernel.clock.now();
    await pty.master.write(typed(key));
  }
  await kernel.clock.run(() => end.status !== undefined);
  await kernel.clock.settle(0);
  return { exit: end.status ?? 255, stdout: stdout.text(), stderr: '' };
}
