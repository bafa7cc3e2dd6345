import { isErrno } from '../../kernel/errno.ts';
import type { Channel, Pty } from '../../kernel/kernel.ts';
import type { EventLog } from '../../kernel/log.ts';
import type { LogStore, StreamName } from './log-store.ts';

/** Someone who reads what a process writes. */
export interface Sink {
  data(stream: StreamName, bytes: Uint8Array): void;
  end(): void;
}

/** The daemon's ends of a process' standard streams. */
export interface StreamEnds {
  readonly stdin: Channel | undefined;
  readonly stdout: Channel | undefined;
  readonly stderr: Channel | undefined;
  readonly pty: Pty | undefined;
}

/**
 * The standard streams of a container or exec as the daemon holds them: copies the output of each run to the log and to
 * everyone attached, and passes their input on. One can attach before the process runs.
 */
export class StreamHub {
  readonly #sinks = new Set<Sink>();
  #ends: StreamEnds | undefined;
  #connected = Promise.withResolvers<StreamEnds | undefined>();

  get pty(): Pty | undefined {
    return this.#ends?.pty;
  }

  /** Takes the streams of a new run. Resolves when its output has ended; those attached are told, and `heard` all along. */
  async connect(ends: StreamEnds, log?: LogStore, heard?: Sink['data']): Promise<void> {
    this.#ends = ends;
    this.#connected.resolve(ends);
    const outputs: [StreamName, Channel | undefined][] = ends.pty
      ? [['stdout', ends.pty.master]]
      : [
          ['stdout', ends.stdout],
          ['stderr', ends.stderr],
        ];
    await Promise.all(outputs.map(([name, channel]) => this.#copy(name, channel, log, heard)));
    this.#ends = undefined;
    this.#connected = Promise.withResolvers();
    this.release();
  }

  /** Lets everyone go who is attached: the run is over, or never came to be (`problem` then says why). */
  release(problem?: Uint8Array): void {
    this.#connected.resolve(undefined);
    this.#connected = Promise.withResolvers();
    const sinks = [...this.#sinks];
    this.#sinks.clear();
    for (const sink of sinks) {
      if (problem !== undefined) sink.data('stdout', problem);
      sink.end();
    }
  }

  async #copy(
    name: StreamName,
    channel: Channel | undefined,
    log: LogStore | undefined,
    heard: Sink['data'] | undefined,
  ): Promise<void> {
    if (channel === undefined) return;
    for (;;) {
      const bytes = await readOrEnd(channel);
      if (bytes.length === 0) break;
      log?.write(name, bytes);
      heard?.(name, bytes);
      for (const sink of [...this.#sinks]) sink.data(name, bytes);
    }
    log?.flush(name);
    channel.close();
  }

  /** Adds a reader; returns the function that takes it away. */
  attach(sink: Sink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  /** Passes input on, once there is a process; false when it does not read (any more). */
  async write(bytes: Uint8Array): Promise<boolean> {
    const ends = this.#ends ?? (await this.#connected.promise);
    const channel = ends?.pty?.master ?? ends?.stdin;
    if (channel === undefined) return false;
    try {
      await channel.write(bytes);
      return true;
    } catch (error) {
      if (isErrno(error)) return false;
      throw error;
    }
  }

  /** Ends the process' input (on a terminal there is no such thing: the user types ^D). */
  async closeStdin(): Promise<void> {
    const ends = this.#ends ?? (await this.#connected.promise);
    if (ends !== undefined && ends.pty === undefined) ends.stdin?.closeWrite();
  }
}

/** Bytes of a run's output that the event log takes. */
const HEARD = 16 * 1024;

/** Writes the beginning of what `container` (or an exec in it) prints to the machine's event log. */
export function tellOutput(log: EventLog, container: { id: string; name: string }, exec?: string): Sink['data'] {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let left = HEARD;
  return (stream, bytes) => {
    if (left <= 0) return;
    const text = decoders[stream].decode(bytes.subarray(0, left), { stream: true });
    left -= bytes.length;
    if (text !== '')
      log.emit('container.output', {
        id: container.id,
        name: container.name,
        ...(exec !== undefined && { exec }),
        stream,
        text,
      });
  };
}

/** Reads from a channel; a terminal whose other side is closed fails with EIO, which is the end too. */
async function readOrEnd(channel: Channel): Promise<Uint8Array> {
  try {
    return await channel.read(32768);
  } catch (error) {
    if (isErrno(error)) return new Uint8Array(0);
    throw error;
  }
}
