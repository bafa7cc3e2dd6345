/** curl: transfers by HTTP. */
import { requestHead, request } from '../../../http/client.ts';
import { HttpError, type HttpAnswer } from '../../../http/http.ts';
import { isErrno } from '../../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../../io.ts';
import { addressesOf, beginTls, dial, dialUnix, until } from '../dial.ts';
import { formatUrl, parseUrl, resolveUrl, type Url } from '../url.ts';
import { prepare, type Prepared } from './body.ts';
import { meter, writeOut, type Report } from './report.ts';
import { readSettings, type Settings } from './settings.ts';

/** A transfer that failed with one of libcurl's codes (libcurl-errors(3)). */
class CurlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

type Connection = Awaited<ReturnType<typeof dial>>;

/** One transfer with its redirects, from command line to report. */
class Transfer {
  readonly #io: Io;
  readonly #settings: Settings;
  readonly report: Report;
  readonly #output: string | undefined;
  readonly #deadline: number;
  #fd: number | undefined;
  #connections = 0;

  constructor(io: Io, settings: Settings, url: string, output: string | undefined) {
    this.#io = io;
    this.#settings = settings;
    this.#output = output === '-' ? undefined : output;
    const now = io.sys.now();
    this.#deadline = now + settings.maxTime;
    this.report = {
      url,
      effectiveUrl: url,
      method: 'GET',
      status: 0,
      scheme: '',
      headers: new Map(),
      downloaded: 0,
      uploaded: 0,
      expected: -1,
      headerBytes: 0,
      requestBytes: 0,
      redirects: 0,
      redirectUrl: '',
      connects: 0,
      remote: { host: '', port: 0 },
      local: { host: '', port: 0 },
      file: output ?? '',
      exit: 0,
      error: '',
      started: now,
      named: now,
      connected: now,
      firstByte: now,
      finished: now,
    };
  }

  get #showsMeter(): boolean {
    const { silent, meter: wanted, head, include } = this.#settings;
    if (silent || !wanted) return false;
    return this.#output !== undefined || !(this.#io.sys.isatty(1) || (head && include));
  }

  #info(text: string): Promise<void> | undefined {
    return this.#settings.verbose ? this.#io.error(`* ${text}\n`) : undefined;
  }

  async run(upload: Uint8Array | undefined): Promise<void> {
    const { report } = this;
    const url = parseUrl(report.url);
    const metered = this.#showsMeter;
    try {
      if (!url) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
      if (metered) await this.#io.error(meter.start());
      await this.#follow(url, upload);
    } catch (error) {
      const failed = translate(error);
      report.exit = failed.code;
      report.error = failed.message;
    }
    report.finished = this.#io.sys.now();
    if (this.#fd !== undefined) this.#io.sys.close(this.#fd);
    if (metered && url) await this.#io.error(meter.end(report));
  }

  async #follow(first: Url, upload: Uint8Array | undefined): Promise<void> {
    let url = first;
    let redirected: number | undefined;
    for (;;) {
      const { sys } = this.#io;
      const prepared = prepare(this.#settings, url, upload, (below) => sys.random(below), redirected);
      const { answer, connection } = await this.#exchange(url, prepared);
      const next = await this.#answer(url, answer);
      connection.close();
      if (!next) return;
      if (++this.report.redirects > this.#settings.maxRedirects) {
        throw new CurlError(47, `Maximum (${this.#settings.maxRedirects}) redirects followed`);
      }
      await this.#info(`Issue another request to this URL: '${formatUrl(next)}'`);
      url = next;
      redirected = answer.status;
    }
  }

  async #exchange(url: Url, prepared: Prepared): Promise<{ answer: HttpAnswer; connection: Connection }> {
    const { report } = this;
    if (url.scheme !== 'http' && url.scheme !== 'https') {
      throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
    }
    report.scheme = url.scheme;
    report.effectiveUrl =
      report.redirects === 0 && /^[a-z]+:\/\//i.test(report.url) ? withSlash(report.url) : formatUrl(url);
    report.method = prepared.method;
    const connection = await this.#connect(url);
    const head = requestHead({ ...prepared, ...(prepared.body ? { body: prepared.body } : {}) });
    report.requestBytes += head.length;
    report.uploaded += prepared.body?.length ?? 0;
    if (this.#settings.verbose) {
      await this.#io.error(
        head
          .split('\r\n')
          .slice(0, -1)
          .map((line) => `> ${line}\n`)
          .join(''),
      );
    }
    const answering = request(connection, {
      ...prepared,
      ...(prepared.body ? { body: prepared.body } : {}),
    });
    const outcome = await until(this.#io.sys, answering, this.#deadline);
    if (!outcome.done) throw this.#late();
    return { answer: outcome.value, connection };
  }

  #late(): CurlError {
    const spent = Math.round(this.#io.sys.now() - this.report.started);
    const { downloaded, expected } = this.report;
    const amount = expected >= 0 ? `${downloaded} out of ${expected} bytes` : `${downloaded} bytes`;
    return new CurlError(28, `Operation timed out after ${spent} milliseconds with ${amount} received`);
  }

  async #connect(url: Url): Promise<Connection> {
    const { sys } = this.#io;
    const { report } = this;
    const begun = sys.now();
    const limit = Math.min(this.#deadline, begun + this.#settings.connectTimeout);
    const { unixSocket } = this.#settings;
    if (unixSocket !== undefined) {
      await this.#info(`  Trying ${unixSocket}:0...`);
      try {
        const connection = await dialUnix(sys, unixSocket);
        await this.#info(`Connected to ${url.host} (${unixSocket}) port ${url.port} (#${this.#connections++})`);
        return this.#opened(connection, { host: '', port: 0 });
      } catch (error) {
        await this.#info(`connect to ${unixSocket} port ${url.port} failed: ${this.#io.reason(error)}`);
        throw this.#refused(url, begun);
      }
    }
    const fixed = this.#settings.resolve.get(`${url.host.toLowerCase()}:${url.port}`);
    const looked = await until(sys, fixed === undefined ? addressesOf(sys, url.host) : Promise.resolve([fixed]), limit);
    if (!looked.done)
      throw new CurlError(28, `Resolving timed out after ${Math.round(sys.now() - begun)} milliseconds`);
    report.named = sys.now();
    const addresses = looked.value;
    if (!addresses || addresses.length === 0) {
      await this.#info(`Could not resolve host: ${url.host}`);
      throw new CurlError(6, `Could not resolve host: ${url.host}`);
    }
    for (const address of addresses) {
      await this.#info(`  Trying ${address}:${url.port}...`);
      try {
        const outcome = await until(sys, dial(sys, address, url.port), limit);
        if (!outcome.done) {
          const spent = Math.round(sys.now() - begun);
          throw this.#deadline <= limit
            ? new CurlError(28, `Connection timed out after ${spent} milliseconds`)
            : new CurlError(
                28,
                `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Timeout was reached`,
              );
        }
        const connection = outcome.value;
        await this.#info(`Connected to ${url.host} (${address}) port ${url.port} (#${this.#connections++})`);
        if (url.scheme === 'https') await this.#secure(connection, address, url);
        return this.#opened(connection, { host: address, port: url.port });
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#info(`connect to ${address} port ${url.port} failed: ${error.message}`);
      }
    }
    throw this.#refused(url, begun);
  }

  #refused(url: Url, begun: number): CurlError {
    const spent = Math.round(this.#io.sys.now() - begun);
    return new CurlError(
      7,
      `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Couldn't connect to server`,
    );
  }

  #opened(connection: Connection, remote: { host: string; port: number }): Connection {
    const { report } = this;
    report.connects++;
    report.remote = remote;
    report.connected = this.#io.sys.now();
    const local = this.#io.sys.sockname(connection.fd);
    if (local.family === 'inet') report.local = { host: local.host, port: local.port };
    return connection;
  }

  async #secure(connection: Connection, address: string, url: Url): Promise<void> {
    const state = await beginTls(connection, address, url.host);
    if (state === 'ready') return;
    connection.close();
    throw new CurlError(
      35,
      state === 'closed'
        ? 'OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to ' + `${url.host}:${url.port} `
        : 'error:0A00010B:SSL routines::wrong version number',
    );
  }

  /** Writes the answer out; the URL to go on with, when it redirects and that is wanted. */
  async #answer(url: Url, answer: HttpAnswer): Promise<Url | undefined> {
    const { report } = this;
    const settings = this.#settings;
    report.status = answer.status;
    report.headers = answer.headers;
    report.headerBytes += answer.head.length;
    report.firstByte = this.#io.sys.now();
    const length = answer.headers.get('content-length');
    report.expected = length !== undefined && settings.method !== 'HEAD' ? Number(length) : -1;
    if (settings.verbose) {
      await this.#io.error(
        answer.head
          .split('\r\n')
          .slice(0, -1)
          .map((line) => `< ${line}\n`)
          .join(''),
      );
    }
    if (settings.dumpHeader !== undefined) await this.#dumpHeader(answer.head);
    const location = answer.headers.get('location');
    const next =
      location === undefined || answer.status < 300 || answer.status > 399 ? undefined : resolveUrl(url, location);
    report.redirectUrl = next ? formatUrl(next) : '';
    const failing = answer.status >= 400 && settings.fail !== 'no';
    if (failing && settings.fail === 'early') {
      throw new CurlError(22, `The requested URL returned error: ${answer.status}`);
    }
    if (settings.include || settings.head) await this.#write(new TextEncoder().encode(answer.head), false);
    const going = settings.follow ? next : undefined;
    if (going) await this.#info('Ignoring the response-body');
    await this.#body(answer, going === undefined);
    await this.#info(`Connection #${this.#connections - 1} to host ${url.host} left intact`);
    if (failing) throw new CurlError(22, `The requested URL returned error: ${answer.status}`);
    return going;
  }

  async #body(answer: HttpAnswer, keep: boolean): Promise<void> {
    if (this.#settings.head) {
      this.report.expected = -1;
      return;
    }
    const { sys } = this.#io;
    const parts = answer.body[Symbol.asyncIterator]();
    for (;;) {
      let part: IteratorResult<Uint8Array>;
      try {
        const outcome = await until(sys, parts.next(), this.#deadline);
        if (!outcome.done) throw this.#late();
        part = outcome.value;
      } catch (error) {
        if (error instanceof HttpError && error.fault === 'truncated') {
          const left = this.report.expected - this.report.downloaded;
          throw new CurlError(
            18,
            left > 0
              ? `transfer closed with ${left} bytes remaining to read`
              : 'transfer closed with outstanding read data remaining',
          );
        }
        throw error;
      }
      if (part.done) break;
      if (!keep) continue;
      this.report.downloaded += part.value.length;
      await this.#write(part.value, true);
    }
    if (keep && this.#output !== undefined && this.#fd === undefined) await this.#write(new Uint8Array(0), true);
  }

  async #write(bytes: Uint8Array, isBody: boolean): Promise<void> {
    const { sys } = this.#io;
    if (this.#output === undefined) {
      if (isBody && bytes.includes(0) && sys.isatty(1)) {
        await this.#io.error(
          'Warning: Binary output can mess up your terminal. Use "--output -" to tell \nWarning: curl to output it to your terminal anyway, or consider "--output \nWarning: <FILE>" to save to a file.\n',
        );
        throw new CurlError(23, 'Failure writing output to destination');
      }
      await this.#io.bytes(bytes);
      return;
    }
    try {
      if (this.#fd === undefined) {
        if (this.#settings.createDirs) makeDirs(this.#io, this.#output);
        this.#fd = sys.open(this.#output, { write: true, create: true, truncate: true });
      }
      await sys.write(this.#fd, bytes);
    } catch (error) {
      if (!this.#settings.silent) {
        await this.#io.error(`Warning: Failed to open the file ${this.#output}: ${this.#io.reason(error)}\n`);
      }
      throw new CurlError(23, 'Failure writing output to destination');
    }
  }

  async #dumpHeader(head: string): Promise<void> {
    const path = this.#settings.dumpHeader!;
    if (path === '-') await this.#write(new TextEncoder().encode(head), false);
    else this.#io.sys.writeFile(path, head);
  }
}

const withSlash = (url: string): string => url.replace(/^([a-z]+:\/\/[^/?#]+)($|(?=[?#]))/i, '$1/');

function makeDirs(io: Io, path: string): void {
  const parts = path.split('/').slice(0, -1);
  parts.forEach((_part, i) => {
    const dir = parts.slice(0, i + 1).join('/');
    if (dir !== '' && !io.sys.access(dir, {})) io.sys.mkdir(dir);
  });
}

function translate(error: unknown): CurlError {
  if (error instanceof CurlError) return error;
  if (error instanceof HttpError) {
    if (error.fault === 'empty') return new CurlError(52, 'Empty reply from server');
    if (error.fault === 'malformed' && error.message.startsWith('malformed HTTP status line')) {
      return new CurlError(1, 'Received HTTP/0.9 when not allowed');
    }
    if (error.fault === 'truncated') return new CurlError(52, 'Empty reply from server');
    return new CurlError(8, 'Weird server reply');
  }
  if (isErrno(error, 'ECONNRESET') || isErrno(error, 'ETIMEDOUT'))
    return new CurlError(56, `Recv failure: ${error.message}`);
  if (isErrno(error, 'EPIPE')) return new CurlError(55, `Send failure: ${error.message}`);
  throw error;
}

/** Whether another attempt is worth it, and what it is called. */
function retryReason(settings: Settings, report: Report): string | undefined {
  if (report.exit === 28 || report.exit === 6) return 'timeout';
  if (report.exit === 7 && settings.retryRefused) return 'connection refused';
  if ([408, 429, 500, 502, 503, 504].includes(report.status) && (report.exit === 0 || report.exit === 22))
    return 'HTTP error';
  return report.exit !== 0 && settings.retryAll ? '(retrying all errors)' : undefined;
}

async function perform(
  io: Io,
  settings: Settings,
  url: string,
  output: string | undefined,
  upload: Uint8Array | undefined,
): Promise<number> {
  let delay = settings.retryDelay || 1000;
  for (let left = settings.retry; ; left--) {
    const transfer = new Transfer(io, settings, url, output);
    await transfer.run(upload);
    const { report } = transfer;
    if (report.exit !== 0 && (!settings.silent || settings.showError)) {
      await io.error(`curl: (${report.exit}) ${report.error}\n`);
    }
    const reason = left > 0 ? retryReason(settings, report) : undefined;
    if (reason === undefined) {
      for (const { stream, text } of writeOut(settings.writeOut, report)) {
        await (stream === 'stdout' ? io.out(text) : io.error(text));
      }
      return report.exit;
    }
    if (!settings.silent) {
      await io.error(
        `Warning: Problem: ${reason}. Will retry in ${delay / 1000} seconds. ${left} ${left === 1 ? 'retry' : 'retries'} left.\n`,
      );
    }
    await io.sys.sleep(delay);
    if (settings.retryDelay === 0) delay = Math.min(delay * 2, 600_000);
  }
}

/** `[1-3]` and `{a,b}` in URLs. */
function globs(url: string): string[] {
  const range = /\[(\d+)-(\d+)\]/.exec(url);
  const set = /\{([^{}]*)\}/.exec(url);
  if (range && !url.startsWith('http://[')) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    const width = range[1]!.startsWith('0') ? range[1]!.length : 0;
    return Array.from({ length: Math.max(0, to - from + 1) }, (_x, i) => String(from + i).padStart(width, '0')).flatMap(
      (value) => globs(url.slice(0, range.index) + value + url.slice(range.index + range[0].length)),
    );
  }
  if (!set) return [url];
  return set[1]!
    .split(',')
    .flatMap((value) => globs(url.slice(0, set.index) + value + url.slice(set.index + set[0].length)));
}

export const curl: Tool = async (io) => {
  io.name = 'curl';
  io.writeFailure = 23;
  const settings = await readSettings(io);
  if (settings.writeOut.startsWith('@')) settings.writeOut = io.sys.readText(settings.writeOut.slice(1));
  let upload: Uint8Array | undefined;
  if (settings.upload !== undefined) {
    try {
      upload = settings.upload === '-' ? await io.all(0) : io.sys.readFile(settings.upload);
    } catch (error) {
      io.reason(error);
      await io.error(
        `curl: Can't open '${settings.upload}'!\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
      );
      throw new Exit(26);
    }
  }
  let code = 0;
  let index = 0;
  for (const given of settings.urls) {
    const slot = index++;
    for (let url of globs(given)) {
      let output = settings.outputs[slot];
      const remote =
        (settings.remoteName && slot < settings.outputs.length && output === undefined) || settings.remoteNameAll;
      if (remote) {
        output = url
          .replace(/[?#].*/, '')
          .replace(/^[a-z]+:\/\/[^/]*/i, '')
          .split('/')
          .pop();
        if (!output) {
          await io.error(
            "curl: Remote file name has no length!\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
          );
          return 23;
        }
      }
      if (settings.upload !== undefined && url.endsWith('/'))
        url += settings.upload.slice(settings.upload.lastIndexOf('/') + 1);
      code = await perform(io, settings, url, output, upload);
      if (code !== 0 && settings.failEarly) return code;
    }
  }
  return code;
};
