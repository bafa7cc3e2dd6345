/** A redis client for this machine: commands as methods, replies as promises, publish and subscribe. No backquotes in here. */
export const REDIS = String.raw`'use strict';
const net = require('net');
const { EventEmitter } = require('events');

class ErrorReply extends Error {}
class SimpleError extends ErrorReply {}
class ClientClosedError extends Error { constructor() { super('The client is closed'); } }
class ClientOfflineError extends Error { constructor() { super('The client is offline'); } }

/** Replies of the protocol, as they come in pieces. */
class Replies {
  constructor(done) { this.rest = Buffer.alloc(0); this.done = done; }
  feed(chunk) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const found = this.read(0);
      if (!found) return;
      this.rest = this.rest.subarray(found[1]);
      this.done(found[0]);
    }
  }
  read(at) {
    const end = this.rest.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = this.rest.toString('utf8', at + 1, end);
    const next = end + 2;
    switch (String.fromCharCode(this.rest[at])) {
      case '+': return [line, next];
      case '-': return [new SimpleError(line), next];
      case ':': return [Number(line), next];
      case '$': { const n = Number(line); if (n < 0) return [null, next]; if (this.rest.length < next + n + 2) return undefined; return [this.rest.toString('utf8', next, next + n), next + n + 2]; }
      case '*': {
        const n = Number(line);
        if (n < 0) return [null, next];
        const out = [];
        let from = next;
        for (let i = 0; i < n; i++) { const item = this.read(from); if (!item) return undefined; out.push(item[0]); from = item[1]; }
        return [out, from];
      }
      default: return [new SimpleError('Protocol error'), next];
    }
  }
}
const encode = (args) => '*' + args.length + '\r\n' + args.map((a) => { const t = String(a); return '$' + Buffer.byteLength(t) + '\r\n' + t + '\r\n'; }).join('');
const pairs = (list) => { const out = Object.create(null); for (let i = 0; i < list.length; i += 2) out[list[i]] = list[i + 1]; return out; };
const flat = (value) => (Array.isArray(value) ? value.flat(Infinity) : value !== null && typeof value === 'object' ? Object.entries(value).flat() : [value]);

class Client extends EventEmitter {
  constructor(options = {}) {
    super();
    this.options = options;
    this.isOpen = false;
    this.isReady = false;
    this.waiting = [];
    this.sent = [];
    this.listeners_ = new Map();
    this.tries = 0;
  }
  get address() {
    const url = this.options.url ? new URL(this.options.url) : undefined;
    const s = this.options.socket || {};
    return { host: (url && url.hostname) || s.host || 'localhost', port: Number((url && url.port) || s.port || 6379), password: (url && decodeURIComponent(url.password)) || this.options.password, username: (url && url.username) || this.options.username, database: (url && url.pathname.length > 1 && Number(url.pathname.slice(1))) || this.options.database };
  }
  async connect() {
    if (this.isOpen) throw new Error('Socket already opened');
    this.isOpen = true;
    await this._open(true);
    return this;
  }
  _open(first) {
    return new Promise((resolve, reject) => {
      const { host, port, password, username, database } = this.address;
      this.emit('connect_attempt');
      const socket = (this.socket = net.connect({ host, port }));
      const replies = new Replies((reply) => this._reply(reply));
      let failed;
      socket.on('connect', async () => {
        this.emit('connect');
        try {
          if (password) await this._now(['AUTH', ...(username ? [username] : []), password]);
          if (database) await this._now(['SELECT', database]);
        } catch (error) { this.isOpen = false; socket.destroy(); reject(error); return; }
        this.isReady = true;
        this.tries = 0;
        this.emit('ready');
        for (const item of this.waiting.splice(0)) this._put(item);
        resolve();
      });
      socket.on('data', (chunk) => replies.feed(chunk));
      socket.on('error', (error) => { failed = error; });
      socket.on('close', () => {
        this.isReady = false;
        for (const item of this.sent.splice(0)) item.reject(new Error('Socket closed unexpectedly'));
        if (!this.isOpen) { this.emit('end'); return; }
        const error = failed || new Error('Socket closed unexpectedly');
        const strategy = this.options.socket && this.options.socket.reconnectStrategy;
        const wait = strategy === false ? false : typeof strategy === 'function' ? strategy(this.tries, error) : typeof strategy === 'number' ? strategy : Math.min(this.tries * 50, 2000) + 50;
        this.tries++;
        if (this.listenerCount('error') > 0) this.emit('error', error);
        else { this.isOpen = false; reject(error); this.emit('error', error); return; }
        if (wait === false || wait instanceof Error) { this.isOpen = false; reject(wait || error); return; }
        this.emit('reconnecting');
        setTimeout(() => { if (this.isOpen) this._open(false).then(resolve, reject); }, wait);
      });
      void first;
    });
  }
  _put(item) { this.sent.push(item); this.socket.write(encode(item.args)); }
  _now(args) { return new Promise((resolve, reject) => this._put({ args, resolve, reject })); }
  sendCommand(args) {
    if (!this.isOpen) return Promise.reject(new ClientClosedError());
    if (!this.isReady && this.options.disableOfflineQueue) return Promise.reject(new ClientOfflineError());
    return new Promise((resolve, reject) => { const item = { args, resolve, reject }; if (this.isReady) this._put(item); else this.waiting.push(item); });
  }
  _reply(reply) {
    if (this.listeners_.size && Array.isArray(reply) && (reply[0] === 'message' || reply[0] === 'pmessage')) {
      const p = reply[0] === 'pmessage';
      for (const f of this.listeners_.get(reply[1]) || []) f(reply[p ? 3 : 2], reply[p ? 2 : 1]);
      return;
    }
    const item = this.sent.shift();
    if (!item) return;
    if (reply instanceof Error) item.reject(reply); else item.resolve(reply);
  }
  async _subscribe(command, channels, listener) { for (const c of [].concat(channels)) { if (!this.listeners_.has(c)) { this.listeners_.set(c, []); await this.sendCommand([command, c]); } this.listeners_.get(c).push(listener); } }
  subscribe(channels, listener) { return this._subscribe('SUBSCRIBE', channels, listener); }
  pSubscribe(channels, listener) { return this._subscribe('PSUBSCRIBE', channels, listener); }
  async unsubscribe(channel) { this.listeners_.delete(channel); await this.sendCommand(['UNSUBSCRIBE', channel]); }
  duplicate(options) { return new Client({ ...this.options, ...options }); }
  multi() {
    const list = [];
    const chain = new Proxy({}, { get: (_, name) => (name === 'exec' ? async () => { await this.sendCommand(['MULTI']); for (const [n, a] of list) await this[n](...a).catch(() => {}); return this.sendCommand(['EXEC']); } : (...args) => { list.push([name, args]); return chain; }) });
    return chain;
  }
  async quit() { const reply = await this.sendCommand(['QUIT']).catch(() => 'OK'); this._leave(); return reply; }
  async disconnect() { this._leave(); }
  async close() { this._leave(); }
  destroy() { this._leave(); }
  _leave() { this.isOpen = false; this.isReady = false; if (this.socket) this.socket.destroy(); }
  unref() { if (this.socket) this.socket.unref(); }
  ref() { if (this.socket) this.socket.ref(); }
  set(key, value, options = {}) {
    const args = ['SET', key, value];
    for (const k of ['EX', 'PX', 'EXAT', 'PXAT']) if (options[k] !== undefined) args.push(k, options[k]);
    for (const k of ['NX', 'XX', 'KEEPTTL', 'GET']) if (options[k]) args.push(k);
    return this.sendCommand(args);
  }
  async hGetAll(key) { return pairs(await this.sendCommand(['HGETALL', key])); }
  hSet(key, field, value) { return this.sendCommand(['HSET', key, ...(value === undefined ? flat(field) : [field, value])]); }
  mSet(values) { return this.sendCommand(['MSET', ...flat(values)]); }
  zAdd(key, members) { return this.sendCommand(['ZADD', key, ...[].concat(members).flatMap((m) => [m.score, m.value])]); }
  configGet(name) { return this.sendCommand(['CONFIG', 'GET', name]).then(pairs); }
}
const COMMANDS = 'get del exists incr incrBy decr decrBy expire ttl pExpire pTTL persist keys type append strLen getDel getSet setEx setNX mGet getRange ping echo dbSize flushDb flushAll select info time rename hGet hDel hExists hKeys hVals hLen hIncrBy lPush rPush lPop rPop lRange lLen lIndex lRem lTrim sAdd sRem sMembers sIsMember sCard zRange zScore zRem zCard zIncrBy publish save bgSave lastSave randomKey';
for (const name of COMMANDS.split(' ')) {
  const command = name.toUpperCase();
  const method = function (...args) { return this.sendCommand([command, ...args.flatMap(flat)]); };
  if (!Client.prototype[name]) Client.prototype[name] = method;
  Client.prototype[command] = Client.prototype[name];
}
for (const [upper, name] of [['SET', 'set'], ['HGETALL', 'hGetAll'], ['HSET', 'hSet'], ['MSET', 'mSet']]) Client.prototype[upper] = Client.prototype[name];
module.exports = { createClient: (options) => new Client(options), ErrorReply, SimpleError, ClientClosedError, ClientOfflineError };
`;
