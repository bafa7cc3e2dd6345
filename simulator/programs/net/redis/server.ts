/** redis-server: connections, its own commands, persistence, its log. */
import { sysChannel } from '../../../http/channel.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { isErrno } from '../../../kernel/errno.ts';
import type { Io, Tool } from '../../io.ts';
import { AppendOnlyFile } from './aof.ts';
import { globRegex, COMMANDS, runCommand, type Context } from './commands.ts';
import {
  array,
  bulk,
  failure,
  fromBytes,
  integer,
  ok,
  RespBuffer,
  splitWords,
  texts,
  toBytes,
  writeReply,
  type Reply,
} from './resp.ts';
import { Store } from './store.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');
function stamp(ms: number): string {
  const d = new Date(ms);
  const day = `${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  return `${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}.${String(Math.floor(d.getUTCMilliseconds())).padStart(3, '0')}`;
}

export const versionOf = (sys: Pick<Sys, 'env'>): string => sys.env['REDIS_VERSION'] ?? '7.4.1';

interface Client extends Context {
  readonly id: number;
  readonly send: (reply: Reply) => Promise<void>;
  authenticated: boolean;
  name: string;
  readonly channels: Set<string>;
  readonly patterns: Set<string>;
  queued: string[][] | undefined;
}

/** Settings by name, as CONFIG GET gives them. */
const DEFAULTS: Readonly<Record<string, string>> = {
  port: '6379',
  bind: '* -::*',
  'protected-mode': 'yes',
  dir: '',
  dbfilename: 'dump.rdb',
  save: '3600 1 300 100 60 10000',
  requirepass: '',
  appendonly: 'no',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  databases: '16',
  loglevel: 'notice',
  logfile: '',
  daemonize: 'no',
  timeout: '0',
  maxclients: '10000',
};

class Server {
  readonly sys: Sys;
  readonly settings: Map<string, string>;
  readonly store: Store;
  readonly #clients = new Set<Client>();
  #ids = 0;
  #commands = 0;
  #connections = 0;
  readonly #started: number;
  #appendOnly: AppendOnlyFile | undefined;
  lastSave: number;

  constructor(sys: Sys, settings: Map<string, string>) {
    this.sys = sys;
    this.settings = settings;
    this.store = new Store(() => sys.now());
    this.#started = sys.now();
    this.lastSave = sys.now();
  }

  log(mark: string, message: string, role = 'M'): Promise<void> {
    const { sys } = this;
    return sys.write(1, `${sys.pid}:${role} ${stamp(sys.now())} ${mark} ${message}\n`);
  }

  get #file(): string {
    return `${this.settings.get('dir')}/${this.settings.get('dbfilename')}`;
  }

  get #snapshotBytes(): Uint8Array {
    return toBytes(this.store.save(versionOf(this.sys)));
  }

  /** Writes the snapshot. Throws Errno. */
  save(): void {
    const temporary = `${this.settings.get('dir')}/temp-${this.sys.pid}.rdb`;
    this.sys.writeFile(temporary, this.#snapshotBytes, 0o644);
    this.sys.rename(temporary, this.#file);
    this.store.dirty = 0;
    this.lastSave = this.sys.now();
  }

  /** Reads what was kept: with `appendonly yes` from the append-only file alone, as redis does. */
  async load(): Promise<void> {
    if (this.settings.get('appendonly') === 'yes') return this.#openAppendOnly();
    if (!this.sys.access(this.#file, {})) return;
    await this.#loadSnapshot(this.#file);
    await this.log('*', 'DB loaded from disk: 0.000 seconds');
  }

  /** Begins the append-only file, or reads it where there is one already. Throws Errno. */
  async #openAppendOnly(anew = false): Promise<void> {
    const { sys } = this;
    this.#appendOnly = new AppendOnlyFile({
      sys,
      dir: this.settings.get('dir')!,
      snapshot: () => this.#snapshotBytes,
      log: (mark, message) => this.log(mark, message),
    });
    if (anew || !this.#appendOnly.exists) return this.#appendOnly.create();
    const context = { store: this.store, now: () => sys.now(), random: (below: number) => sys.random(below), db: 0 };
    await this.#appendOnly.load(context, (path) => this.#loadSnapshot(path));
    this.store.dirty = 0;
  }

  async #loadSnapshot(path: string): Promise<void> {
    const loaded = this.store.load(fromBytes(this.sys.readFile(path)));
    if (!loaded) {
      await this.log('#', 'Wrong signature trying to load DB from file');
      await this.log('#', 'Fatal error loading the DB, check server logs. Exiting.');
      await this.sys.exit(1);
      return;
    }
    await this.log('*', `Loading RDB produced by version ${loaded.version}`);
    await this.log('*', `RDB age ${Math.floor((this.sys.now() - loaded.saved) / 1000)} seconds`);
    await this.log('*', 'RDB memory usage when created 0.90 Mb');
    await this.log('*', `Done loading RDB, keys loaded: ${loaded.keys}, keys expired: ${loaded.expired}.`);
  }

  async shutdown(save: boolean | undefined): Promise<void> {
    await this.log('*', 'User requested shutdown...');
    if (this.#appendOnly) await this.log('*', 'Calling fsync() on the AOF file.');
    if (save ?? this.settings.get('save') !== '') {
      await this.log('*', 'Saving the final RDB snapshot before exiting.');
      try {
        this.save();
        await this.log('*', 'DB saved on disk');
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.log(
          '#',
          `Failed opening the temp RDB file temp-${this.sys.pid}.rdb (in server root dir ${this.settings.get('dir')}) for saving: ${error.message}`,
        );
      }
    }
    await this.log('#', 'Redis is now ready to exit, bye bye...');
    await this.sys.exit(0);
  }

  async serve(fd: number): Promise<void> {
    const { sys } = this;
    const channel = sysChannel(sys, fd);
    const client: Client = {
      id: ++this.#ids,
      store: this.store,
      now: () => sys.now(),
      random: (below) => sys.random(below),
      db: 0,
      send: (reply) => channel.write(toBytes(writeReply(reply))),
      authenticated: this.settings.get('requirepass') === '',
      name: '',
      channels: new Set(),
      patterns: new Set(),
      queued: undefined,
    };
    this.#connections++;
    this.#clients.add(client);
    const buffer = new RespBuffer();
    try {
      for (;;) {
        const bytes = await channel.read();
        if (bytes.length === 0) break;
        buffer.push(bytes);
        for (let words = buffer.takeRequest(); words; words = buffer.takeRequest()) {
          if (words.length === 0) continue;
          if (words[0]!.toLowerCase() === 'quit') {
            await client.send(ok);
            return;
          }
          await this.#request(client, words);
        }
      }
    } catch (error) {
      if (!isErrno(error, 'EPIPE') && !isErrno(error, 'ECONNRESET') && !(error instanceof RangeError)) throw error;
    } finally {
      this.#clients.delete(client);
      channel.close();
    }
  }

  async #request(client: Client, words: string[]): Promise<void> {
    this.#commands++;
    const name = words[0]!.toLowerCase();
    if (!client.authenticated && !['auth', 'hello'].includes(name)) {
      return client.send(failure('NOAUTH Authentication required.'));
    }
    if (client.queued && !['exec', 'discard', 'multi', 'watch'].includes(name)) {
      client.queued.push(words);
      return client.send({ kind: 'simple', text: 'QUEUED' });
    }
    if (
      name === 'monitor' ||
      name === 'subscribe' ||
      name === 'psubscribe' ||
      name === 'unsubscribe' ||
      name === 'punsubscribe'
    ) {
      return this.#subscribe(client, name, words.slice(1));
    }
    await client.send(await this.#run(client, words));
  }

  async #subscribe(client: Client, name: string, topics: string[]): Promise<void> {
    if (name === 'monitor') return client.send(ok);
    const set = name.startsWith('p') ? client.patterns : client.channels;
    const leaving = name.includes('unsubscribe');
    for (const topic of topics.length > 0 ? topics : [...set]) {
      if (leaving) set.delete(topic);
      else set.add(topic);
      await client.send(array([bulk(name), bulk(topic), integer(client.channels.size + client.patterns.size)]));
    }
  }

  async #publish(topic: string, message: string): Promise<number> {
    let reached = 0;
    for (const client of this.#clients) {
      if (client.channels.has(topic)) {
        await client.send(texts(['message', topic, message]));
        reached++;
      }
      for (const pattern of client.patterns) {
        if (!globRegex(pattern).test(topic)) continue;
        await client.send(texts(['pmessage', pattern, topic, message]));
        reached++;
      }
    }
    return reached;
  }

  async #run(client: Client, words: string[]): Promise<Reply> {
    const [first = '', ...args] = words;
    const name = first.toLowerCase();
    const before = this.store.dirty;
    const data = runCommand(client, name, args);
    if (data) {
      if (this.store.dirty !== before) await this.#appendOnly?.append(client, words, data);
      return data;
    }
    switch (name) {
      case 'ping':
        return args[0] === undefined ? { kind: 'simple', text: 'PONG' } : bulk(args[0]);
      case 'auth':
        return this.#auth(client, args);
      case 'select': {
        const db = Number(args[0]);
        if (!(db >= 0 && db < 16)) return failure('ERR DB index is out of range');
        client.db = db;
        return ok;
      }
      case 'publish':
        return integer(await this.#publish(args[0] ?? '', args[1] ?? ''));
      case 'multi':
        if (client.queued) return failure('ERR MULTI calls can not be nested');
        client.queued = [];
        return ok;
      case 'discard':
        if (!client.queued) return failure('ERR DISCARD without MULTI');
        client.queued = undefined;
        return ok;
      case 'exec': {
        const queued = client.queued;
        if (!queued) return failure('ERR EXEC without MULTI');
        client.queued = undefined;
        const replies: Reply[] = [];
        for (const one of queued) replies.push(await this.#run(client, one));
        return array(replies);
      }
      case 'watch':
      case 'unwatch':
      case 'reset':
        return ok;
      case 'save':
      case 'bgsave':
        return this.#snapshot(name);
      case 'bgrewriteaof':
        return { kind: 'simple', text: 'Background append only file rewriting started' };
      case 'lastsave':
        return integer(Math.floor(this.lastSave / 1000));
      case 'shutdown':
        await this.shutdown(
          args[0]?.toLowerCase() === 'nosave' ? false : args[0]?.toLowerCase() === 'save' ? true : undefined,
        );
        return ok;
      case 'info':
        return bulk(this.#info(args[0]?.toLowerCase()));
      case 'config':
        return await this.#config(args);
      case 'client':
        return this.#client(client, args);
      case 'command':
        return args[0]?.toLowerCase() === 'count' ? integer(Object.keys(COMMANDS).length + 30) : array([]);
      case 'hello':
        return texts([
          'server',
          'redis',
          'version',
          versionOf(this.sys),
          'proto',
          '2',
          'mode',
          'standalone',
          'role',
          'master',
        ]);
      case 'role':
        return array([bulk('master'), integer(0), array([])]);
      case 'object':
      case 'debug':
      case 'memory':
        return failure(`ERR unknown subcommand '${args[0] ?? ''}'. Try ${first.toUpperCase()} HELP.`);
      default: {
        const beginning = args.map((arg) => `'${arg}' `).join('');
        return failure(`ERR unknown command '${first}', with args beginning with: ${beginning}`);
      }
    }
  }

  #auth(client: Client, args: readonly string[]): Reply {
    const password = this.settings.get('requirepass')!;
    if (password === '') {
      return failure(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      );
    }
    if (args.at(-1) !== password || (args.length > 1 && args[0] !== 'default')) {
      return failure('WRONGPASS invalid username-password pair or user is disabled.');
    }
    client.authenticated = true;
    return ok;
  }

  async #snapshot(name: string): Promise<Reply> {
    try {
      this.save();
    } catch (error) {
      if (!isErrno(error)) throw error;
      return failure('ERR');
    }
    if (name === 'save') {
      await this.log('*', 'DB saved on disk');
      return ok;
    }
    const child = this.sys.pid + 1;
    await this.log('*', `Background saving started by pid ${child}`);
    await this.log('*', 'DB saved on disk', 'C');
    await this.log('*', 'Background saving terminated with success');
    return { kind: 'simple', text: 'Background saving started' };
  }

  async #config(args: readonly string[]): Promise<Reply> {
    const verb = args[0]?.toLowerCase();
    if (verb === 'get') {
      const regex = globRegex((args[1] ?? '*').toLowerCase());
      return texts([...this.settings].filter(([key]) => regex.test(key)).flat());
    }
    if (verb === 'set') {
      const key = (args[1] ?? '').toLowerCase();
      if (!this.settings.has(key))
        return failure(`ERR Unknown option or number of arguments for CONFIG SET - '${args[1] ?? ''}'`);
      this.settings.set(key, args[2] ?? '');
      if (key === 'appendonly') {
        if (args[2] === 'yes') await this.#openAppendOnly(true);
        else this.#appendOnly = undefined;
      }
      return ok;
    }
    return verb === 'resetstat' ? ok : failure('ERR The server is running without a config file');
  }

  #client(client: Client, args: readonly string[]): Reply {
    switch (args[0]?.toLowerCase()) {
      case 'id':
        return integer(client.id);
      case 'getname':
        return bulk(client.name === '' ? undefined : client.name);
      case 'setname':
        client.name = args[1] ?? '';
        return ok;
      case 'list':
        return bulk(
          [...this.#clients]
            .map((one) => `id=${one.id} name=${one.name} db=${one.db} sub=${one.channels.size} cmd=client|list\n`)
            .join(''),
        );
      default:
        return ok;
    }
  }

  #info(section: string | undefined): string {
    const { sys, store } = this;
    const uptime = Math.floor((sys.now() - this.#started) / 1000);
    const spaces = Array.from({ length: 16 }, (_x, db) => ({ db, keys: store.keys(db) })).filter(
      ({ keys }) => keys.length > 0,
    );
    const expiring = (db: number, keys: readonly string[]): number =>
      keys.filter((key) => store.expiry(store.get(db, key)!) !== undefined).length;
    const sections: Readonly<Record<string, readonly string[]>> = {
      Server: [
        `redis_version:${versionOf(sys)}`,
        'redis_mode:standalone',
        `os:Linux ${sys.uname().release} ${sys.uname().machine}`,
        'arch_bits:64',
        `process_id:${sys.pid}`,
        `tcp_port:${this.settings.get('port')}`,
        `uptime_in_seconds:${uptime}`,
        `uptime_in_days:${Math.floor(uptime / 86400)}`,
        'config_file:',
      ],
      Clients: [
        `connected_clients:${this.#clients.size}`,
        `maxclients:${this.settings.get('maxclients')}`,
        'blocked_clients:0',
      ],
      Memory: [
        'used_memory:1048576',
        'used_memory_human:1.00M',
        `maxmemory:${this.settings.get('maxmemory')}`,
        `maxmemory_policy:${this.settings.get('maxmemory-policy')}`,
      ],
      Persistence: [
        'loading:0',
        `rdb_changes_since_last_save:${store.dirty}`,
        'rdb_bgsave_in_progress:0',
        `rdb_last_save_time:${Math.floor(this.lastSave / 1000)}`,
        'rdb_last_bgsave_status:ok',
        `aof_enabled:${this.#appendOnly ? 1 : 0}`,
      ],
      Stats: [`total_connections_received:${this.#connections}`, `total_commands_processed:${this.#commands}`],
      Replication: ['role:master', 'connected_slaves:0'],
      CPU: ['used_cpu_sys:0.010000', 'used_cpu_user:0.010000'],
      Keyspace: spaces.map(({ db, keys }) => `db${db}:keys=${keys.length},expires=${expiring(db, keys)},avg_ttl=0`),
    };
    return Object.entries(sections)
      .filter(
        ([name]) =>
          section === undefined ||
          section === 'all' ||
          section === 'default' ||
          section === 'everything' ||
          name.toLowerCase() === section,
      )
      .map(([name, lines]) => `# ${name}\r\n${lines.map((line) => `${line}\r\n`).join('')}`)
      .join('\r\n');
  }
}

/** Settings from a file and from `--name value` arguments; a text when they are wrong. */
function readSettings(io: Io): Map<string, string> | string {
  const settings = new Map(Object.entries(DEFAULTS));
  settings.set('dir', io.sys.cwd());
  const args = [...io.args];
  if (args[0] !== undefined && !args[0].startsWith('-')) {
    const path = args.shift()!;
    let text: string;
    try {
      text = io.sys.readText(path);
    } catch (error) {
      return `Fatal error, can't open config file '${path}': ${io.reason(error)}`;
    }
    for (const [i, line] of text.split('\n').entries()) {
      const [name, ...values] = splitWords(line.replace(/^\s*#.*/, '').trim()) ?? [];
      if (name === undefined) continue;
      const wrong = set(settings, name, values);
      if (wrong)
        return `\n*** FATAL CONFIG FILE ERROR (Redis ${versionOf(io.sys)}) ***\nReading the configuration file, at line ${i + 1}\n>>> '${line.trim()}'\n${wrong}`;
    }
  }
  while (args.length > 0) {
    const name = args.shift()!.replace(/^--?/, '');
    const values: string[] = [];
    while (args.length > 0 && !args[0]!.startsWith('--')) values.push(args.shift()!);
    const wrong = set(settings, name, values);
    if (wrong)
      return `\n*** FATAL CONFIG FILE ERROR (Redis ${versionOf(io.sys)}) ***\nReading the configuration file, at line 2\n>>> '${name} ${values.map((value) => JSON.stringify(value)).join(' ')}'\n${wrong}`;
  }
  return settings;
}

const ACCEPTED =
  /^(tcp-|client-|repl-|replica|slave|lazyfree|io-threads|aof|append|auto-|rdb|stop-writes|hash-|list-|set-|zset-|activ|hz|dynamic|notify|latency|slowlog|lua|cluster|tls|pidfile|supervised|always-show-logo|syslog|unixsocket|rename-command|user|acl|include|loadmodule|enable-|proc-title|set-proc-title|stream|crash|ignore-warnings|min-)/;

function set(settings: Map<string, string>, name: string, values: readonly string[]): string | undefined {
  const key = name.toLowerCase();
  if (key === 'save') {
    const joined = values.join(' ');
    const first = settings.get('save') === DEFAULTS['save'];
    settings.set('save', joined === '' ? '' : first ? joined : `${settings.get('save')} ${joined}`);
    return undefined;
  }
  if (settings.has(key)) {
    if (values.length === 0) return 'wrong number of arguments';
    settings.set(key, values.join(' '));
    return undefined;
  }
  return ACCEPTED.test(key) ? undefined : 'Bad directive or wrong number of arguments';
}

export const redisServer: Tool = async (io) => {
  const { sys } = io;
  if (io.args[0] === '--version' || io.args[0] === '-v') {
    await io.out(`Redis server v=${versionOf(sys)} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
    return 0;
  }
  const settings = readSettings(io);
  if (typeof settings === 'string') {
    await io.error(`${settings}\n`);
    return 1;
  }
  const server = new Server(sys, settings);
  await server.log('*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo', 'C');
  await server.log(
    '*',
    `Redis version=${versionOf(sys)}, bits=64, commit=00000000, modified=0, pid=${sys.pid}, just started`,
    'C',
  );
  if (io.args.length === 0) {
    await server.log(
      '#',
      'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
      'C',
    );
  } else await server.log('*', 'Configuration loaded', 'C');
  await server.log('*', 'monotonic clock: POSIX clock_gettime');
  const port = Number(settings.get('port'));
  let listening: number;
  try {
    const local = settings.get('bind')!.split(' ')[0]!.replace('-', '');
    listening = sys.listen({ family: 'inet', host: local === '*' ? '0.0.0.0' : local, port });
  } catch (error) {
    await server.log('#', `Warning: Could not create server TCP listening socket *:${port}: bind: ${io.reason(error)}`);
    await server.log('#', 'Failed listening on port ' + `${port} (tcp), aborting.`);
    return 1;
  }
  await server.log('*', `Running mode=standalone, port=${port}.`);
  await server.log('*', 'Server initialized');
  try {
    sys.chdir(settings.get('dir')!);
  } catch (error) {
    await server.log('#', `Can't chdir to '${settings.get('dir')}': ${io.reason(error)}`);
    return 1;
  }
  await server.load();
  await server.log('*', 'Ready to accept connections tcp');
  sys.signal('SIGPIPE', 'ignore');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    sys.signal(signal, () => {
      const seconds = Math.floor(sys.now() / 1000);
      const text = `${sys.pid}:signal-handler (${seconds}) Received ${signal} scheduling shutdown...\n`;
      void sys.write(1, text).then(() => server.shutdown(undefined));
    });
  }
  for (;;) void server.serve(await sys.accept(listening));
};
