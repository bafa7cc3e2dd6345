/** The commands of redis on one database. */
import { array, bulk, failure, integer, nil, ok, texts, type Reply } from './resp.ts';
import type { Store, Value } from './store.ts';

/** Thrown for an error reply. */
export class CommandError extends Error {}

export interface Context {
  readonly store: Store;
  readonly now: () => number;
  readonly random: (below: number) => number;
  db: number;
}

type Command = {
  /** Number of arguments with the command itself; negative: at least. */
  readonly arity: number;
  readonly writes?: boolean;
  readonly run: (context: Context, args: readonly string[]) => Reply;
};

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NOT_INTEGER = 'ERR value is not an integer or out of range';

type Of<T extends Value['type']> = Extract<Value, { type: T }>;

function typed<T extends Value['type']>(context: Context, key: string, type: T): Of<T> | undefined {
  const value = context.store.get(context.db, key);
  if (value && value.type !== type) throw new CommandError(WRONG_TYPE);
  return value as Of<T> | undefined;
}
function made<T extends Value['type']>(context: Context, key: string, type: T): Of<T> {
  const existing = typed(context, key, type);
  if (existing) return existing;
  const data = { string: '', list: [], hash: new Map(), set: new Set(), zset: new Map() }[type];
  const value = { type, data } as unknown as Of<T>;
  context.store.set(context.db, key, value);
  return value;
}
function dropEmpty(context: Context, key: string): void {
  const value = context.store.get(context.db, key);
  if (!value || value.type === 'string') return;
  const size = value.type === 'list' ? value.data.length : value.data.size;
  if (size === 0) context.store.delete(context.db, key);
}
const whole = (text: string | undefined): number => {
  if (text === undefined || !/^-?\d{1,19}$/.test(text)) throw new CommandError(NOT_INTEGER);
  return Number(text);
};
const float = (text: string | undefined): number => {
  const value = text === '+inf' || text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
  if (text === undefined || text === '' || Number.isNaN(value))
    throw new CommandError('ERR value is not a valid float');
  return value;
};
const range = (from: number, to: number, size: number): [number, number] => [
  Math.max(0, from < 0 ? size + from : from),
  Math.min(size - 1, to < 0 ? size + to : to) + 1,
];

/** Redis' patterns: `*`, `?`, `[a-c]`, backslash. */
export function globRegex(pattern: string): RegExp {
  const source = pattern.replace(/\\.|\[\^?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    if (part.startsWith('[') && part.length > 1) return part;
    return part.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}

function increment(context: Context, key: string, by: number): Reply {
  const value = made(context, key, 'string');
  const current = value.data === '' ? 0 : whole(value.data);
  value.data = String(current + by);
  return integer(current + by);
}

function setCommand(context: Context, [key, data, ...options]: readonly string[]): Reply {
  const old = context.store.get(context.db, key!);
  const flags = options.map((option) => option.toUpperCase());
  let due: number | undefined;
  for (let i = 0; i < flags.length; i++) {
    const unit = flags[i] === 'EX' ? 1000 : flags[i] === 'PX' ? 1 : undefined;
    if (unit !== undefined) {
      const time = whole(options[++i]);
      if (time <= 0) throw new CommandError("ERR invalid expire time in 'set' command");
      due = context.now() + time * unit;
    } else if (!['NX', 'XX', 'GET', 'KEEPTTL'].includes(flags[i]!)) throw new CommandError('ERR syntax error');
  }
  const before = flags.includes('GET') ? bulk(typed(context, key!, 'string')?.data) : undefined;
  if ((flags.includes('NX') && old) || (flags.includes('XX') && !old)) return before ?? nil;
  if (flags.includes('KEEPTTL') && old) due = context.store.expiry(old);
  const value: Value = { type: 'string', data: data! };
  context.store.set(context.db, key!, value);
  if (due !== undefined) context.store.expire(value, due);
  return before ?? ok;
}

function expireAt(context: Context, key: string, due: number): Reply {
  const value = context.store.get(context.db, key);
  if (!value) return integer(0);
  if (due <= context.now()) context.store.delete(context.db, key);
  else context.store.expire(value, due);
  return integer(1);
}
function remaining(context: Context, key: string, unit: number): Reply {
  const value = context.store.get(context.db, key);
  if (!value) return integer(-2);
  const due = context.store.expiry(value);
  return integer(due === undefined ? -1 : Math.ceil((due - context.now()) / unit));
}

const sorted = (data: Map<string, number>): [string, number][] =>
  [...data].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
const scored = (entries: readonly [string, number][], scores: boolean): Reply =>
  texts(entries.flatMap(([member, score]) => (scores ? [member, number(score)] : [member])));
const number = (value: number): string => (value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value));

function scan(names: readonly string[], args: readonly string[]): Reply {
  const options = args.map((arg) => arg.toUpperCase());
  const at = options.indexOf('MATCH');
  const regex = at >= 0 ? globRegex(args[at + 1] ?? '*') : undefined;
  return array([bulk('0'), texts(names.filter((name) => !regex || regex.test(name)))]);
}

function push(context: Context, [key, ...items]: readonly string[], front: boolean, only: boolean): Reply {
  if (only && !typed(context, key!, 'list')) return integer(0);
  const { data } = made(context, key!, 'list');
  for (const item of items) {
    if (front) data.unshift(item);
    else data.push(item);
  }
  return integer(data.length);
}
function pop(context: Context, [key, count]: readonly string[], front: boolean): Reply {
  const list = typed(context, key!, 'list');
  if (!list) return nil;
  const taken: string[] = [];
  for (let i = count === undefined ? 1 : whole(count); i > 0 && list.data.length > 0; i--)
    taken.push((front ? list.data.shift() : list.data.pop())!);
  dropEmpty(context, key!);
  return count === undefined ? bulk(taken[0]) : texts(taken);
}
function combine(context: Context, keys: readonly string[], how: 'inter' | 'union' | 'diff'): Set<string> {
  const [first = new Set<string>(), ...others] = keys.map(
    (key) => typed(context, key, 'set')?.data ?? new Set<string>(),
  );
  if (how === 'union') return new Set([first, ...others].flatMap((set) => [...set]));
  const keep = (member: string): boolean =>
    how === 'inter' ? others.every((set) => set.has(member)) : !others.some((set) => set.has(member));
  return new Set([...first].filter(keep));
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  get: { arity: 2, run: (c, [key]) => bulk(typed(c, key!, 'string')?.data) },
  set: { arity: -3, writes: true, run: setCommand },
  setnx: {
    arity: 3,
    writes: true,
    run: (c, [key, data]) => integer(setCommand(c, [key!, data!, 'NX']) === ok ? 1 : 0),
  },
  setex: { arity: 4, writes: true, run: (c, [key, time, data]) => setCommand(c, [key!, data!, 'EX', time!]) },
  psetex: { arity: 4, writes: true, run: (c, [key, time, data]) => setCommand(c, [key!, data!, 'PX', time!]) },
  getset: { arity: 3, writes: true, run: (c, [key, data]) => setCommand(c, [key!, data!, 'GET']) },
  getdel: {
    arity: 2,
    writes: true,
    run: (c, [key]) => {
      const old = bulk(typed(c, key!, 'string')?.data);
      c.store.delete(c.db, key!);
      return old;
    },
  },
  mget: {
    arity: -2,
    run: (c, keys) =>
      array(
        keys.map((key) => {
          const value = c.store.get(c.db, key);
          return value?.type === 'string' ? bulk(value.data) : nil;
        }),
      ),
  },
  mset: {
    arity: -3,
    writes: true,
    run: (c, args) => {
      for (let i = 0; i < args.length; i += 2) setCommand(c, [args[i]!, args[i + 1] ?? '']);
      return ok;
    },
  },
  append: {
    arity: 3,
    writes: true,
    run: (c, [key, data]) => {
      const value = made(c, key!, 'string');
      value.data += data;
      return integer(value.data.length);
    },
  },
  strlen: { arity: 2, run: (c, [key]) => integer(typed(c, key!, 'string')?.data.length ?? 0) },
  getrange: {
    arity: 4,
    run: (c, [key, from, to]) => {
      const data = typed(c, key!, 'string')?.data ?? '';
      return bulk(data.slice(...range(whole(from), whole(to), data.length)));
    },
  },
  incr: { arity: 2, writes: true, run: (c, [key]) => increment(c, key!, 1) },
  decr: { arity: 2, writes: true, run: (c, [key]) => increment(c, key!, -1) },
  incrby: { arity: 3, writes: true, run: (c, [key, by]) => increment(c, key!, whole(by)) },
  decrby: { arity: 3, writes: true, run: (c, [key, by]) => increment(c, key!, -whole(by)) },
  incrbyfloat: {
    arity: 3,
    writes: true,
    run: (c, [key, by]) => {
      const value = made(c, key!, 'string');
      value.data = number((value.data === '' ? 0 : float(value.data)) + float(by));
      return bulk(value.data);
    },
  },
  del: {
    arity: -2,
    writes: true,
    run: (c, keys) => integer(keys.filter((key) => c.store.get(c.db, key) && c.store.delete(c.db, key)).length),
  },
  unlink: {
    arity: -2,
    writes: true,
    run: (c, keys) => integer(keys.filter((key) => c.store.get(c.db, key) && c.store.delete(c.db, key)).length),
  },
  exists: { arity: -2, run: (c, keys) => integer(keys.filter((key) => c.store.get(c.db, key)).length) },
  type: { arity: 2, run: (c, [key]) => ({ kind: 'simple', text: c.store.get(c.db, key!)?.type ?? 'none' }) },
  keys: { arity: 2, run: (c, [pattern]) => texts(c.store.keys(c.db).filter((key) => globRegex(pattern!).test(key))) },
  scan: { arity: -2, run: (c, [, ...options]) => scan(c.store.keys(c.db), options) },
  randomkey: {
    arity: 1,
    run: (c) => {
      const keys = c.store.keys(c.db);
      return bulk(keys[c.random(Math.max(1, keys.length))]);
    },
  },
  rename: {
    arity: 3,
    writes: true,
    run: (c, [from, to]) => {
      const value = c.store.get(c.db, from!);
      if (!value) return failure('ERR no such key');
      const due = c.store.expiry(value);
      c.store.delete(c.db, from!);
      c.store.set(c.db, to!, value);
      c.store.expire(value, due);
      return ok;
    },
  },
  expire: { arity: -3, writes: true, run: (c, [key, time]) => expireAt(c, key!, c.now() + whole(time) * 1000) },
  pexpire: { arity: -3, writes: true, run: (c, [key, time]) => expireAt(c, key!, c.now() + whole(time)) },
  expireat: { arity: -3, writes: true, run: (c, [key, time]) => expireAt(c, key!, whole(time) * 1000) },
  pexpireat: { arity: -3, writes: true, run: (c, [key, time]) => expireAt(c, key!, whole(time)) },
  persist: {
    arity: 2,
    writes: true,
    run: (c, [key]) => {
      const value = c.store.get(c.db, key!);
      if (!value || c.store.expiry(value) === undefined) return integer(0);
      c.store.expire(value, undefined);
      return integer(1);
    },
  },
  ttl: { arity: 2, run: (c, [key]) => remaining(c, key!, 1000) },
  pttl: { arity: 2, run: (c, [key]) => remaining(c, key!, 1) },
  dbsize: { arity: 1, run: (c) => integer(c.store.size(c.db)) },
  flushdb: {
    arity: -1,
    writes: true,
    run: (c) => {
      c.store.clear(c.db);
      return ok;
    },
  },
  flushall: {
    arity: -1,
    writes: true,
    run: (c) => {
      c.store.clear();
      return ok;
    },
  },
  lpush: { arity: -3, writes: true, run: (c, args) => push(c, args, true, false) },
  rpush: { arity: -3, writes: true, run: (c, args) => push(c, args, false, false) },
  lpushx: { arity: -3, writes: true, run: (c, args) => push(c, args, true, true) },
  rpushx: { arity: -3, writes: true, run: (c, args) => push(c, args, false, true) },
  lpop: { arity: -2, writes: true, run: (c, args) => pop(c, args, true) },
  rpop: { arity: -2, writes: true, run: (c, args) => pop(c, args, false) },
  llen: { arity: 2, run: (c, [key]) => integer(typed(c, key!, 'list')?.data.length ?? 0) },
  lrange: {
    arity: 4,
    run: (c, [key, from, to]) => {
      const data = typed(c, key!, 'list')?.data ?? [];
      return texts(data.slice(...range(whole(from), whole(to), data.length)));
    },
  },
  lindex: { arity: 3, run: (c, [key, at]) => bulk(typed(c, key!, 'list')?.data.at(whole(at))) },
  lset: {
    arity: 4,
    writes: true,
    run: (c, [key, at, data]) => {
      const list = typed(c, key!, 'list');
      if (!list) return failure('ERR no such key');
      const i = whole(at) < 0 ? list.data.length + whole(at) : whole(at);
      if (i < 0 || i >= list.data.length) return failure('ERR index out of range');
      list.data[i] = data!;
      return ok;
    },
  },
  lrem: {
    arity: 4,
    writes: true,
    run: (c, [key, count, item]) => {
      const list = typed(c, key!, 'list');
      if (!list) return integer(0);
      const before = list.data.length;
      let left = Math.abs(whole(count)) || Infinity;
      const order = whole(count) < 0 ? [...list.data].reverse() : list.data;
      const kept = order.filter((other) => other !== item || left-- <= 0);
      list.data.splice(0, before, ...(whole(count) < 0 ? kept.reverse() : kept));
      dropEmpty(c, key!);
      return integer(before - kept.length);
    },
  },
  ltrim: {
    arity: 4,
    writes: true,
    run: (c, [key, from, to]) => {
      const list = typed(c, key!, 'list');
      if (list) {
        const kept = list.data.slice(...range(whole(from), whole(to), list.data.length));
        list.data.splice(0, list.data.length, ...kept);
        dropEmpty(c, key!);
      }
      return ok;
    },
  },
  hset: {
    arity: -4,
    writes: true,
    run: (c, [key, ...fields]) => {
      if (fields.length % 2) return failure("ERR wrong number of arguments for 'hset' command");
      const { data } = made(c, key!, 'hash');
      let added = 0;
      for (let i = 0; i < fields.length; i += 2) {
        if (!data.has(fields[i]!)) added++;
        data.set(fields[i]!, fields[i + 1]!);
      }
      return integer(added);
    },
  },
  hmset: {
    arity: -4,
    writes: true,
    run: (c, [key, ...fields]) => {
      const { data } = made(c, key!, 'hash');
      for (let i = 0; i + 1 < fields.length; i += 2) data.set(fields[i]!, fields[i + 1]!);
      return ok;
    },
  },
  hsetnx: {
    arity: 4,
    writes: true,
    run: (c, [key, field, data]) => {
      const hash = made(c, key!, 'hash').data;
      if (hash.has(field!)) return integer(0);
      hash.set(field!, data!);
      return integer(1);
    },
  },
  hget: { arity: 3, run: (c, [key, field]) => bulk(typed(c, key!, 'hash')?.data.get(field!)) },
  hmget: {
    arity: -3,
    run: (c, [key, ...fields]) => array(fields.map((field) => bulk(typed(c, key!, 'hash')?.data.get(field)))),
  },
  hgetall: { arity: 2, run: (c, [key]) => texts([...(typed(c, key!, 'hash')?.data ?? [])].flat()) },
  hdel: {
    arity: -3,
    writes: true,
    run: (c, [key, ...fields]) => {
      const hash = typed(c, key!, 'hash');
      const count = fields.filter((field) => hash?.data.delete(field)).length;
      dropEmpty(c, key!);
      return integer(count);
    },
  },
  hexists: { arity: 3, run: (c, [key, field]) => integer(typed(c, key!, 'hash')?.data.has(field!) ? 1 : 0) },
  hkeys: { arity: 2, run: (c, [key]) => texts(typed(c, key!, 'hash')?.data.keys() ?? []) },
  hvals: { arity: 2, run: (c, [key]) => texts(typed(c, key!, 'hash')?.data.values() ?? []) },
  hlen: { arity: 2, run: (c, [key]) => integer(typed(c, key!, 'hash')?.data.size ?? 0) },
  hincrby: {
    arity: 4,
    writes: true,
    run: (c, [key, field, by]) => {
      const { data } = made(c, key!, 'hash');
      const next = whole(data.get(field!) ?? '0') + whole(by);
      data.set(field!, String(next));
      return integer(next);
    },
  },
  sadd: {
    arity: -3,
    writes: true,
    run: (c, [key, ...members]) => {
      const { data } = made(c, key!, 'set');
      const before = data.size;
      for (const member of members) data.add(member);
      return integer(data.size - before);
    },
  },
  srem: {
    arity: -3,
    writes: true,
    run: (c, [key, ...members]) => {
      const set = typed(c, key!, 'set');
      const count = members.filter((member) => set?.data.delete(member)).length;
      dropEmpty(c, key!);
      return integer(count);
    },
  },
  smembers: { arity: 2, run: (c, [key]) => texts(typed(c, key!, 'set')?.data ?? []) },
  sismember: { arity: 3, run: (c, [key, member]) => integer(typed(c, key!, 'set')?.data.has(member!) ? 1 : 0) },
  scard: { arity: 2, run: (c, [key]) => integer(typed(c, key!, 'set')?.data.size ?? 0) },
  spop: {
    arity: -2,
    writes: true,
    run: (c, [key]) => {
      const set = typed(c, key!, 'set');
      if (!set) return nil;
      const member = [...set.data][c.random(set.data.size)]!;
      set.data.delete(member);
      dropEmpty(c, key!);
      return bulk(member);
    },
  },
  sinter: { arity: -2, run: (c, keys) => texts(combine(c, keys, 'inter')) },
  sunion: { arity: -2, run: (c, keys) => texts(combine(c, keys, 'union')) },
  sdiff: { arity: -2, run: (c, keys) => texts(combine(c, keys, 'diff')) },
  zadd: {
    arity: -4,
    writes: true,
    run: (c, [key, ...args]) => {
      const { data } = made(c, key!, 'zset');
      let added = 0;
      for (let i = 0; i + 1 < args.length; i += 2) {
        if (!data.has(args[i + 1]!)) added++;
        data.set(args[i + 1]!, float(args[i]));
      }
      return integer(added);
    },
  },
  zincrby: {
    arity: 4,
    writes: true,
    run: (c, [key, by, member]) => {
      const { data } = made(c, key!, 'zset');
      const next = (data.get(member!) ?? 0) + float(by);
      data.set(member!, next);
      return bulk(number(next));
    },
  },
  zscore: {
    arity: 3,
    run: (c, [key, member]) => {
      const score = typed(c, key!, 'zset')?.data.get(member!);
      return bulk(score === undefined ? undefined : number(score));
    },
  },
  zcard: { arity: 2, run: (c, [key]) => integer(typed(c, key!, 'zset')?.data.size ?? 0) },
  zrem: {
    arity: -3,
    writes: true,
    run: (c, [key, ...members]) => {
      const set = typed(c, key!, 'zset');
      const count = members.filter((member) => set?.data.delete(member)).length;
      dropEmpty(c, key!);
      return integer(count);
    },
  },
  zrange: {
    arity: -4,
    run: (c, [key, from, to, ...flags]) => {
      const upper = flags.map((flag) => flag.toUpperCase());
      const entries = sorted(typed(c, key!, 'zset')?.data ?? new Map<string, number>());
      if (upper.includes('REV')) entries.reverse();
      return scored(entries.slice(...range(whole(from), whole(to), entries.length)), upper.includes('WITHSCORES'));
    },
  },
  zrevrange: {
    arity: -4,
    run: (c, [key, from, to, flag]) => {
      const entries = sorted(typed(c, key!, 'zset')?.data ?? new Map<string, number>()).reverse();
      return scored(
        entries.slice(...range(whole(from), whole(to), entries.length)),
        flag?.toUpperCase() === 'WITHSCORES',
      );
    },
  },
  zrangebyscore: {
    arity: -4,
    run: (c, [key, from, to, flag]) =>
      scored(
        sorted(typed(c, key!, 'zset')?.data ?? new Map<string, number>()).filter(
          ([, score]) => score >= float(from) && score <= float(to),
        ),
        flag?.toUpperCase() === 'WITHSCORES',
      ),
  },
  zrank: {
    arity: 3,
    run: (c, [key, member]) => {
      const at = sorted(typed(c, key!, 'zset')?.data ?? new Map<string, number>()).findIndex(
        ([name]) => name === member,
      );
      return at < 0 ? nil : integer(at);
    },
  },
  echo: { arity: 2, run: (_c, [text]) => bulk(text) },
  time: {
    arity: 1,
    run: (c) => texts([String(Math.floor(c.now() / 1000)), String(Math.floor((c.now() % 1000) * 1000))]),
  },
};

/** Runs a data command; undefined when there is none of that name. */
export function runCommand(context: Context, name: string, args: readonly string[]): Reply | undefined {
  const command = COMMANDS[name];
  if (!command) return undefined;
  const count = args.length + 1;
  if (command.arity > 0 ? count !== command.arity : count < -command.arity) {
    return failure(`ERR wrong number of arguments for '${name}' command`);
  }
  try {
    const reply = command.run(context, args);
    if (command.writes && reply.kind !== 'error') context.store.dirty++;
    return reply;
  } catch (error) {
    if (error instanceof CommandError) return failure(error.message);
    throw error;
  }
}
