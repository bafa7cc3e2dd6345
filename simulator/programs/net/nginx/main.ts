/** nginx: command line, master process, workers. */
import { serve } from '../../../http/server.ts';
import { sysChannel } from '../../../http/channel.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { isErrno } from '../../../kernel/errno.ts';
import type { SignalName } from '../../../kernel/signals.ts';
import type { Io, Tool } from '../../io.ts';
import { addressesOf } from '../dial.ts';
import { checkConfig, ConfigError, fault, parseConfig, type Directive, type Files } from './config.ts';
import { versionOf, type Exchange } from './exchange.ts';
import { handle, type Site } from './handler.ts';
import { buildModel, type Listen, type Model } from './model.ts';
import { errorTime, nginxReason, errorPage, httpDate } from './pages.ts';
import { Balancer } from './proxy.ts';

const LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'];
const DEFAULT_ERROR_LOG = '/var/log/nginx/error.log';

interface Settings {
  readonly config: string;
  readonly globals: string;
  readonly test: boolean;
  readonly dump: boolean;
  readonly quiet: boolean;
  readonly signal: string | undefined;
}

/** An error log: where to write and from which level on. */
interface Log {
  readonly fd: number;
  readonly level: number;
}

function openLog(sys: Sys, path: string): number | undefined {
  if (path === 'stderr' || path === '/dev/stderr') return 2;
  if (path === '/dev/stdout') return 1;
  try {
    return sys.open(path, { write: true, append: true, create: true }, 0o644);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

const globToRegex = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]')}$`,
  );

const filesOf = (sys: Sys): Files => ({
  expand(pattern) {
    const slash = pattern.lastIndexOf('/');
    const dir = pattern.slice(0, slash) || '/';
    const regex = globToRegex(pattern.slice(slash + 1));
    if (!sys.access(dir, {})) return [];
    const names = sys.readdir(dir).map(({ name }) => name);
    return names
      .filter((name) => regex.test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => `${dir}/${name}`);
  },
  read(path) {
    try {
      return sys.readText(path);
    } catch (error) {
      if (isErrno(error)) throw new ConfigError(`open() "${path}" failed (${error.number}: ${error.message})`);
      throw error;
    }
  },
});

/** Reads, checks and interprets the configuration. Rejects ConfigError. */
async function load(sys: Sys, settings: Settings): Promise<{ model: Model; warnings: string[] }> {
  const list: Directive[] = [];
  if (settings.globals !== '') {
    const text = /;\s*$/.test(settings.globals) ? settings.globals : `${settings.globals};`;
    list.push(...parseConfig('command line', { expand: () => [], read: () => text }));
  }
  list.push(...parseConfig(settings.config, filesOf(sys)));
  checkConfig(list);
  const model = buildModel(list);
  if (!model.events) throw new ConfigError('no "events" section in configuration');
  await resolveHosts(sys, model);
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const server of model.servers) {
    for (const { host, port } of server.listens) {
      for (const name of server.names.length > 0 ? server.names : ['']) {
        const key = `${name} ${host}:${port}`;
        if (seen.has(key)) warnings.push(`conflicting server name "${name}" on ${host}:${port}, ignored`);
        seen.add(key);
      }
    }
  }
  return { model, warnings };
}

/** Names in proxy_pass and upstream are looked up when the configuration is read. */
async function resolveHosts(sys: Sys, model: Model): Promise<void> {
  const check = async (directive: Directive, address: string): Promise<void> => {
    const host = address.replace(/:\d+$/, '');
    if (address.startsWith('unix:') || address.includes('$') || host === '') return;
    const found = await addressesOf(sys, host);
    if (!found || found.length === 0)
      throw fault(directive, `host not found in upstream "${address.replace(/:80$/, '')}"`);
    model.resolved.set(host, found);
  };
  for (const upstream of model.upstreams.values())
    for (const server of upstream.servers) await check(server.directive, server.address);
  const visit = async (list: readonly Directive[]): Promise<void> => {
    for (const directive of list) {
      if (directive.name === 'proxy_pass') {
        const parts = /^https?:\/\/([^/]*)/.exec(directive.args[0]!);
        if (!parts) throw fault(directive, 'invalid URL prefix');
        if (!model.upstreams.has(parts[1]!)) await check(directive, parts[1]!);
      }
      if (directive.block) await visit(directive.block);
    }
  };
  await visit(model.http?.own ?? []);
}

class Nginx {
  readonly sys: Sys;
  readonly settings: Settings;
  /** Before a configuration is read errors go to the compiled-in log and to standard error. */
  log: Log;
  model!: Model;
  #sockets = new Map<string, { fd: number; listen: Listen }>();
  readonly #workers = new Map<number, 'running' | 'ending'>();
  #accessLogs = new Map<string, number | undefined>();
  #stopping = false;

  constructor(sys: Sys, settings: Settings) {
    this.sys = sys;
    this.settings = settings;
    this.log = { fd: openLog(sys, DEFAULT_ERROR_LOG) ?? -1, level: LEVELS.indexOf('error') };
  }

  async write(level: string, message: string, sys: Sys = this.sys): Promise<void> {
    if (LEVELS.indexOf(level) < this.log.level || this.log.fd < 0) return;
    await sys.write(this.log.fd, `${errorTime(sys.now())} [${level}] ${sys.pid}#${sys.pid}: ${message}\n`);
  }

  /** An error while starting is shown on standard error too. */
  async startError(level: string, message: string): Promise<void> {
    if (this.log.fd !== 2 || !this.settings.test) await this.write(level, message);
    await this.sys.write(2, `nginx: [${level}] ${message}\n`);
  }

  /** Takes over another's listening sockets (after a fork). */
  adopt(other: Nginx): void {
    this.#sockets = other.#sockets;
    this.#accessLogs = other.#accessLogs;
  }

  useLog(): void {
    const directive = this.model.main.get('error_log');
    const path = directive?.args[0] ?? DEFAULT_ERROR_LOG;
    const level = directive?.args[1] ?? 'error';
    const fd = openLog(this.sys, path);
    if (fd !== undefined) this.log = { fd, level: Math.max(0, LEVELS.indexOf(level)) };
    this.#openAccessLogs();
  }

  /** The master opens the logs while it is root; its workers inherit them. */
  #openAccessLogs(): void {
    const paths = new Set(['/var/log/nginx/access.log']);
    const visit = (list: readonly Directive[]): void => {
      for (const { name, args, block } of list) {
        if (name === 'access_log' && args[0] !== undefined && args[0] !== 'off') paths.add(args[0]);
        if (block) visit(block);
      }
    };
    visit(this.model.main.own);
    for (const path of paths) {
      if (!this.#accessLogs.has(path)) this.#accessLogs.set(path, openLog(this.sys, path));
    }
  }

  async open(model: Model): Promise<string | undefined> {
    const wanted = new Map<string, Listen>();
    for (const server of model.servers) {
      for (const listen of server.listens) {
        const key = listen.unix ?? `${listen.host.startsWith('[') ? '[::]' : listen.host}:${listen.port}`;
        // [::] and 0.0.0.0 are one socket here, as addresses are IPv4.
        const same = key.startsWith('[') ? `0.0.0.0:${listen.port}` : key;
        if (!wanted.has(same)) wanted.set(same, listen);
      }
    }
    for (const [key, { fd }] of [...this.#sockets]) {
      if (wanted.has(key)) continue;
      this.sys.close(fd);
      this.#sockets.delete(key);
    }
    for (const [key, listen] of wanted) {
      if (this.#sockets.has(key)) continue;
      try {
        const fd = this.sys.listen(
          listen.unix === undefined
            ? { family: 'inet', host: key.slice(0, key.lastIndexOf(':')), port: listen.port }
            : { family: 'unix', path: listen.unix },
        );
        this.#sockets.set(key, { fd, listen });
      } catch (error) {
        if (!isErrno(error)) throw error;
        return `bind() to ${key} failed (${error.number}: ${error.message})`;
      }
    }
    return undefined;
  }

  spawnWorkers(): void {
    const setting = this.model.main.value('worker_processes') ?? '1';
    const count = setting === 'auto' ? cpus(this.sys) : Math.max(1, Number(setting) || 1);
    const { model } = this;
    for (let i = 0; i < count; i++) {
      const pid = this.sys.fork((sys) => this.#work(sys, model), { argv: ['nginx: worker process'] });
      this.#workers.set(pid, 'running');
    }
  }

  async master(): Promise<number> {
    const { sys } = this;
    sys.setArguments([`nginx: master process ${sys.argv.join(' ')}`]);
    const queue: SignalName[] = [];
    for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGCHLD'] as const) {
      sys.signal(signal, () => queue.push(signal));
    }
    const pidFile = this.model.main.value('pid') ?? '/run/nginx.pid';
    try {
      sys.writeFile(pidFile, `${sys.pid}\n`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.startError('emerg', `open() "${pidFile}" failed (${error.number}: ${error.message})`);
      return 1;
    }
    await this.write('notice', 'using the "epoll" event method');
    await this.write('notice', `nginx/${versionOf(sys)}`);
    await this.write('notice', 'built by gcc 12.2.0 (Debian 12.2.0-14) ');
    await this.write('notice', `OS: Linux ${sys.uname().release}`);
    await this.write('notice', 'getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    await this.#start();
    for (;;) {
      const signal = queue.shift();
      if (signal === undefined) {
        await sys.pause();
        continue;
      }
      if (await this.#handle(signal)) break;
    }
    await this.write('notice', 'exit');
    if (sys.access(pidFile, {})) sys.unlink(pidFile);
    return 0;
  }

  async #start(): Promise<void> {
    await this.write('notice', 'start worker processes');
    const before = new Set(this.#workers.keys());
    this.spawnWorkers();
    for (const pid of this.#workers.keys())
      if (!before.has(pid)) await this.write('notice', `start worker process ${pid}`);
  }

  /** Whether the master ends. */
  async #handle(signal: SignalName): Promise<boolean> {
    const number = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGUSR1: 10, SIGTERM: 15, SIGCHLD: 17, SIGWINCH: 28 }[
      signal as string
    ];
    if (signal === 'SIGCHLD') return this.#reap();
    if (signal === 'SIGQUIT' || signal === 'SIGTERM' || signal === 'SIGINT') {
      const what = signal === 'SIGQUIT' ? 'shutting down' : 'exiting';
      await this.write('notice', `signal ${number} (${signal}) received, ${what}`);
      this.#stopping = true;
      this.#endWorkers(signal === 'SIGQUIT' ? 'SIGQUIT' : 'SIGTERM');
      return this.#workers.size === 0;
    }
    if (signal === 'SIGHUP') {
      await this.write('notice', `signal 1 (SIGHUP) received, reconfiguring`);
      await this.write('notice', 'reconfiguring');
      await this.#reload();
    } else if (signal === 'SIGUSR1') await this.write('notice', 'signal 10 (SIGUSR1) received, reopening logs');
    return false;
  }

  async #reload(): Promise<void> {
    let model: Model;
    try {
      ({ model } = await load(this.sys, this.settings));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.write('emerg', error.message);
      return;
    }
    const failed = await this.open(model);
    if (failed !== undefined) {
      await this.write('emerg', failed);
      return;
    }
    this.model = model;
    this.useLog();
    const old = [...this.#workers.keys()];
    await this.#start();
    for (const pid of old) this.#end(pid, 'SIGQUIT');
  }

  #end(pid: number, signal: SignalName): void {
    this.#workers.set(pid, 'ending');
    try {
      this.sys.kill(pid, signal);
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error; // it has ended already and is about to be reaped
    }
  }
  #endWorkers(signal: SignalName): void {
    for (const pid of [...this.#workers.keys()]) this.#end(pid, signal);
  }

  async #reap(): Promise<boolean> {
    for (;;) {
      let ended: Awaited<ReturnType<Sys['wait']>>;
      try {
        ended = await this.sys.wait(-1, { noHang: true });
      } catch (error) {
        if (isErrno(error, 'ECHILD')) break;
        throw error;
      }
      if (!ended) break;
      const { pid, status } = ended;
      const state = this.#workers.get(pid);
      if (!this.#workers.delete(pid)) continue;
      await this.write('notice', `signal 17 (SIGCHLD) received from ${pid}`);
      if ('code' in status) await this.write('notice', `worker process ${pid} exited with code ${status.code}`);
      else if ('signal' in status)
        await this.write(
          'alert',
          `worker process ${pid} exited on signal ${status.signal === 'SIGKILL' ? 9 : status.signal}`,
        );
      if (state === 'running' && !this.#stopping) {
        // A worker that died is replaced.
        const { model } = this;
        const next = this.sys.fork((sys) => this.#work(sys, model), { argv: ['nginx: worker process'] });
        this.#workers.set(next, 'running');
        await this.write('notice', `start worker process ${next}`);
      }
    }
    return this.#stopping && this.#workers.size === 0;
  }

  /** A worker: accepts on the master's sockets until it is told to end. */
  async #work(sys: Sys, model: Model): Promise<number> {
    for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGCHLD', 'SIGPIPE'] as const) sys.signal(signal, 'ignore');
    const ended = Promise.withResolvers<'now' | 'gracefully'>();
    sys.signal('SIGTERM', () => ended.resolve('now'));
    sys.signal('SIGINT', () => ended.resolve('now'));
    sys.signal('SIGQUIT', () => ended.resolve('gracefully'));
    becomeUser(sys, model);
    const balancer = new Balancer();
    const writers = this.#accessLogs;
    const stats = { active: 0, accepted: 0, requests: 0 };
    let connections = 0;
    for (const { fd, listen } of this.#sockets.values()) {
      const servers = model.servers.filter((server) => server.listens.some((other) => sameSocket(other, listen)));
      const fallback =
        servers.find((server) => server.listens.some((other) => sameSocket(other, listen) && other.isDefault)) ??
        servers[0];
      if (!fallback) continue;
      const site: Site = {
        sys,
        model,
        servers,
        fallback,
        balancer,
        log: (exchange, level, message, upstream) => this.write(level, describe(exchange, message, upstream), sys),
        access: (exchange) => accessLog(sys, exchange, writers),
        stats: () =>
          `Active connections: ${stats.active} \nserver accepts handled requests\n ${stats.accepted} ${stats.accepted} ${stats.requests} \nReading: 0 Writing: 1 Waiting: ${Math.max(0, stats.active - 1)} \n`,
      };
      const loop = async (): Promise<never> => {
        for (;;) {
          const client = await sys.accept(fd);
          const remote = sys.peername(client);
          const own = sys.sockname(client);
          const peer = {
            client: remote.family === 'inet' ? remote : { host: 'unix:', port: 0 },
            local: own.family === 'inet' ? own : { host: 'unix:', port: 0 },
            number: ++connections,
          };
          stats.active++;
          stats.accepted++;
          void serve(
            sysChannel(sys, client),
            (request) => {
              stats.requests++;
              return handle(site, request, peer);
            },
            {
              fault: (status) => ({
                status: status === 431 ? 400 : status,
                ...(nginxReason(status) === undefined ? {} : { reason: nginxReason(status)! }),
                headers: { Server: `nginx/${versionOf(sys)}`, Date: httpDate(sys.now()), 'Content-Type': 'text/html' },
                body: errorPage(status === 431 ? 400 : status, `nginx/${versionOf(sys)}`) ?? '',
              }),
              onError: (error) => void this.write('alert', error instanceof Error ? error.message : String(error), sys),
            },
          ).finally(() => stats.active--);
        }
      };
      void loop();
    }
    const how = await ended.promise;
    if (how === 'gracefully') {
      await this.write('notice', 'gracefully shutting down', sys);
      await this.write('notice', 'exiting', sys);
    } else await this.write('notice', 'exiting', sys);
    await this.write('notice', 'exit', sys);
    return 0;
  }
}

const sameSocket = (a: Listen, b: Listen): boolean =>
  a.unix === b.unix && a.port === b.port && (wild(a) === wild(b) || a.host === b.host);
const wild = ({ host }: Listen): boolean => host === '0.0.0.0' || host.startsWith('[');

/** Workers give up root for the user of the `user` directive. */
function becomeUser(sys: Sys, model: Model): void {
  const name = model.main.value('user');
  if (sys.uid !== 0 || name === undefined || !sys.access('/etc/passwd', {})) return;
  const entry = sys
    .readText('/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  if (!entry) return;
  sys.setgroups([Number(entry[3])]);
  sys.setgid(Number(entry[3]));
  sys.setuid(Number(entry[2]));
}

function cpus(sys: Sys): number {
  if (!sys.access('/proc/cpuinfo', {})) return 1;
  return Math.max(1, [...sys.readText('/proc/cpuinfo').matchAll(/^processor\s*:/gm)].length);
}

function describe(exchange: Exchange, message: string, upstream: string | undefined): string {
  const { peer, server, request } = exchange;
  const host = request.headers.get('host');
  const referer = request.headers.get('referer');
  return (
    `*${peer.number} ${message}, client: ${peer.client.host}, server: ${server.names[0] ?? ''}, request: "${request.line ?? ''}"` +
    (upstream === undefined ? '' : `, upstream: "${upstream}"`) +
    (host === undefined ? '' : `, host: "${host}"`) +
    (referer === undefined ? '' : `, referrer: "${referer}"`)
  );
}

async function accessLog(
  sys: Sys,
  exchange: Exchange,
  writers: ReadonlyMap<string, number | undefined>,
): Promise<void> {
  const logs = exchange.scope.all('access_log');
  const list = logs.length > 0 ? logs.map(({ args }) => args) : [['/var/log/nginx/access.log']];
  for (const [path = '', format] of list) {
    if (path === 'off') return;
    const fd = writers.get(path);
    const text = exchange.model.formats.get(format === undefined || format.includes('=') ? 'combined' : format);
    if (fd === undefined || text === undefined) continue;
    const line = text.replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_all, braced: string | undefined, plain: string | undefined) => exchange.variable((braced ?? plain)!) || '-',
    );
    try {
      await sys.write(fd, `${line}\n`);
    } catch (error) {
      if (!isErrno(error)) throw error; // a log that cannot be written does not stop the server
    }
  }
}

async function signalMaster(nginx: Nginx, io: Io, name: string): Promise<number> {
  const signals: Readonly<Record<string, SignalName>> = {
    stop: 'SIGTERM',
    quit: 'SIGQUIT',
    reload: 'SIGHUP',
    reopen: 'SIGUSR1',
  };
  const signal = signals[name];
  if (!signal) {
    await io.error(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  const path = nginx.model.main.value('pid') ?? '/run/nginx.pid';
  try {
    const pid = Number(io.sys.readText(path).trim());
    if (!(pid > 0)) {
      await nginx.startError('error', `invalid PID number "" in "${path}"`);
      return 1;
    }
    // Like nginx it says so when it has passed the signal on.
    await nginx.write('notice', `signal process started`);
    io.sys.kill(pid, signal);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await nginx.startError('error', `open() "${path}" failed (${error.number}: ${error.message})`);
    return 1;
  }
}

function readArguments(io: Io): Settings | string | 'version' | 'long-version' {
  let config = '/etc/nginx/nginx.conf';
  let globals = '';
  let signal: string | undefined;
  const flags = { test: false, dump: false, quiet: false };
  const args = [...io.args];
  while (args.length > 0) {
    const arg = args.shift()!;
    if (!arg.startsWith('-')) return `invalid option: "${arg}"`;
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!;
      const value = (): string | undefined => {
        const rest = arg.slice(at + 1);
        at = arg.length;
        return rest === '' ? args.shift() : rest;
      };
      if (letter === 'v') return 'version';
      if (letter === 'V') return 'long-version';
      if (letter === 't') flags.test = true;
      else if (letter === 'T') flags.test = flags.dump = true;
      else if (letter === 'q') flags.quiet = true;
      else if ('gcspe'.includes(letter)) {
        const given = value();
        if (given === undefined)
          return `option "-${letter}" requires ${{ g: 'parameter', c: 'file name', s: 'parameter', p: 'directory name', e: 'file name' }[letter]}`;
        if (letter === 'g') globals = given;
        if (letter === 'c') config = given.startsWith('/') ? given : `/etc/nginx/${given}`;
        if (letter === 's') signal = given;
      } else return `invalid option: "${letter}"`;
    }
  }
  return { config, globals, signal, ...flags };
}

export const nginx: Tool = async (io) => {
  const { sys } = io;
  const settings = readArguments(io);
  if (settings === 'version' || settings === 'long-version') {
    const more =
      settings === 'version'
        ? ''
        : 'built by gcc 12.2.0 (Debian 12.2.0-14) \nTLS SNI support enabled\nconfigure arguments: --prefix=/etc/nginx --sbin-path=/usr/sbin/nginx --conf-path=/etc/nginx/nginx.conf\n';
    await io.error(`nginx version: nginx/${versionOf(sys)}\n${more}`);
    return 0;
  }
  if (typeof settings === 'string') {
    await io.error(`nginx: ${settings}\n`);
    return 1;
  }
  const master = new Nginx(sys, settings);
  try {
    const { model, warnings } = await load(sys, settings);
    master.model = model;
    for (const warning of warnings) await master.startError('warn', warning);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (settings.test)
      await io.error(`nginx: [emerg] ${error.message}\nnginx: configuration file ${settings.config} test failed\n`);
    else await master.startError('emerg', error.message);
    return 1;
  }
  if (settings.test) {
    if (!settings.quiet) {
      await io.error(
        `nginx: the configuration file ${settings.config} syntax is ok\nnginx: configuration file ${settings.config} test is successful\n`,
      );
    }
    if (settings.dump) await io.out(`# configuration file ${settings.config}:\n${sys.readText(settings.config)}\n`);
    return 0;
  }
  if (settings.signal !== undefined) return signalMaster(master, io, settings.signal);
  const failed = await master.open(master.model);
  if (failed !== undefined) {
    // nginx tries five times, half a second apart.
    for (let tries = 0; tries < 5; tries++) {
      await master.startError('emerg', failed);
      await sys.sleep(500);
    }
    await master.startError('emerg', 'still could not bind()');
    return 1;
  }
  master.useLog();
  if (master.model.main.value('daemon') === 'off') return master.master();
  // As a daemon the master goes on in the background, and the command is done.
  sys.fork(
    async (child) => {
      const daemon = new Nginx(child, settings);
      daemon.model = master.model;
      daemon.log = master.log;
      daemon.adopt(master);
      return daemon.master();
    },
    { session: true },
  );
  return 0;
};
