/** What a command has at hand: streams, the daemon, its own files. */
import type { Sys } from '../../kernel/abi.ts';
import { Api, type Transport } from './api.ts';
import type { DaemonKind, KnownDaemon } from './help.ts';
import { ConnectionError } from './errors.ts';
import { DEFAULT_CONTEXT, type ConfigFile } from './config.ts';

const encoder = new TextEncoder();

export class Cli {
  readonly sys: Sys;
  readonly api: Api;
  /** The path of the command that runs, e.g. `docker container ls`. */
  path = 'docker';
  /** The name it was called by (`ps`, `ls`). */
  calledAs = '';
  /** `~/.docker/config.json`. */
  readonly config: ConfigFile;
  /** The name of the context that is used. */
  readonly context: string;

  constructor(sys: Sys, transport: Transport, config: ConfigFile, context = DEFAULT_CONTEXT) {
    this.sys = sys;
    this.api = new Api(transport);
    this.config = config;
    this.context = context;
  }

  /** Virtual time, ms since the epoch. */
  now(): number {
    return this.sys.now();
  }

  out(data: string | Uint8Array): Promise<void> {
    return this.sys.write(1, typeof data === 'string' ? encoder.encode(data) : data);
  }

  err(data: string | Uint8Array): Promise<void> {
    return this.sys.write(2, typeof data === 'string' ? encoder.encode(data) : data);
  }

  print(line: string): Promise<void> {
    return this.out(`${line}\n`);
  }

  printErr(line: string): Promise<void> {
    return this.err(`${line}\n`);
  }

  get inIsTerminal(): boolean {
    return this.sys.isatty(0);
  }
  get outIsTerminal(): boolean {
    return this.sys.isatty(1);
  }
  get errIsTerminal(): boolean {
    return this.sys.isatty(2);
  }

  /** Columns of stdout's terminal; 0 when it is none. */
  get columns(): number {
    return this.outIsTerminal ? this.sys.windowSize(1).columns : 0;
  }

  /** What kind of daemon there is; undefined when it cannot be reached. */
  async daemonKind(): Promise<KnownDaemon> {
    try {
      const ping = await this.api.ping();
      const kind: DaemonKind = {
        swarmManager: ping.swarm === 'active/manager',
        swarmActive: ping.swarm !== '' && !ping.swarm.startsWith('inactive'),
        experimental: ping.experimental,
        windows: ping.osType === 'windows',
      };
      return kind;
    } catch (error) {
      if (error instanceof ConnectionError) return undefined;
      throw error;
    }
  }

  /** An absolute path for one the user gave. */
  absolute(path: string): string {
    return cleanPath(path.startsWith('/') ? path : `${this.sys.cwd()}/${path}`);
  }

  /** Reads all of stdin. */
  async readStdin(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const chunk = await this.sys.read(0);
      if (chunk.length === 0) break;
      chunks.push(chunk);
      size += chunk.length;
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  /** One line of stdin without its end; undefined at the end of input. */
  async readLine(): Promise<string | undefined> {
    let line = '';
    const decoder = new TextDecoder();
    for (;;) {
      const chunk = await this.sys.read(0, 1);
      if (chunk.length === 0) return line === '' ? undefined : line;
      const text = decoder.decode(chunk, { stream: true });
      if (text === '\n') return line.replace(/\r$/, '');
      line += text;
    }
  }
}

/** path.Clean: without `.`, `..` and doubled slashes. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !absolute) out.push(part);
  }
  const text = out.join('/');
  return absolute ? `/${text}` : text === '' ? '.' : text;
}
