/** A daemon of canned answers and the few system calls a command needs: for tests of the client alone. */
import type { RequestOptions } from '../http/client.ts';
import type { HttpAnswer } from '../http/http.ts';
import type { Sys } from '../kernel/abi.ts';
import { Errno } from '../kernel/errno.ts';
import type { Transport } from './cli/api.ts';
import { runDocker } from './docker.ts';

export interface CannedAnswer {
  readonly method: string;
  /** Matches the path with query, without the API version. */
  readonly pattern: RegExp;
  readonly body: string;
  readonly status: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface CommandRun {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** All requests but pings. */
  readonly requests: readonly SeenRequest[];
}

export interface CommandOptions {
  readonly answers?: readonly CannedAnswer[];
  /** Virtual time in ms. */
  readonly now?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function* once(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield encoder.encode(text);
}

/** Runs one command line against the canned answers. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandRun> {
  let stdout = '';
  let stderr = '';
  const requests: SeenRequest[] = [];
  const cwd = options.cwd ?? '/lab';
  const files = new Map(Object.entries(options.files ?? {}));
  const find = (path: string): string => {
    const text = files.get(path.startsWith('/') ? path : `${cwd}/${path}`);
    if (text === undefined) throw new Errno('ENOENT');
    return text;
  };
  const calls: Partial<Sys> = {
    argv,
    env: { HOME: '/root', ...options.env },
    now: () => options.now ?? 0,
    cwd: () => cwd,
    isatty: () => false,
    read: () => Promise.resolve(new Uint8Array(0)),
    write: (fd, data) => {
      const text = typeof data === 'string' ? data : decoder.decode(data);
      if (fd === 1) stdout += text;
      else stderr += text;
      return Promise.resolve();
    },
    readText: find,
    readFile: (path) => encoder.encode(find(path)),
    writeFile: (path, data) => void files.set(path, typeof data === 'string' ? data : decoder.decode(data)),
    unlink: (path) => void files.delete(path),
    stat: (path) => {
      if (path === '/' || cwd.startsWith(path)) return { type: 'dir' } as ReturnType<Sys['stat']>;
      find(path);
      return { type: 'file' } as ReturnType<Sys['stat']>;
    },
    signal: () => undefined,
    external: (work) => work,
  };
  const transport: Transport = {
    host: 'unix:///var/run/docker.sock',
    async send(request: RequestOptions): Promise<HttpAnswer> {
      const method = request.method ?? 'GET';
      const path = request.target.replace(/^\/v\d+\.\d+/, '');
      const headers = new Map([
        ['api-version', '1.55'],
        ['ostype', 'linux'],
        ['swarm', 'inactive'],
        ['builder-version', '2'],
      ]);
      const respond = (status: number, text: string): HttpAnswer => ({
        status,
        reason: '',
        headers,
        head: '',
        body: once(text),
        reusable: true,
      });
      if (path === '/_ping') return respond(200, '');
      const body = typeof request.body === 'string' ? request.body : '';
      requests.push({ method, path, body });
      const answer = (options.answers ?? []).find((one) => one.method === method && one.pattern.test(path));
      return answer === undefined ? respond(404, '{"message":"page not found"}') : respond(answer.status, answer.body);
    },
  };
  const exit = await runDocker(calls as Sys, transport);
  return { exit, stdout, stderr, requests };
}
