/** curl's command line. */
import { Exit, type Io } from '../../io.ts';
import { base64 } from '../url.ts';

export const CURL_VERSION = '7.88.1';

/** A part of a multipart form. */
export interface FormPart {
  readonly name: string;
  readonly value: Uint8Array;
  readonly file?: string;
  readonly type?: string;
}

export interface Settings {
  urls: string[];
  outputs: (string | undefined)[];
  remoteName: boolean;
  remoteNameAll: boolean;
  createDirs: boolean;
  silent: boolean;
  showError: boolean;
  meter: boolean;
  verbose: boolean;
  include: boolean;
  head: boolean;
  get: boolean;
  method: string | undefined;
  headers: string[];
  data: Uint8Array[];
  json: boolean;
  form: FormPart[];
  upload: string | undefined;
  follow: boolean;
  maxRedirects: number;
  fail: 'no' | 'early' | 'with-body';
  insecure: boolean;
  maxTime: number;
  connectTimeout: number;
  unixSocket: string | undefined;
  user: string | undefined;
  userAgent: string | undefined;
  referer: string | undefined;
  cookie: string | undefined;
  writeOut: string;
  dumpHeader: string | undefined;
  retry: number;
  retryDelay: number;
  retryRefused: boolean;
  retryAll: boolean;
  resolve: Map<string, string>;
  range: string | undefined;
  compressed: boolean;
  noBuffer: boolean;
  http10: boolean;
  failEarly: boolean;
}

const defaults = (): Settings => ({
  urls: [],
  outputs: [],
  remoteName: false,
  remoteNameAll: false,
  createDirs: false,
  silent: false,
  showError: false,
  meter: true,
  verbose: false,
  include: false,
  head: false,
  get: false,
  method: undefined,
  headers: [],
  data: [],
  json: false,
  form: [],
  upload: undefined,
  follow: false,
  maxRedirects: 50,
  fail: 'no',
  insecure: false,
  maxTime: Infinity,
  connectTimeout: 300_000,
  unixSocket: undefined,
  user: undefined,
  userAgent: `curl/${CURL_VERSION}`,
  referer: undefined,
  cookie: undefined,
  writeOut: '',
  dumpHeader: undefined,
  retry: 0,
  retryDelay: 0,
  retryRefused: false,
  retryAll: false,
  resolve: new Map(),
  range: undefined,
  compressed: false,
  noBuffer: false,
  http10: false,
  failEarly: false,
});

type Action =
  | { readonly flag: (settings: Settings, on: boolean) => void }
  | { readonly value: (settings: Settings, value: string, context: Context) => void | Promise<void> };
interface Context {
  readonly io: Io;
  readonly option: string;
}

const encoder = new TextEncoder();

async function readInput(io: Io, path: string): Promise<Uint8Array> {
  return path === '-' ? io.all(0) : io.sys.readFile(path);
}

async function dataOf(value: string, context: Context, strip: boolean): Promise<Uint8Array> {
  if (!value.startsWith('@')) return encoder.encode(value);
  const { io } = context;
  let bytes: Uint8Array;
  try {
    bytes = await readInput(io, value.slice(1));
  } catch (error) {
    io.reason(error);
    return badUse(io, `Failed to open ${value.slice(1)}`, 26);
  }
  return strip ? bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0) : bytes;
}

/** --data-urlencode: `content`, `=content`, `name=content`, `@file`, `name@file`. */
async function urlEncoded(value: string, context: Context): Promise<Uint8Array> {
  const at = /[=@]/.exec(value);
  const name = at ? value.slice(0, at.index) : '';
  const rest = at ? value.slice(at.index + 1) : value;
  const content = at?.[0] === '@' ? new TextDecoder().decode(await readInput(context.io, rest)) : rest;
  const encoded = encodeURIComponent(content).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return encoder.encode(name ? `${name}=${encoded}` : encoded);
}

async function formPart(value: string, context: Context): Promise<FormPart> {
  const equals = value.indexOf('=');
  if (equals < 0) return badUse(context.io, 'Illegally formatted input field', 2);
  const name = value.slice(0, equals);
  const [content, ...attributes] = value.slice(equals + 1).split(';');
  const type = attributes.find((attribute) => attribute.startsWith('type='))?.slice(5);
  const common = { name, ...(type === undefined ? {} : { type }) };
  if (content!.startsWith('@')) {
    const path = content!.slice(1);
    return { ...common, value: await readInput(context.io, path), file: path.slice(path.lastIndexOf('/') + 1) };
  }
  if (content!.startsWith('<')) return { ...common, value: await readInput(context.io, content!.slice(1)) };
  return { ...common, value: encoder.encode(content) };
}

const seconds = (context: Context, value: string): number | Promise<never> =>
  /^\d+(\.\d*)?$|^\.\d+$/.test(value) ? Number(value) * 1000 : badNumber(context);
const whole = (context: Context, value: string): number | Promise<never> =>
  /^\d+$/.test(value) ? Number(value) : badNumber(context);

const badNumber = (context: Context): Promise<never> =>
  badUse(context.io, `option ${context.option}: expected a proper numerical parameter`, 2);

async function badUse(io: Io, message: string, code: number): Promise<never> {
  await io.error(
    `curl: ${message}\n${code === 2 ? "curl: try 'curl --help' or 'curl --manual' for more information\n" : ''}`,
  );
  throw new Exit(code);
}

const set = <K extends keyof Settings>(key: K, to: Settings[K], off?: Settings[K]): Action => ({
  flag: (settings, on) => {
    if (on) settings[key] = to;
    else if (off !== undefined) settings[key] = off;
  },
});
const text = <K extends keyof Settings>(key: K): Action => ({
  value: (settings, value) => {
    settings[key] = value as Settings[K];
  },
});
const none: Action = { flag: () => undefined };
const ignored: Action = { value: () => undefined };

const ACTIONS: Readonly<Record<string, Action>> = {
  basic: none,
  cacert: ignored,
  cert: ignored,
  key: ignored,
  compressed: set('compressed', true, false),
  'connect-timeout': {
    value: async (s, value, context) => {
      s.connectTimeout = await seconds(context, value);
    },
  },
  cookie: text('cookie'),
  'cookie-jar': ignored,
  'create-dirs': set('createDirs', true),
  data: { value: async (s, value, context) => void s.data.push(await dataOf(value, context, true)) },
  'data-ascii': { value: async (s, value, context) => void s.data.push(await dataOf(value, context, true)) },
  'data-binary': { value: async (s, value, context) => void s.data.push(await dataOf(value, context, false)) },
  'data-raw': { value: (s, value) => void s.data.push(encoder.encode(value)) },
  'data-urlencode': { value: async (s, value, context) => void s.data.push(await urlEncoded(value, context)) },
  'dump-header': text('dumpHeader'),
  fail: set('fail', 'early', 'no'),
  'fail-early': set('failEarly', true),
  'fail-with-body': set('fail', 'with-body', 'no'),
  form: { value: async (s, value, context) => void s.form.push(await formPart(value, context)) },
  get: set('get', true),
  globoff: none,
  head: set('head', true),
  header: { value: (s, value) => void s.headers.push(value) },
  'http0.9': none,
  'http1.0': set('http10', true),
  'http1.1': none,
  http2: none,
  include: set('include', true, false),
  insecure: set('insecure', true),
  interface: ignored,
  ipv4: none,
  ipv6: none,
  json: {
    value: async (s, value, context) => {
      s.data.push(await dataOf(value, context, false));
      s.json = true;
    },
  },
  location: set('follow', true, false),
  'location-trusted': set('follow', true),
  'max-redirs': {
    value: (s, value) => {
      s.maxRedirects = Number(value) < 0 ? Infinity : Number(value);
    },
  },
  'max-time': {
    value: async (s, value, context) => {
      s.maxTime = (await seconds(context, value)) || Infinity;
    },
  },
  buffer: { flag: (s, on) => void (s.noBuffer = !on) },
  keepalive: none,
  netrc: none,
  output: { value: (s, value) => void s.outputs.push(value) },
  parallel: none,
  path: none,
  'path-as-is': none,
  'progress-bar': set('meter', true),
  'progress-meter': set('meter', true, false),
  proxy: ignored,
  noproxy: ignored,
  range: text('range'),
  referer: text('referer'),
  'remote-name': { flag: (s) => void ((s.remoteName = true), s.outputs.push(undefined)) },
  'remote-name-all': set('remoteNameAll', true),
  request: text('method'),
  resolve: {
    value: (s, value) => {
      const parts = /^\+?([^:]+):(\d+):(.+)$/.exec(value);
      if (parts) s.resolve.set(`${parts[1]!.toLowerCase()}:${parts[2]!}`, parts[3]!.split(',')[0]!);
    },
  },
  retry: {
    value: async (s, value, context) => {
      s.retry = await whole(context, value);
    },
  },
  'retry-all-errors': set('retryAll', true),
  'retry-connrefused': set('retryRefused', true),
  'retry-delay': {
    value: async (s, value, context) => {
      s.retryDelay = (await whole(context, value)) * 1000;
    },
  },
  'retry-max-time': ignored,
  sessionid: none,
  'show-error': set('showError', true, false),
  silent: set('silent', true, false),
  'tcp-nodelay': none,
  tlsv1: none,
  'tlsv1.2': none,
  'unix-socket': text('unixSocket'),
  'upload-file': text('upload'),
  url: { value: (s, value) => void s.urls.push(value) },
  user: text('user'),
  'user-agent': text('userAgent'),
  verbose: set('verbose', true, false),
  'write-out': text('writeOut'),
};

const SHORT: Readonly<Record<string, string>> = {
  0: 'http1.0',
  4: 'ipv4',
  6: 'ipv6',
  A: 'user-agent',
  b: 'cookie',
  c: 'cookie-jar',
  D: 'dump-header',
  d: 'data',
  e: 'referer',
  F: 'form',
  f: 'fail',
  G: 'get',
  g: 'globoff',
  H: 'header',
  I: 'head',
  i: 'include',
  k: 'insecure',
  L: 'location',
  m: 'max-time',
  N: 'no-buffer',
  n: 'netrc',
  O: 'remote-name',
  o: 'output',
  r: 'range',
  S: 'show-error',
  s: 'silent',
  T: 'upload-file',
  u: 'user',
  v: 'verbose',
  w: 'write-out',
  X: 'request',
  x: 'proxy',
  Z: 'parallel',
  '#': 'progress-bar',
  E: 'cert',
};

const HELP = `Usage: curl [options...] <url>
 -d, --data <data>          HTTP POST data
 -f, --fail                 Fail fast with no output on HTTP errors
 -h, --help <category>      Get help for commands
 -i, --include              Include protocol response headers in the output
 -o, --output <file>        Write to file instead of stdout
 -O, --remote-name          Write output to a file named as the remote file
 -s, --silent               Silent mode
 -T, --upload-file <file>   Transfer local FILE to destination
 -u, --user <user:password> Server user and password
 -A, --user-agent <name>    Send User-Agent <name> to server
 -v, --verbose              Make the operation more talkative
 -V, --version              Show version number and quit

This is not the full help, this menu is stripped into categories.
Use "--help category" to get an overview of all categories.
For all options use the manual or "--help all".
`;

function find(name: string): { action: Action; on: boolean } | undefined {
  const exact = ACTIONS[name];
  if (exact) return { action: exact, on: true };
  if (name.startsWith('no-')) {
    const action = ACTIONS[name.slice(3)];
    if (action && 'flag' in action) return { action, on: false };
  }
  const candidates = Object.keys(ACTIONS).filter((candidate) => candidate.startsWith(name));
  return candidates.length === 1 ? { action: ACTIONS[candidates[0]!]!, on: true } : undefined;
}

/** Reads the arguments; leaves with curl's own messages on a wrong one. */
export async function readSettings(io: Io): Promise<Settings> {
  const settings = defaults();
  const args = [...io.args];
  const apply = async (option: string, name: string, attached: string | undefined): Promise<boolean> => {
    if (name === 'help') {
      await io.out(HELP);
      throw new Exit(0);
    }
    if (name === 'version') {
      await io.out(
        `curl ${CURL_VERSION} (x86_64-pc-linux-gnu) libcurl/${CURL_VERSION}\nRelease-Date: 2023-02-20\nProtocols: http https\nFeatures: AsynchDNS IPv6 Largefile UnixSockets\n`,
      );
      throw new Exit(0);
    }
    const found = find(name);
    if (!found) return badUse(io, `option ${option}: is unknown`, 2);
    if ('flag' in found.action) {
      found.action.flag(settings, found.on);
      return false;
    }
    const value = attached ?? args.shift();
    if (value === undefined) return badUse(io, `option ${option}: requires parameter`, 2);
    await found.action.value(settings, value, { io, option });
    return true;
  };
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg === '--') settings.urls.push(...args.splice(0));
    else if (arg.startsWith('--')) await apply(arg, arg.slice(2), undefined);
    else if (arg.startsWith('-') && arg !== '-') {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at]!;
        const name = letter === 'h' ? 'help' : letter === 'V' ? 'version' : SHORT[letter];
        if (name === undefined) await badUse(io, `option -${letter}: is unknown`, 2);
        const rest = arg.slice(at + 1);
        if (await apply(`-${letter}`, name!, rest === '' ? undefined : rest)) break;
      }
    } else settings.urls.push(arg);
  }
  if (settings.urls.length === 0) await badUse(io, 'no URL specified!', 2);
  return settings;
}

/** Header lines a request gets from the options, by lower-case name; `undefined` takes a header away. */
export function givenHeaders(settings: Settings): { name: string; value: string | undefined }[] {
  const list: { name: string; value: string | undefined }[] = [];
  for (const line of settings.headers) {
    const parts = /^([^:;]+)([:;])\s*(.*)$/.exec(line);
    if (!parts) continue;
    // `Name:` removes a header, `Name;` sends it empty.
    if (parts[2] === ';') list.push({ name: parts[1]!.trim(), value: '' });
    else list.push({ name: parts[1]!.trim(), value: parts[3] === '' ? undefined : parts[3] });
  }
  return list;
}

export const basicAuth = (user: string): string => `Basic ${base64(user.includes(':') ? user : `${user}:`)}`;
