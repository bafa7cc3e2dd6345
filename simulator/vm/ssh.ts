/**
 * What `multipass exec` and the machine's sshd say to each other. Both begin with SSH's own identification line; after it come
 * frames of a letter, a length and bytes, in place of SSH's encrypted packets.
 */
import type { WindowSize } from '../kernel/abi.ts';
import type { Channel } from '../kernel/kernel.ts';

export const CLIENT_ID = 'SSH-2.0-libssh_0.11.1\r\n';
export const SERVER_ID = 'SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.14\r\n';

/** r request, i input, e end of input, w window size, o output, x errors, s status. */
export type FrameType = 'r' | 'i' | 'e' | 'w' | 'o' | 'x' | 's';

/** What a session is to run: a command line of the user's shell, or the shell itself. */
export interface SessionRequest {
  readonly user: string;
  readonly command?: string;
  readonly directory?: string;
  readonly terminal?: { readonly type: string; readonly size: WindowSize };
}

const HEAD = 5;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function frame(type: FrameType, data: Uint8Array | string = ''): Uint8Array {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  const out = new Uint8Array(HEAD + bytes.length);
  out[0] = type.charCodeAt(0);
  new DataView(out.buffer).setUint32(1, bytes.length);
  out.set(bytes, HEAD);
  return out;
}

/** Reads one side of a connection: the identification line first, then frames until it ends. */
export class FrameReader {
  readonly #channel: Pick<Channel, 'read'>;
  #rest = new Uint8Array(0);
  constructor(channel: Pick<Channel, 'read'>) {
    this.#channel = channel;
  }

  async #fill(): Promise<boolean> {
    const chunk = await this.#channel.read();
    if (chunk.length === 0) return false;
    const joined = new Uint8Array(this.#rest.length + chunk.length);
    joined.set(this.#rest);
    joined.set(chunk, this.#rest.length);
    this.#rest = joined;
    return true;
  }

  /** The identification line; undefined when the other side is no SSH. */
  async identification(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = decoder.decode(this.#rest.subarray(0, end)).trim();
        this.#rest = this.#rest.slice(end + 1);
        return line.startsWith('SSH-2.0-') ? line : undefined;
      }
      if (this.#rest.length > 255 || !(await this.#fill())) return undefined;
    }
  }

  async next(): Promise<{ readonly type: FrameType; readonly data: Uint8Array } | undefined> {
    for (;;) {
      if (this.#rest.length >= HEAD) {
        const size = new DataView(this.#rest.buffer, this.#rest.byteOffset).getUint32(1);
        if (this.#rest.length >= HEAD + size) {
          const type = String.fromCharCode(this.#rest[0]!) as FrameType;
          const data = this.#rest.slice(HEAD, HEAD + size);
          this.#rest = this.#rest.slice(HEAD + size);
          return { type, data };
        }
      }
      if (!(await this.#fill())) return undefined;
    }
  }
}

export const jsonFrame = (type: FrameType, value: unknown): Uint8Array => frame(type, JSON.stringify(value));
export const readJson = <T>(data: Uint8Array): T => JSON.parse(decoder.decode(data)) as T;
