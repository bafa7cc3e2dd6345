/** Connects a hijacked connection to the streams of a container or exec. */
import { isErrno } from '../../kernel/errno.ts';
import type { Channel } from '../../kernel/kernel.ts';
import { invalid } from '../errors.ts';
import { Queue } from '../http.ts';
import type { StreamName } from './log-store.ts';
import { frame } from './multiplex.ts';
import type { StreamHub } from './streams.ts';

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  /** The process' input ends when the client's does. */
  readonly closeStdin: boolean;
  readonly detachKeys: Uint8Array;
  /** Output from before the attach (`logs=1`). */
  readonly before?: readonly { readonly stream: StreamName; readonly bytes: Uint8Array }[];
  /** Called when the keys to detach were typed. */
  readonly onDetach?: () => void;
}

const CONTROL: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 };

/** Reads `ctrl-p,ctrl-q`; '' gives the default. Throws Docker's text. */
export function readDetachKeys(text: string): Uint8Array {
  const keys = (text === '' ? 'ctrl-p,ctrl-q' : text).split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const letter = /^ctrl-(.)$/.exec(key)?.[1];
    if (letter !== undefined && /[a-z]/.test(letter)) return letter.charCodeAt(0) - 96;
    const code = letter === undefined ? undefined : CONTROL[letter];
    if (code === undefined) throw invalid(`Invalid detach keys (${text}) provided`);
    return code;
  });
  return Uint8Array.from(keys);
}

/** Looks for the detach keys in typed input: bytes that may begin them are held back until it is clear. */
class DetachDetector {
  readonly #keys: Uint8Array;
  #matched = 0;
  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }
  /** What of the input is to be passed on, and whether the keys were complete. */
  feed(bytes: Uint8Array): { pass: Uint8Array; detach: boolean } {
    const pass: number[] = [];
    for (const byte of bytes) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Uint8Array.from(pass), detach: true };
        continue;
      }
      pass.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detach: false };
  }
}

/** Copies between the connection and the process until the process' output ends, the user detaches, or hangs up. */
export async function connectStreams(connection: Channel, hub: StreamHub, options: AttachOptions): Promise<void> {
  const queue = new Queue<Uint8Array>();
  const wrap = (stream: StreamName, bytes: Uint8Array): Uint8Array => (options.tty ? bytes : frame(stream, bytes));
  for (const record of options.before ?? [])
    if (record.stream === 'stdout' ? options.stdout : options.stderr) queue.push(wrap(record.stream, record.bytes));
  const leave = hub.attach({
    data: (stream, bytes) => {
      if (stream === 'stdout' ? options.stdout : options.stderr) queue.push(wrap(stream, bytes));
    },
    end: () => queue.close(),
  });
  const detached = (): void => {
    leave();
    queue.close();
    options.onDetach?.();
  };
  void passInput(connection, hub, options, detached);
  try {
    for await (const bytes of queue) await connection.write(bytes);
  } catch (error) {
    // The client is gone; the process goes on.
    if (!isErrno(error)) throw error;
  } finally {
    leave();
    connection.close();
  }
}

async function passInput(
  connection: Channel,
  hub: StreamHub,
  options: AttachOptions,
  detached: () => void,
): Promise<void> {
  const detector = options.tty && options.stdin ? new DetachDetector(options.detachKeys) : undefined;
  try {
    for (;;) {
      const bytes = await connection.read(32768);
      if (bytes.length === 0) break;
      if (!options.stdin) continue;
      const { pass, detach } = detector?.feed(bytes) ?? { pass: bytes, detach: false };
      if (pass.length > 0 && !(await hub.write(pass))) return;
      if (detach) {
        detached();
        return;
      }
    }
    if (options.stdin && options.closeStdin) await hub.closeStdin();
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}
