/** What every tool works with: its arguments, buffered output, messages, and reading of operands. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno, type Errno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { byteString, concat, fromBytes, toBytes } from './text.ts';

/** Whose wording and options a tool follows. */
export type Flavour = 'gnu' | 'busybox';

/** A tool: runs over an `Io` and gives its exit code. */
export type Tool = (io: Io) => Promise<number>;
export type Tools = Readonly<Record<string, Tool>>;

/** Thrown to leave a tool with an exit code. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Standard output is written in blocks of this many bytes unless it is a terminal (stdio's buffer). */
const BLOCK = 4096;

/** Lines of one read, as byte strings without their newlines; `open` marks a last line without newline. */
export interface LineChunk {
  readonly lines: string[];
  readonly open: boolean;
}

export class Io {
  readonly sys: Sys;
  readonly flavour: Flavour;
  /** The name messages start with. */
  name: string;
  /** Arguments without the command's own name. */
  args: readonly string[];
  /** Exit code a failed write of standard output gives. */
  writeFailure = 1;
  #out = '';
  #lineBuffered: boolean | undefined;

  constructor(sys: Sys, flavour: Flavour, name: string, args: readonly string[]) {
    this.sys = sys;
    this.flavour = flavour;
    this.name = name;
    this.args = args;
  }

  get busybox(): boolean {
    return this.flavour === 'busybox';
  }

  /** Writes text to standard output. */
  out(text: string): Promise<void> | undefined {
    return this.raw(byteString(text));
  }

  /** Writes a byte string to standard output. */
  raw(bytes: string): Promise<void> | undefined {
    this.#out += bytes;
    if (this.#out.length >= BLOCK) return this.flush();
    this.#lineBuffered ??= this.sys.fds().includes(1) && this.sys.isatty(1);
    return this.#lineBuffered && bytes.includes('\n') ? this.flush() : undefined;
  }

  /** Writes bytes to standard output without buffering. */
  async bytes(data: Uint8Array): Promise<void> {
    await this.flush();
    await this.#write(data);
  }

  /** Empties the output buffer. */
  async flush(): Promise<void> {
    if (this.#out === '') return;
    const data = toBytes(this.#out);
    this.#out = '';
    await this.#write(data);
  }

  async #write(data: Uint8Array): Promise<void> {
    try {
      await this.sys.write(1, data);
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#out = '';
      await this.fail(`write error: ${error.message}`);
      throw new Exit(this.writeFailure);
    }
  }

  /** Writes text to standard error, after what is waiting for standard output (as error(3) does). */
  async error(text: string): Promise<void> {
    await this.flush();
    try {
      await this.sys.write(2, text);
    } catch (error) {
      if (!isErrno(error)) throw error; // nobody is left to be told
    }
  }

  /** Prints `name: message` on standard error. */
  fail(message: string): Promise<void> {
    return this.error(`${this.name}: ${message}\n`);
  }

  /** Prints a message and leaves with `code`. */
  async die(message: string, code = 1): Promise<never> {
    await this.fail(message);
    throw new Exit(code);
  }

  /** What to print for a failed call; anything but an `Errno` is a defect and is thrown on. */
  reason(error: unknown): string {
    if (isErrno(error)) return error.message;
    throw error;
  }

  /** Opens a file to read, or standard input for `-`. */
  open(path: string): number {
    return path === '-' ? 0 : this.sys.open(path, { read: true });
  }

  close(fd: number): void {
    if (fd > 2) this.sys.close(fd);
  }

  /** The blocks of a descriptor until its end. */
  async *blocks(fd: number, size = 65536): AsyncGenerator<Uint8Array> {
    for (;;) {
      const block = await this.sys.read(fd, size);
      if (block.length === 0) return;
      yield block;
      await this.sys.tick();
    }
  }

  /** All bytes of a descriptor. */
  async all(fd: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const block of this.blocks(fd)) parts.push(block);
    return parts.length === 0 ? new Uint8Array(0) : concat(parts);
  }

  /** The whole of a descriptor as a byte string. */
  async allText(fd: number): Promise<string> {
    return fromBytes(await this.all(fd));
  }

  /** Lines as they arrive. */
  async *lines(fd: number, separator = '\n'): AsyncGenerator<LineChunk> {
    let rest = '';
    for await (const block of this.blocks(fd)) {
      const text = fromBytes(block);
      if (!text.includes(separator)) {
        rest += text;
        continue;
      }
      const lines = (rest + text).split(separator);
      rest = lines.pop()!;
      yield { lines, open: false };
    }
    if (rest !== '') yield { lines: [rest], open: true };
  }
}

/** The error of a call, or undefined when it works. */
export function attempt(call: () => void): Errno | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (isErrno(error)) return error;
    throw error;
  }
}

/** Runs `tool` to its exit code over `io`. */
export async function runTool(tool: Tool, io: Io): Promise<number> {
  let code: number;
  try {
    code = await tool(io);
  } catch (error) {
    if (error instanceof Exit) code = error.code;
    else if (isErrno(error)) {
      await io.fail(error.subject === '' ? error.message : `${error.subject}: ${error.message}`);
      code = 1;
    } else throw error;
  }
  try {
    await io.flush();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    code = error.code;
  }
  return code;
}

/** The calls of a process under another command line, as a multi-call binary hands them to its applet. */
export const withArgv = (sys: Sys, argv: readonly string[]): Sys =>
  new Proxy(sys, {
    get(target, key) {
      if (key === 'argv') return argv;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

/** A tool as a program of the kernel. */
export const program =
  (tool: Tool, flavour: Flavour): Program =>
  (sys) =>
    runTool(tool, new Io(sys, flavour, baseName(sys.argv[0] ?? ''), sys.argv.slice(1)));
