/** busybox wget. */
import { HttpError, type HttpAnswer } from '../../http/http.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Io } from '../io.ts';
import { parseOptions, usageError, type OptionRules } from '../options.ts';
import { addressesOf } from './dial.ts';
import { ask, copyBody, fileNameOf, open, type Connection } from './fetch.ts';
import { base64, parseUrl, resolveUrl, type Url } from './url.ts';

const RULES: OptionRules = {
  short: 'cqSO:o:P:Y:U:T:t:b',
  long: {
    continue: 'c',
    quiet: 'q',
    'server-response': 'S',
    'output-document': ':O',
    'output-file': ':o',
    'directory-prefix': ':P',
    proxy: ':Y',
    'user-agent': ':U',
    timeout: ':T',
    tries: ':t',
    header: ':header',
    'post-data': ':post-data',
    'post-file': ':post-file',
    spider: 'spider',
    'no-check-certificate': 'no-check-certificate',
    'no-clobber': 'nc',
    passive: 'passive',
  },
  usage:
    '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n' +
    '\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...\n\nRetrieve files via HTTP or FTP\n\n' +
    "\t--spider\tOnly check URL existence: $? is 0 if exists\n\t--header STR\tAdd STR (of form 'header: value') to headers\n" +
    '\t--post-data STR\tSend STR using POST method\n\t--post-file FILE\tSend FILE using POST method\n' +
    "\t--no-check-certificate\tDon't validate the server's certificate\n\t-c\t\tContinue retrieval of aborted transfer\n" +
    '\t-q\t\tQuiet\n\t-P DIR\t\tSave to DIR (default .)\n\t-S    \t\tShow server response\n\t-T SEC\t\tNetwork read timeout is SEC seconds\n' +
    "\t-O FILE\t\tSave to FILE ('-' for stdout)\n\t-o LOGFILE\tLog messages to FILE\n\t-U STR\t\tUse STR for User-Agent header\n" +
    '\t-Y on/off\tUse proxy',
};

/** Default of -T: 900 seconds. */
const TIMEOUT = 900_000;
const REDIRECTS = 5;

interface Job {
  readonly io: Io;
  readonly options: Awaited<ReturnType<typeof parseOptions>>;
  readonly quiet: boolean;
  readonly timeout: number;
  readonly toStdout: boolean;
}

async function connect(job: Job, url: Url): Promise<Connection> {
  const { io, quiet } = job;
  const addresses = await addressesOf(io.sys, url.host);
  if (!addresses || addresses.length === 0) return io.die(`bad address '${url.host}'`);
  const address = addresses[0]!;
  if (!quiet) await io.error(`Connecting to ${url.host} (${address}:${url.port})\n`);
  if (url.scheme === 'https' && !quiet && !job.options.has('no-check-certificate')) {
    await io.error('wget: note: TLS certificate validation not implemented\n');
  }
  try {
    const connection = await open(io.sys, url, address, io.sys.now() + job.timeout);
    if (!('failed' in connection)) return connection;
    if (connection.failed === 'timeout') return await io.die('download timed out');
    await io.error('ssl_client: TLS error from peer (alert code 0): close notify\n');
    return await io.die('error getting response: Connection reset by peer');
  } catch (error) {
    return io.die(`can't connect to remote host (${address}): ${io.reason(error)}`);
  }
}

async function exchange(job: Job, url: Url, connection: Connection): Promise<HttpAnswer> {
  const { io, options } = job;
  const headers: Record<string, string> = { 'User-Agent': options.get('U') ?? 'Wget', Connection: 'close' };
  if (url.user !== undefined) headers['Authorization'] = `Basic ${base64(`${url.user}:${url.password ?? ''}`)}`;
  for (const line of options.all('header')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  const file = options.get('post-file');
  const body = options.get('post-data') ?? (file === undefined ? undefined : io.sys.readFile(file));
  if (body !== undefined) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
  const method = body !== undefined ? 'POST' : options.has('spider') ? 'HEAD' : 'GET';
  try {
    const deadline = io.sys.now() + job.timeout;
    const answer = await ask(
      io.sys,
      connection,
      url,
      { method, headers, ...(body === undefined ? {} : { body }) },
      deadline,
    );
    if ('failed' in answer) return await io.die('download timed out');
    return answer;
  } catch (error) {
    if (error instanceof HttpError) {
      const reason = error.fault === 'malformed' ? 'bad header line: ' + error.message : 'error getting response';
      return io.die(reason);
    }
    return io.die(`error getting response: ${io.reason(error)}`);
  }
}

/** The answer after redirects. */
async function retrieve(job: Job, first: Url): Promise<{ url: Url; answer: HttpAnswer; connection: Connection }> {
  const { io } = job;
  let url = first;
  for (let hops = 0; ; hops++) {
    const connection = await connect(job, url);
    const answer = await exchange(job, url, connection);
    if (job.options.has('S')) {
      const lines = answer.head.split('\r\n').slice(0, -2);
      await io.error(lines.map((line) => `  ${line}\n`).join(''));
    }
    const location = answer.headers.get('location');
    if ([301, 302, 303, 307, 308].includes(answer.status) && location !== undefined) {
      const next = resolveUrl(url, location);
      connection.close();
      if (hops >= REDIRECTS) await io.die('too many redirections');
      if (!next) return io.die(`not an http or ftp url: ${location}`);
      url = next;
      continue;
    }
    if (answer.status < 200 || answer.status > 299) {
      await io.die(`server returned error: ${answer.head.slice(0, answer.head.indexOf('\r\n'))}`);
    }
    return { url, answer, connection };
  }
}

/** The bar bb_progress_update draws on a terminal of 80 columns. */
function bar(name: string, done: number, total: number): string {
  const label = name.slice(0, 20).padEnd(20);
  const scaled = (bytes: number): string =>
    bytes < 100_000 ? String(bytes).padStart(6) : `${String(Math.floor(bytes / 1024)).padStart(5)}k`;
  if (total < 0) return `\r${label} ${scaled(done)}  0:00:00 ETA`;
  const stars = total === 0 ? 32 : Math.floor((done * 32) / total);
  const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `\r${label} ${String(percent).padStart(3)}% |${'*'.repeat(stars).padEnd(32)}|${scaled(done)}  0:00:00 ETA`;
}

async function download(job: Job, text: string): Promise<void> {
  const { io, options, quiet } = job;
  const parsed = /^(?:https?:\/\/|[^:/]+(?:[:/]|$))/.test(text) ? parseUrl(text) : undefined;
  if (!parsed || !['http', 'https'].includes(parsed.scheme)) return io.die(`not an http or ftp url: ${text}`);
  const { answer, connection } = await retrieve(job, parsed);
  if (options.has('spider')) {
    if (!quiet) await io.error('remote file exists\n');
    connection.close();
    return;
  }
  const name = fileNameOf(parsed);
  const directory = options.get('P');
  const target = options.get('O') ?? (directory === undefined ? name : `${directory.replace(/\/$/, '')}/${name}`);
  let fd = 1;
  if (!job.toStdout) {
    try {
      const exclusive = options.get('O') === undefined;
      fd = io.sys.open(target, { write: true, create: true, ...(exclusive ? { exclusive } : { truncate: true }) });
    } catch (error) {
      await io.die(`can't open '${target}': ${io.reason(error)}`);
    }
  }
  if (!quiet) await io.error(job.toStdout ? 'writing to stdout\n' : `saving to '${target}'\n`);
  const label = job.toStdout ? '-' : target.slice(target.lastIndexOf('/') + 1);
  const total = Number(answer.headers.get('content-length') ?? -1);
  let done = 0;
  try {
    const limit = (): number => io.sys.now() + job.timeout;
    const complete = await copyBody(io.sys, answer, limit, async (bytes) => {
      done += bytes.length;
      await io.sys.write(fd, bytes);
    });
    if (!complete) await io.die('download timed out');
  } catch (error) {
    if (error instanceof HttpError) await io.die('connection closed prematurely');
    if (isErrno(error)) await io.die(`short write: ${error.message}`);
    throw error;
  }
  if (!quiet) await io.error(`${bar(label, done, total)}\n`);
  if (fd !== 1) io.sys.close(fd);
  connection.close();
  if (!quiet) await io.error(job.toStdout ? 'written to stdout\n' : `'${target}' saved\n`);
}

export async function busyboxWget(io: Io): Promise<number> {
  io.name = 'wget';
  const options = await parseOptions(io, RULES);
  if (options.operands.length === 0) await usageError(io, RULES);
  const seconds = options.get('T');
  if (seconds !== undefined && !/^\d+$/.test(seconds)) await io.die(`invalid number '${seconds}'`);
  const job: Job = {
    io,
    options,
    quiet: options.has('q'),
    timeout: seconds === undefined ? TIMEOUT : Number(seconds) * 1000,
    toStdout: options.get('O') === '-',
  };
  for (const url of options.operands) await download(job, url);
  return 0;
}
