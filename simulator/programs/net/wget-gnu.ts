/** GNU wget. */
import { HttpError, type HttpAnswer } from '../../http/http.ts';
import { Exit, type Io } from '../io.ts';
import { parseOptions, type Options, type OptionRules } from '../options.ts';
import { addressesOf, lookupFailure } from './dial.ts';
import { ask, copyBody, fileNameOf, open, type Connection } from './fetch.ts';
import { base64, formatUrl, parseUrl, resolveUrl, type Url } from './url.ts';

const VERSION = '1.21.3';
const RULES: OptionRules = {
  short: 'qO:o:P:T:t:U:SVcN4v',
  long: {
    quiet: 'q',
    verbose: 'v',
    'no-verbose': 'nv',
    'output-document': ':O',
    'output-file': ':o',
    'directory-prefix': ':P',
    timeout: ':T',
    tries: ':t',
    'user-agent': ':U',
    'server-response': 'S',
    header: ':header',
    'post-data': ':post-data',
    'post-file': ':post-file',
    method: ':method',
    'body-data': ':post-data',
    spider: 'spider',
    'no-check-certificate': 'k',
    'show-progress': 'show-progress',
    progress: ':progress',
    continue: 'c',
    user: ':user',
    password: ':password',
    'max-redirect': ':max-redirect',
    'content-on-error': 'content-on-error',
    'retry-connrefused': 'retry-connrefused',
    waitretry: ':waitretry',
    timestamping: 'N',
  },
  exit: 2,
  version: `GNU Wget ${VERSION} built on linux-gnu.`,
  usage: '[OPTION]... [URL]...',
};

const pad = (n: number): string => String(n).padStart(2, '0');
function stamp(ms: number): string {
  const d = new Date(ms);
  return `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())} ${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`;
}
const human = (bytes: number): string =>
  bytes < 1024 ? String(bytes) : bytes < 1024 * 1024 ? `${trim(bytes / 1024)}K` : `${trim(bytes / 1024 / 1024)}M`;
const trim = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
const rate = (bytes: number, ms: number): string => {
  const perSecond = (bytes * 1000) / Math.max(0.01, ms);
  if (perSecond < 1024) return `${perSecond.toFixed(0)} B/s`;
  return perSecond < 1024 * 1024
    ? `${(perSecond / 1024).toPrecision(3)} KB/s`
    : `${(perSecond / 1024 / 1024).toPrecision(3)} MB/s`;
};

class Retrieval {
  readonly #io: Io;
  readonly #options: Options;
  readonly #log: (text: string) => Promise<void>;
  readonly #quotes: readonly [string, string];
  readonly #timeout: number;

  constructor(io: Io, options: Options) {
    this.#io = io;
    this.#options = options;
    const silent = options.has('q') || options.has('nv');
    this.#log = async (text) => {
      if (!silent) await io.error(text);
    };
    const { env } = io.sys;
    const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
    this.#quotes = /utf-?8/i.test(locale) ? ['‘', '’'] : ["'", "'"];
    this.#timeout = Number(options.get('T') ?? 900) * 1000 || Infinity;
  }

  #quote(text: string): string {
    return `${this.#quotes[0]}${text}${this.#quotes[1]}`;
  }

  async #connect(url: Url): Promise<Connection> {
    const io = this.#io;
    const deadline = io.sys.now() + this.#timeout;
    const numeric = /^[\d.]+$/.test(url.host);
    if (!numeric) await this.#log(`Resolving ${url.host} (${url.host})... `);
    const addresses = await addressesOf(io.sys, url.host);
    if (!addresses || addresses.length === 0) {
      await this.#log(`failed: ${lookupFailure(io.sys, addresses)}.\n`);
      await io.error(`wget: unable to resolve host address ${this.#quote(url.host)}\n`);
      throw new Exit(4);
    }
    if (!numeric) await this.#log(`${addresses.slice(0, 3).join(', ')}\n`);
    for (const address of addresses) {
      const place = numeric ? `${address}:${url.port}` : `${url.host} (${url.host})|${address}|:${url.port}`;
      await this.#log(`Connecting to ${place}... `);
      try {
        const connection = await open(io.sys, url, address, deadline);
        if (!('failed' in connection)) {
          await this.#log('connected.\n');
          return connection;
        }
        if (connection.failed === 'tls') {
          await this.#log('connected.\n');
          await io.error('GnuTLS: An unexpected TLS packet was received.\nUnable to establish SSL connection.\n');
          throw new Exit(4);
        }
        await this.#log('failed: Connection timed out.\n');
      } catch (error) {
        await this.#log(`failed: ${io.reason(error)}.\n`);
      }
    }
    throw new Exit(4);
  }

  async #exchange(url: Url, connection: Connection): Promise<HttpAnswer> {
    const io = this.#io;
    const options = this.#options;
    const headers: Record<string, string> = {
      'User-Agent': options.get('U') ?? `Wget/${VERSION}`,
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      Connection: 'Keep-Alive',
    };
    const user = options.get('user') ?? url.user;
    if (user !== undefined) {
      headers['Authorization'] = `Basic ${base64(`${user}:${options.get('password') ?? url.password ?? ''}`)}`;
    }
    for (const line of options.all('header')) {
      const colon = line.indexOf(':');
      if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    }
    const file = options.get('post-file');
    const body = options.get('post-data') ?? (file === undefined ? undefined : io.sys.readFile(file));
    if (body !== undefined) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
    const method = options.get('method') ?? (body !== undefined ? 'POST' : options.has('spider') ? 'HEAD' : 'GET');
    await this.#log('HTTP request sent, awaiting response... ');
    try {
      const request = { method, headers, ...(body === undefined ? {} : { body }) };
      const answer = await ask(io.sys, connection, url, request, io.sys.now() + this.#timeout);
      if (!('failed' in answer)) return answer;
      await this.#log('Read error (Connection timed out) in headers.\nGiving up.\n\n');
    } catch (error) {
      if (!(error instanceof HttpError))
        await this.#log(`Read error (${io.reason(error)}) in headers.\nGiving up.\n\n`);
      else if (error.fault === 'empty') await this.#log('No data received.\nGiving up.\n\n');
      else await this.#log('200 No headers, assuming HTTP/0.9\n');
    }
    throw new Exit(4);
  }

  async fetch(text: string): Promise<number> {
    const io = this.#io;
    const options = this.#options;
    let url = parseUrl(text);
    if (!url || !['http', 'https'].includes(url.scheme)) {
      await io.error(
        `${text}: ${url ? 'Unsupported scheme' : 'Invalid host name'}${url ? ` ${this.#quote(url.scheme)}` : ''}.\n`,
      );
      return 1;
    }
    const original = url;
    for (let hops = 0; ; hops++) {
      await this.#log(`--${stamp(io.sys.now())}--  ${formatUrl(url)}\n`);
      const connection = await this.#connect(url);
      const answer = await this.#exchange(url, connection);
      await this.#log(`${answer.status} ${answer.reason}\n`);
      if (options.has('S')) {
        await io.error(
          answer.head
            .split('\r\n')
            .slice(0, -2)
            .map((line) => `  ${line}\n`)
            .join(''),
        );
      }
      const location = answer.headers.get('location');
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        connection.close();
        await this.#log(`Location: ${location} [following]\n`);
        const limit = Number(options.get('max-redirect') ?? 20);
        if (hops >= limit) {
          await this.#log(`${limit} redirections exceeded.\n`);
          return 8;
        }
        const next = resolveUrl(url, location);
        if (!next) return 1;
        url = next;
        continue;
      }
      if (answer.status >= 400) return this.#failed(url, answer, connection);
      return options.has('spider') ? this.#exists(connection) : this.#save(original, answer, connection);
    }
  }

  async #failed(url: Url, answer: HttpAnswer, connection: Connection): Promise<number> {
    connection.close();
    if (this.#options.has('spider')) await this.#log('Remote file does not exist -- broken link!!!\n\n');
    else if (this.#options.has('nv') && !this.#options.has('q')) {
      await this.#io.error(
        `${formatUrl(url)}:\n${stamp(this.#io.sys.now())} ERROR ${answer.status}: ${answer.reason}.\n`,
      );
    } else await this.#log(`${stamp(this.#io.sys.now())} ERROR ${answer.status}: ${answer.reason}.\n\n`);
    return 8;
  }

  async #exists(connection: Connection): Promise<number> {
    connection.close();
    await this.#log('Remote file exists.\n\n');
    return 0;
  }

  #target(url: Url): string {
    const given = this.#options.get('O');
    if (given !== undefined) return given;
    const directory = this.#options.get('P');
    const name = (directory === undefined ? '' : `${directory.replace(/\/$/, '')}/`) + fileNameOf(url);
    let target = name;
    for (let i = 1; this.#io.sys.access(target, {}); i++) target = `${name}.${i}`;
    return target;
  }

  async #save(url: Url, answer: HttpAnswer, connection: Connection): Promise<number> {
    const { sys } = this.#io;
    const length = answer.headers.get('content-length');
    const type = answer.headers.get('content-type')?.replace(/;.*/, '');
    const size =
      length === undefined ? 'unspecified' : Number(length) < 1024 ? length : `${length} (${human(Number(length))})`;
    await this.#log(`Length: ${size}${type === undefined ? '' : ` [${type}]`}\n`);
    const target = this.#target(url);
    const toStdout = target === '-';
    await this.#log(`Saving to: ${this.#quote(toStdout ? 'STDOUT' : target)}\n\n`);
    let fd = 1;
    if (!toStdout) {
      try {
        fd = sys.open(target, { write: true, create: true, truncate: true });
      } catch (error) {
        await this.#io.error(`${target}: ${this.#io.reason(error)}\n`);
        return 3;
      }
    }
    const started = sys.now();
    let done = 0;
    let complete: boolean;
    try {
      complete = await copyBody(
        sys,
        answer,
        () => sys.now() + this.#timeout,
        async (bytes) => {
          done += bytes.length;
          await sys.write(fd, bytes);
        },
      );
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      complete = false;
    }
    const spent = sys.now() - started;
    const speed = rate(done, spent);
    await this.#log(
      `${dots(done)}${length === undefined ? '     ' : '100%'} ${speed.replace(/ (.)?B\/s/, '$1')}=${spent < 1 ? '0' : (spent / 1000).toFixed(1)}s\n\n`,
    );
    if (fd !== 1) sys.close(fd);
    connection.close();
    const amount = length === undefined ? `[${done}]` : `[${done}/${length}]`;
    if (this.#options.has('nv') && !this.#options.has('q')) {
      await this.#io.error(`${stamp(sys.now())} URL:${formatUrl(url)} ${amount} -> "${target}" [1]\n`);
    }
    const what = toStdout ? 'written to stdout' : `${this.#quote(target)} saved`;
    await this.#log(
      `${stamp(sys.now())} (${speed}) - ${complete ? `${what} ${amount}` : `Connection closed at byte ${done}.`}\n\n`,
    );
    return complete ? 0 : 4;
  }
}

/** wget's `dot` progress up to the percentage: one dot for each kilobyte, 50 a line. */
function dots(bytes: number): string {
  const last = Math.max(0, Math.ceil(bytes / 1024) - 1);
  const lines: string[] = [];
  for (let line = 0; line <= Math.floor(last / 50); line++) {
    const count = Math.min(50, Math.floor(bytes / 1024) - line * 50);
    let row = '';
    for (let i = 0; i < 50; i++) row += (i % 10 === 0 ? ' ' : '') + (i < count ? '.' : ' ');
    lines.push(`${String(line * 50).padStart(6)}K${row} `);
  }
  return lines.map((row, i) => (i < lines.length - 1 ? `${row}\n` : row)).join('');
}

export async function gnuWget(io: Io): Promise<number> {
  io.name = 'wget';
  io.args = io.args.flatMap((arg) => {
    // -nv and -nc are words of their own; -qO- and the like are ordinary clusters.
    if (arg === '-nv') return ['--no-verbose'];
    return arg === '-nc' ? [] : [arg];
  });
  const options = await parseOptions(io, RULES);
  if (options.has('V')) {
    await io.out(`GNU Wget ${VERSION} built on linux-gnu.\n`);
    return 0;
  }
  if (options.operands.length === 0) {
    await io.error("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
    return 1;
  }
  let worst = 0;
  for (const url of options.operands) {
    let code: number;
    try {
      code = await new Retrieval(io, options).fetch(url);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code;
    }
    if (code !== 0 && (worst === 0 || code < worst)) worst = code;
  }
  return worst;
}
