/** Standard streams over a hijacked connection: `run`, `attach`, `start -a`, `exec`. */
import type { Channel } from '../../kernel/kernel.ts';
import type { SignalName } from '../../kernel/signals.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import { containerPath } from './lifecycle.ts';
import { EscapeFilter, parseDetachKeys } from './detach.ts';

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** The other side has a terminal: one raw stream, and the local terminal in raw mode. */
  readonly tty: boolean;
  /** The keys that detach; empty for ctrl-p,ctrl-q. */
  readonly detachKeys: string;
}

/** How streaming ended. */
export type StreamEnd = 'closed' | 'detached';

/** Splits the daemon's multiplexed stream: a head of 8 bytes (stream number, length) before each piece. */
export class Demultiplexer {
  private rest = new Uint8Array(0);

  /** The pieces complete after `chunk`: stream 1 (stdout) or 2 (stderr), and bytes. */
  *feed(chunk: Uint8Array): Generator<readonly [number, Uint8Array]> {
    const all = new Uint8Array(this.rest.length + chunk.length);
    all.set(this.rest);
    all.set(chunk, this.rest.length);
    let at = 0;
    while (all.length - at >= 8) {
      const size =
        ((all[at + 4] ?? 0) << 24) | ((all[at + 5] ?? 0) << 16) | ((all[at + 6] ?? 0) << 8) | (all[at + 7] ?? 0);
      if (all.length - at - 8 < size) break;
      yield [all[at] ?? 1, all.slice(at + 8, at + 8 + size)];
      at += 8 + size;
    }
    this.rest = all.slice(at);
  }
}

/** Puts the local terminal into raw mode; returns what puts it back. */
function rawTerminal(cli: Cli): () => void {
  if (!cli.inIsTerminal) return () => undefined;
  const before = { ...cli.sys.terminalMode(0) };
  cli.sys.terminalMode(0, { canonical: false, echo: false, signals: false, postprocess: false, crToNl: false });
  let done = false;
  return () => {
    if (done) return;
    done = true;
    cli.sys.terminalMode(0, before);
  };
}

/** Copies both ways until the other side closes or the user detaches. */
export async function stream(cli: Cli, connection: Channel, options: StreamOptions): Promise<StreamEnd> {
  const restore = options.stdin && options.tty ? rawTerminal(cli) : () => undefined;
  const output = copyOutput(cli, connection, options).then((): StreamEnd => 'closed');
  if (!options.stdin) {
    if (options.stdout || options.stderr) await output;
    restore();
    return 'closed';
  }
  const input = copyInput(cli, connection, options);
  const end = await Promise.race([
    output,
    input.then((ended): StreamEnd | Promise<StreamEnd> => (ended === 'detached' ? ended : output)),
  ]);
  restore();
  if (end === 'detached') connection.close();
  return end;
}

async function copyOutput(cli: Cli, connection: Channel, options: StreamOptions): Promise<void> {
  const demultiplexer = new Demultiplexer();
  for (;;) {
    const chunk = await connection.read();
    if (chunk.length === 0) return;
    if (options.tty) {
      if (options.stdout) await cli.out(chunk);
      continue;
    }
    for (const [number, bytes] of demultiplexer.feed(chunk)) {
      if (number === 2) {
        if (options.stderr) await cli.err(bytes);
      } else if (options.stdout) await cli.out(bytes);
    }
  }
}

async function copyInput(cli: Cli, connection: Channel, options: StreamOptions): Promise<'end' | 'detached'> {
  const filter = options.tty ? new EscapeFilter(parseDetachKeys(options.detachKeys)) : undefined;
  for (;;) {
    const chunk = await cli.sys.read(0);
    if (chunk.length === 0) {
      connection.closeWrite();
      return 'end';
    }
    if (filter === undefined) {
      await connection.write(chunk);
      continue;
    }
    const { pass, detached } = filter.feed(chunk);
    if (pass.length > 0) await connection.write(pass);
    if (detached) return 'detached';
  }
}

const FORWARDED: readonly SignalName[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTSTP',
  'SIGALRM',
];

/** Passes the signals this process gets on to the container. The third that asks it to end ends this process itself. */
export function forwardSignals(cli: Cli, id: string): void {
  let asked = 0;
  for (const name of FORWARDED) {
    cli.sys.signal(name, () => {
      if ((name === 'SIGINT' || name === 'SIGTERM') && ++asked === 3) {
        void cli.err('\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n').then(() => cli.sys.exit(1));
        return;
      }
      // A container that has ended already takes no signals; that is no failure of the command.
      cli.api.call('POST', containerPath(id, '/kill'), { query: { signal: name.slice(3) } }).catch((error: unknown) => {
        if (!(error instanceof CliError)) throw error;
      });
    });
  }
}

/** Tells the other side the size of the local terminal, now and whenever it changes. */
export async function followSize(cli: Cli, path: string): Promise<void> {
  const send = async (): Promise<void> => {
    const { rows, columns } = cli.sys.windowSize(1);
    if (rows === 0 && columns === 0) return;
    try {
      await cli.api.call('POST', `${path}/resize`, { query: { h: String(rows), w: String(columns) } });
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
    }
  };
  cli.sys.signal('SIGWINCH', () => void send());
  await send();
}

/** A terminal on the other side needs one here when its input is attached. */
export function checkTerminal(cli: Cli, attachStdin: boolean, tty: boolean): void {
  if (tty && attachStdin && !cli.inIsTerminal) {
    throw new CliError('cannot attach stdin to a TTY-enabled container because stdin is not a terminal');
  }
}
