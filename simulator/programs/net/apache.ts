/** Apache httpd as its image runs it: static files under DocumentRoot, with its pages and its logs. */
import { sysChannel } from '../../http/channel.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import { serve } from '../../http/server.ts';
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Tool } from '../io.ts';

interface Settings {
  readonly root: string;
  readonly ports: readonly number[];
  readonly index: readonly string[];
  readonly listing: boolean;
  readonly serverName: string | undefined;
  /** The file that errors go to; standard error without it. */
  readonly errors: string | undefined;
  /** The file that requests are noted in; standard output without it. */
  readonly accesses: string | undefined;
  /** Whether the notes name referrer and browser. */
  readonly combined: boolean;
}

/** What is compiled into an executable: that of the official image, and that of Debian's package. */
interface Compiled {
  readonly name: string;
  readonly conf: string;
  readonly serverRoot: string;
  readonly documents: string;
  readonly banner: string;
}
const HTTPD: Compiled = {
  name: 'httpd',
  conf: '/usr/local/apache2/conf/httpd.conf',
  serverRoot: '/usr/local/apache2',
  documents: '/usr/local/apache2/htdocs',
  banner: 'Apache/2.4.65 (Unix)',
};
const DEBIAN: Compiled = {
  name: 'apache2',
  conf: '/etc/apache2/apache2.conf',
  serverRoot: '/etc/apache2',
  documents: '/var/www/html',
  banner: 'Apache/2.4.65 (Debian)',
};

const INCLUDE = /^[ \t]*Include(Optional)?[ \t]+(\S+)[ \t]*$/gim;

/** The paths that a pattern with `*` in its last part stands for, in order. */
function matching(sys: Sys, pattern: string): string[] {
  if (!pattern.includes('*')) return [pattern];
  const slash = pattern.lastIndexOf('/');
  const dir = pattern.slice(0, slash);
  const name = new RegExp(
    `^${pattern
      .slice(slash + 1)
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')}$`,
  );
  try {
    return sys
      .readdir(dir)
      .filter((entry) => name.test(entry.name))
      .map((entry) => `${dir}/${entry.name}`)
      .sort();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The configuration with what it includes in its place. */
function readConfiguration(sys: Sys, path: string, serverRoot: string, depth = 0): string {
  return sys.readText(path).replace(INCLUDE, (_line, _optional, pattern: string) => {
    const full = pattern.startsWith('/') ? pattern : `${serverRoot}/${pattern}`;
    return depth > 20
      ? ''
      : matching(sys, full)
          .map((one) => readConfiguration(sys, one, serverRoot, depth + 1))
          .join('\n');
  });
}

/** Names of variables in `${…}` that the environment does not hold. */
const undefinedIn = (text: string, env: Readonly<Record<string, string>>): string[] => [
  ...new Set(
    [...text.matchAll(/^[^#\n]*?\$\{(\w+)\}/gm)].map((match) => match[1]!).filter((name) => env[name] === undefined),
  ),
];

/** The directives that matter here; anything else is accepted. */
function readSettings(text: string, compiled: Compiled): Settings {
  const values = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^[ \\t]*${name}[ \\t]+(.+)$`, 'gim'))].map((match) =>
      match[1]!.trim().replace(/^"|"$/g, ''),
    );
  // Nothing here speaks TLS, so what stands under IfModule ssl_module does not count.
  const ports = [
    ...text.replace(/<IfModule !?(ssl|mod_gnutls)[^]*?<\/IfModule>/gi, '').matchAll(/^[ \t]*Listen[ \t]+(\S+)/gim),
  ].map(([, value]) => Number(value!.slice(value!.lastIndexOf(':') + 1)));
  const log = (value: string | undefined): string | undefined =>
    value?.startsWith('/') && !/^\/(proc|dev)\//.test(value) ? value : undefined;
  const [accesses, format] = (values('CustomLog')[0] ?? '').split(/\s+/);
  return {
    root: values('DocumentRoot')[0] ?? compiled.documents,
    ports: ports.length > 0 ? ports : [80],
    index: (values('DirectoryIndex')[0] ?? 'index.html').split(/\s+/),
    listing: values('Options').some((value) => /\bIndexes\b/.test(value) && !/-Indexes/.test(value)),
    serverName: values('ServerName')[0],
    errors: log(values('ErrorLog').at(-1)),
    accesses: log(accesses),
    combined: format === 'combined',
  };
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const page = (status: number, title: string, text: string, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=iso-8859-1', ...headers },
  body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`,
});

function listing(sys: Sys, path: string, dir: string): HttpResponse {
  const names = sys
    .readdir(dir)
    .map((entry) => entry.name + (entry.type === 'dir' ? '/' : ''))
    .sort();
  const title = `Index of ${escape(path.replace(/(.)\/$/, '$1'))}`;
  const up = path === '/' ? '' : '<li><a href="../"> Parent Directory</a></li>\n';
  const items = names.map((name) => `<li><a href="${escape(name)}"> ${escape(name)}</a></li>\n`).join('');
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html;charset=ISO-8859-1' },
    body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n<h1>${title}</h1>\n<ul>${up}${items}</ul>\n</body></html>\n`,
  };
}

function answer(sys: Sys, settings: Settings, request: HttpRequest): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return page(
      405,
      'Method Not Allowed',
      `The requested method ${escape(request.method)} is not allowed for this URL.`,
      {
        Allow: 'GET,POST,OPTIONS,HEAD,TRACE',
      },
    );
  let path: string;
  try {
    path = decodeURIComponent(request.path);
  } catch {
    return page(400, 'Bad Request', 'Your browser sent a request that this server could not understand.<br />\n');
  }
  if (path.split('/').includes('..'))
    return page(400, 'Bad Request', 'Your browser sent a request that this server could not understand.<br />\n');
  let file = `${settings.root}${path}`;
  try {
    if (sys.stat(file).type === 'dir') {
      if (!path.endsWith('/')) {
        const location = `http://${request.headers.get('host') ?? 'localhost'}${request.path}/`;
        return page(301, 'Moved Permanently', `The document has moved <a href="${escape(location)}">here</a>.`, {
          Location: location,
        });
      }
      const names = new Set(sys.readdir(file).map((entry) => entry.name));
      const index = settings.index.find((name) => names.has(name));
      if (index === undefined) {
        if (settings.listing) return listing(sys, path, file);
        return page(403, 'Forbidden', "You don't have permission to access this resource.");
      }
      file += index;
    }
    const stat = sys.stat(file);
    const etag = `"${stat.size.toString(16)}-${Math.round(stat.mtime * 1000).toString(16)}"`;
    const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
    const headers: Record<string, string> = {
      'Last-Modified': new Date(stat.mtime).toUTCString(),
      ETag: etag,
      'Accept-Ranges': 'bytes',
      ...(TYPES[extension] === undefined ? {} : { 'Content-Type': TYPES[extension] }),
    };
    if (request.headers.get('if-none-match') === etag) return { status: 304, headers: { ETag: etag } };
    return { status: 200, headers, body: sys.readFile(file) };
  } catch (error) {
    if (isErrno(error, 'EACCES')) return page(403, 'Forbidden', "You don't have permission to access this resource.");
    if (isErrno(error)) return page(404, 'Not Found', 'The requested URL was not found on this server.');
    throw error;
  }
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');
const clock = (d: Date): string => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;

/** `[Tue Nov 24 09:00:00.123000 2026]` */
function errorTime(ms: number): string {
  const d = new Date(ms);
  const fraction = String(Math.floor(ms % 1000)).padStart(3, '0');
  return `[${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${two(d.getUTCDate())} ${clock(d)}.${fraction}000 ${d.getUTCFullYear()}]`;
}
/** `[24/Nov/2026:09:00:00 +0000]` */
function accessTime(ms: number): string {
  const d = new Date(ms);
  return `[${two(d.getUTCDate())}/${MONTHS[d.getUTCMonth()]}/${d.getUTCFullYear()}:${clock(d)} +0000]`;
}

/** httpd, in the foreground; `apache2` where Debian's package has laid it. */
export const apache2: Tool = async (io) => {
  const { sys } = io;
  const { args } = io;
  const compiled = io.name === DEBIAN.name ? DEBIAN : HTTPD;
  if (args.includes('-v')) {
    await io.out(`Server version: ${compiled.banner}\nServer built:   Jul 22 2025 00:00:00\n`);
    return 0;
  }
  const flag = args.indexOf('-f');
  const conf = flag >= 0 ? args[flag + 1]! : compiled.conf;
  let settings: Settings;
  try {
    const text = readConfiguration(sys, conf, compiled.serverRoot);
    const missing = undefinedIn(text, sys.env);
    for (const name of missing)
      await io.error(
        `${errorTime(sys.now())} [core:warn] [pid ${sys.pid}] AH00111: Config variable \${${name}} is not defined\n`,
      );
    const line = text.split('\n').findIndex((one) => /^\s*DefaultRuntimeDir\b/.test(one)) + 1;
    if (missing.includes('APACHE_RUN_DIR') && line > 0) {
      await io.error(
        `${compiled.name}: Syntax error on line ${line} of ${conf}: DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot\n`,
      );
      return 1;
    }
    settings = readSettings(
      text.replace(/\$\{(\w+)\}/g, (whole, name: string) => sys.env[name] ?? whole),
      compiled,
    );
  } catch (error) {
    return io.die(`Could not open configuration file ${conf}: ${io.reason(error)}`);
  }
  if (args.includes('-t')) {
    await io.error('Syntax OK\n');
    return 0;
  }
  const address = sys.interfaces().find((one) => one.name !== 'lo')?.addresses[0]?.[0] ?? '127.0.0.1';
  const warning = `AH00558: ${compiled.name}: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
  if (settings.serverName === undefined) await io.error(warning.repeat(2));
  const append = (path: string | undefined, otherwise: number): number =>
    path === undefined ? otherwise : sys.open(path, { write: true, create: true, append: true }, 0o640);
  let errors: number;
  let accesses: number;
  try {
    errors = append(settings.errors, 2);
    accesses = append(settings.accesses, 1);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.error(
      `(${error.number})${error.message}: AH00091: ${compiled.name}: could not open error log file ${settings.errors}.\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  const listeners: number[] = [];
  for (const port of settings.ports) {
    try {
      listeners.push(sys.listen({ family: 'inet', host: '0.0.0.0', port }));
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.error(
        `(${error.number})${error.message}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      return 1;
    }
  }
  const note = (level: string, text: string): Promise<void> =>
    sys.write(errors, `${errorTime(sys.now())} [${level}] [pid ${sys.pid}:tid ${sys.pid}] ${text}\n`);
  await note('mpm_event:notice', `AH00489: ${compiled.banner} configured -- resuming normal operations`);
  await note('core:notice', `AH00094: Command line: '${compiled.name} -D FOREGROUND'`);
  sys.signal('SIGPIPE', 'ignore');
  const leave = (text: string) => (): void => void note('mpm_event:notice', text).then(() => sys.exit(0));
  sys.signal('SIGTERM', leave('AH00491: caught SIGTERM, shutting down'));
  sys.signal('SIGWINCH', leave('AH00492: caught SIGWINCH, shutting down gracefully'));
  const accepting = async (listener: number): Promise<never> => {
    for (;;) {
      const fd = await sys.accept(listener);
      const peer = sys.peername(fd);
      const from = peer.family === 'inet' ? peer.host : '-';
      const handler = async (request: HttpRequest): Promise<HttpResponse> => {
        const response = answer(sys, settings, request);
        const size = response.body === undefined ? '-' : String((response.body as { length: number }).length);
        const query = request.query.toString();
        const extra = settings.combined
          ? ` "${request.headers.get('referer') ?? '-'}" "${request.headers.get('user-agent') ?? '-'}"`
          : '';
        await sys.write(
          accesses,
          `${from} - - ${accessTime(sys.now())} "${request.method} ${request.path}${query === '' ? '' : `?${query}`} HTTP/1.1" ${response.status} ${size}${extra}\n`,
        );
        return response;
      };
      void serve(sysChannel(sys, fd), handler, { now: () => sys.now(), server: compiled.banner });
    }
  };
  return Promise.race(listeners.map(accepting));
};
