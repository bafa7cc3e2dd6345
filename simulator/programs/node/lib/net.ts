/** Part of Node's library, run inside the engine: URLs, sockets, HTTP and fetch. No backquotes in here. */
export const NET = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const { EventEmitter, stream } = N;

  // --- URLs
  const enc = (text, keep) => encodeURI(text.toWellFormed()).replace(/%25(?=[0-9a-f]{2})/gi, '%').replace(keep, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  const form = (text) => encodeURIComponent(String(text).toWellFormed()).replace(/%20/g, '+').replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  const unform = (text) => { const t = text.replace(/\+/g, ' '); try { return decodeURIComponent(t); } catch { return t.replace(/%([0-9a-f]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))); } };
  class URLSearchParams {
    #list = []; #url;
    constructor(init = '', url) {
      this.#url = url;
      if (typeof init === 'string') this._parse(init);
      else if (init && typeof init[Symbol.iterator] === 'function') for (const [k, v] of init) this.#list.push([String(k), String(v)]);
      else if (init) for (const k of Object.keys(init)) this.#list.push([k, String(init[k])]);
    }
    _parse(text) { this.#list = text.replace(/^\?/, '').split('&').filter(Boolean).map((part) => { const at = part.indexOf('='); return at < 0 ? [unform(part), ''] : [unform(part.slice(0, at)), unform(part.slice(at + 1))]; }); }
    #changed() { if (this.#url) this.#url._query(this.toString()); }
    append(k, v) { this.#list.push([String(k), String(v)]); this.#changed(); }
    delete(k) { this.#list = this.#list.filter(([n]) => n !== String(k)); this.#changed(); }
    get(k) { const f = this.#list.find(([n]) => n === String(k)); return f ? f[1] : null; }
    getAll(k) { return this.#list.filter(([n]) => n === String(k)).map(([, v]) => v); }
    has(k) { return this.#list.some(([n]) => n === String(k)); }
    set(k, v) { const at = this.#list.findIndex(([n]) => n === String(k)); if (at < 0) this.#list.push([String(k), String(v)]); else { this.#list[at][1] = String(v); this.#list = this.#list.filter(([n], i) => n !== String(k) || i <= at); } this.#changed(); }
    sort() { this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); this.#changed(); }
    forEach(f, self) { for (const [k, v] of this.#list) f.call(self, v, k, this); }
    keys() { return this.#list.map(([k]) => k)[Symbol.iterator](); }
    values() { return this.#list.map(([, v]) => v)[Symbol.iterator](); }
    entries() { return this.#list.map(([k, v]) => [k, v])[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    get size() { return this.#list.length; }
    toString() { return this.#list.map(([k, v]) => form(k) + '=' + form(v)).join('&'); }
    [N.inspect.custom](depth, options) { return 'URLSearchParams {' + (this.#list.length ? ' ' + this.#list.map(([k, v]) => N.inspect(k, options) + ' => ' + N.inspect(v, options)).join(', ') + ' ' : '') + '}'; }
  }
  const PORTS = { 'http:': '80', 'https:': '443', 'ftp:': '21', 'ws:': '80', 'wss:': '443' };
  const special = (protocol) => protocol in PORTS || protocol === 'file:';
  class URL {
    #p = { protocol: '', username: '', password: '', hostname: '', port: '', pathname: '', search: '', hash: '' };
    #params;
    constructor(input, base) {
      input = String(input).trim();
      let m = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(input);
      if (m && !(base !== undefined && special(m[1].toLowerCase() + ':') && !/^[\\/]/.test(m[2]) && new URL(base).protocol === m[1].toLowerCase() + ':')) this.#absolute(m[1].toLowerCase() + ':', m[2]);
      else {
        if (base === undefined) { const e = N.coded(TypeError, 'ERR_INVALID_URL', 'Invalid URL'); e.input = input; throw e; }
        const b = base instanceof URL ? base : new URL(base);
        Object.assign(this.#p, { protocol: b.protocol, username: b.username, password: b.password, hostname: b.hostname, port: b.port, pathname: b.pathname, search: b.search });
        if (m) input = m[2];
        if (input.startsWith('//')) this.#absolute(b.protocol, input);
        else {
          const [, path, search, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(input);
          if (path !== '') { this.#p.pathname = this.#dots(path.startsWith('/') ? path : b.pathname.replace(/[^/]*$/, '') + path); this.#p.search = ''; }
          if (search !== undefined) this.#p.search = search === '?' ? '' : enc(search, /["'<>]/g);
          this.#p.hash = hash === undefined || hash === '#' ? '' : enc(hash, /["<>\x60]/g);
        }
      }
    }
    static canParse(input, base) { try { new URL(input, base); return true; } catch { return false; } }
    static parse(input, base) { try { return new URL(input, base); } catch { return null; } }
    #dots(path) {
      const out = [];
      const parts = enc(path, /["<>\x60{}?#]/g).split('/').slice(1);
      parts.forEach((part, i) => {
        const last = i === parts.length - 1;
        if (/^(\.|%2e)$/i.test(part)) { if (last) out.push(''); } else if (/^(\.|%2e){2}$/i.test(part)) { out.pop(); if (last) out.push(''); } else out.push(part);
      });
      return '/' + out.join('/');
    }
    #absolute(protocol, rest) {
      const p = this.#p;
      p.protocol = protocol;
      const bad = () => { const e = N.coded(TypeError, 'ERR_INVALID_URL', 'Invalid URL'); e.input = protocol + rest; throw e; };
      if (special(protocol)) rest = rest.replace(/^[\\/]*/, '//');
      let path;
      const m = /^\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest);
      if (m) {
        const a = /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(m[1].replace(/.*@(?=.*@)/, ''));
        if (!a) bad();
        if (protocol === 'file:') { path = m[2] === '' && m[1] ? '/' + m[1] : '/' + m[1] + m[2]; path = path.replace(/^\/+/, '/'); } else {
          if (a[3] === '' && special(protocol)) bad();
          if (/[\s<>^|%#]/.test(a[3]) || (a[4] && Number(a[4]) > 65535)) bad();
          p.username = enc(a[1] || '', /[\/:;=@\[\\\]^|]/g); p.password = enc(a[2] || '', /[\/:;=@\[\\\]^|]/g);
          p.hostname = special(protocol) ? a[3].toLowerCase() : a[3];
          p.port = a[4] && String(Number(a[4])) !== PORTS[protocol] ? String(Number(a[4])) : '';
          path = m[2].replace(/\\/g, '/');
        }
        p.pathname = path === '' ? (special(protocol) ? '/' : '') : this.#dots(path);
        p.search = m[3] && m[3] !== '?' ? enc(m[3], /["'<>]/g) : '';
        p.hash = m[4] && m[4] !== '#' ? enc(m[4], /["<>\x60]/g) : '';
      } else {
        const o = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest);
        p.pathname = o[1]; p.search = o[2] || ''; p.hash = o[3] || '';
      }
    }
    _query(text) { this.#p.search = text ? '?' + text : ''; }
    get href() { const p = this.#p; const who = p.username || p.password ? p.username + (p.password ? ':' + p.password : '') + '@' : ''; const slashes = p.hostname || special(p.protocol) || p.pathname.startsWith('/') && p.protocol === 'file:' ? '//' : ''; return p.protocol + slashes + who + this.host + p.pathname + p.search + p.hash; }
    set href(v) { const u = new URL(v); this.#p = { protocol: u.protocol, username: u.username, password: u.password, hostname: u.hostname, port: u.port, pathname: u.pathname, search: u.search, hash: u.hash }; }
    get origin() { return this.protocol in PORTS ? this.protocol + '//' + this.host : 'null'; }
    get protocol() { return this.#p.protocol; } set protocol(v) { this.#p.protocol = String(v).replace(/:?$/, ':'); }
    get username() { return this.#p.username; } set username(v) { this.#p.username = enc(String(v), /[\/:@]/g); }
    get password() { return this.#p.password; } set password(v) { this.#p.password = enc(String(v), /[\/:@]/g); }
    get host() { return this.#p.hostname + (this.#p.port ? ':' + this.#p.port : ''); }
    set host(v) { const [h, port] = String(v).split(':'); this.#p.hostname = h; if (port !== undefined) this.port = port; }
    get hostname() { return this.#p.hostname; } set hostname(v) { this.#p.hostname = String(v); }
    get port() { return this.#p.port; } set port(v) { this.#p.port = String(v) === PORTS[this.protocol] ? '' : String(v); }
    get pathname() { return this.#p.pathname; } set pathname(v) { this.#p.pathname = this.#dots(String(v).startsWith('/') ? String(v) : '/' + v); }
    get search() { return this.#p.search; } set search(v) { v = String(v).replace(/^\?/, ''); this.#p.search = v ? '?' + enc(v, /["'<>#]/g) : ''; if (this.#params) this.#params._parse(v); }
    get hash() { return this.#p.hash; } set hash(v) { v = String(v).replace(/^#/, ''); this.#p.hash = v ? '#' + enc(v, /["<>\x60]/g) : ''; }
    get searchParams() { return (this.#params = this.#params || new URLSearchParams(this.#p.search, this)); }
    toString() { return this.href; }
    toJSON() { return this.href; }
    [N.inspect.custom](depth, options) {
      const o = {};
      for (const k of ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash']) o[k] = this[k];
      return 'URL ' + N.inspect(o, options);
    }
  }
  N.hidden(globalThis, { URL, URLSearchParams });
  N.define('querystring', (module) => {
    const stringify = (o, sep = '&', eq = '=') => Object.keys(o || {}).flatMap((k) => [].concat(o[k]).map((v) => encodeURIComponent(k) + eq + encodeURIComponent(v === null || v === undefined || typeof v === 'object' ? '' : v))).join(sep);
    const parse = (text, sep = '&', eq = '=') => {
      const out = Object.create(null);
      for (const part of String(text || '').split(sep).filter(Boolean)) { const at = part.indexOf(eq); const k = unform(at < 0 ? part : part.slice(0, at)); const v = at < 0 ? '' : unform(part.slice(at + eq.length)); if (k in out) out[k] = [].concat(out[k], v); else out[k] = v; }
      return out;
    };
    module.exports = { stringify, parse, encode: stringify, decode: parse, escape: encodeURIComponent, unescape: decodeURIComponent };
  });
  N.define('url', (module) => {
    const parse = (text, query) => {
      const m = /^(?:([a-z][a-z0-9+.-]*:))?(?:\/\/(?:([^@/]*)@)?([^:/?#]*)(?::(\d+))?)?([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(text);
      const search = m[6] === undefined ? null : m[6];
      const q = search === null ? (query ? '' : null) : search.slice(1);
      const pathname = m[5] || (m[3] ? '/' : null);
      return { protocol: m[1] || null, slashes: m[3] !== undefined ? true : null, auth: m[2] || null, host: m[3] ? m[3] + (m[4] ? ':' + m[4] : '') : null, port: m[4] || null, hostname: m[3] || null, hash: m[7] || null, search, query: query ? N.builtin('querystring').parse(q) : q, pathname, path: (pathname || '') + (search || '') || null, href: text };
    };
    module.exports = { URL, URLSearchParams, parse, format: (u) => (u instanceof URL ? u.href : (u.protocol ? u.protocol.replace(/:?$/, ':') + '//' : '') + (u.host || (u.hostname || '') + (u.port ? ':' + u.port : '')) + (u.pathname || '') + (u.search || '') + (u.hash || '')), resolve: (a, b) => new URL(b, new URL(a, 'resolve://x/')).href.replace(/^resolve:\/\/x/, ''), fileURLToPath: (u) => decodeURIComponent(new URL(u).pathname), pathToFileURL: (p) => new URL('file://' + enc(N.path.resolve(p), /[?#]/g)) };
  });

  // --- names
  const isIP = (text) => (/^(\d{1,3})(\.\d{1,3}){3}$/.test(text) ? 4 : /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text) ? 6 : 0);
  const lookup = (name, done) => N.start('resolve', [name], (error, list) => {
    if (!error && list.length) return done(null, list);
    const e = new Error('getaddrinfo ENOTFOUND ' + name);
    Object.assign(e, { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
    N.hidden(e, { stack: String(e.stack).replace(/\n[^]*$/, '') + '\n    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)' });
    return done(e);
  });
  N.define('dns', (module) => {
    const get = (name, options, callback) => {
      if (typeof options === 'function') { callback = options; options = {}; }
      lookup(name, (error, list) => (error ? callback(error) : options && options.all ? callback(null, list.map((address) => ({ address, family: 4 }))) : callback(null, list[0], 4)));
    };
    const p = (name, options) => new Promise((resolve, reject) => get(name, options || {}, (e, a, family) => (e ? reject(e) : resolve(options && options.all ? a : { address: a, family }))));
    const resolve4 = (name, callback) => lookup(name, (error, list) => (error ? callback(Object.assign(new Error('queryA ENOTFOUND ' + name), { code: 'ENOTFOUND', syscall: 'queryA', hostname: name })) : callback(null, list)));
    const r = (name) => new Promise((resolve, reject) => resolve4(name, (e, l) => (e ? reject(e) : resolve(l))));
    module.exports = { lookup: get, resolve: resolve4, resolve4, promises: { lookup: p, resolve: r, resolve4: r }, setDefaultResultOrder() {}, getServers: () => [] };
  });
  N.define('dns/promises', (module) => { module.exports = N.builtin('dns').promises; });

  // --- sockets
  function Socket(options = {}) {
    if (!(this instanceof Socket)) return new Socket(options);
    stream.Duplex.call(this, {});
    N.hidden(this, { _fd: undefined, _busy: undefined, _timer: undefined, _timeout: 0, allowHalfOpen: !!options.allowHalfOpen });
    this.connecting = false; this.bytesRead = 0; this.bytesWritten = 0; this.timeout = 0;
    this.on('end', () => { if (!this.allowHalfOpen && !this._w.ending) this.end(); });
  }
  Object.setPrototypeOf(Socket.prototype, stream.Duplex.prototype);
  Object.setPrototypeOf(Socket, stream.Duplex);
  N.hidden(Socket.prototype, {
    _attach(fd) {
      this._fd = fd;
      const [peer, own] = host.addresses(fd);
      this.remoteAddress = peer[0]; this.remotePort = peer[1]; this.remoteFamily = 'IPv4'; this.localAddress = own[0]; this.localPort = own[1]; this.localFamily = 'IPv4';
      this._touch();
      this.resume === undefined || this._kick();
    },
    connect(...args) {
      let [first, second, third] = args;
      let options = typeof first === 'object' ? first : typeof first === 'string' && isNaN(first) ? { path: first } : { port: Number(first), host: typeof second === 'string' ? second : undefined };
      const callback = [first, second, third].find((a) => typeof a === 'function');
      if (callback) this.once('connect', callback);
      this.connecting = true;
      if (this._unref) process.nextTick(() => {});
      const fail = (error) => { this.connecting = false; this.destroy(error); };
      const go = (address) => {
        this._pending = N.start('connect', options.path ? [options.path, -1] : [address, options.port], (error, fd) => {
          this._pending = undefined;
          if (this.destroyed) { if (!error) host.close(fd); return; }
          if (error) {
            const where = options.path || address + ':' + options.port;
            const e = new Error('connect ' + error.code + ' ' + where);
            Object.assign(e, { errno: error.errno, code: error.code, syscall: 'connect' }, options.path ? { address: options.path } : { address, port: options.port });
            N.hidden(e, { stack: 'Error: ' + e.message + '\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1637:16)' });
            return fail(e);
          }
          this.connecting = false;
          this._attach(fd);
          this.emit('connect');
          this.emit('ready');
          this._drive();
          this._flow();
          return undefined;
        }, 'connect');
      };
      const name = options.host || 'localhost';
      if (options.path || isIP(name)) go(name);
      else lookup(name, (error, list) => { if (this.destroyed) return; this.emit('lookup', error, list && list[0], 4, name); if (error) fail(error); else go(list[0]); });
      return this;
    },
    _read() {
      if (this._fd === undefined || this._busy) { this._r.reading = false; return; }
      this._busy = N.start('read', [this._fd, 65536], (error, bytes) => {
        this._busy = undefined;
        if (this.destroyed) return;
        if (error) { this.destroy(Object.assign(new Error('read ' + error.code), { errno: error.errno, code: error.code, syscall: 'read' })); return; }
        this._touch();
        this.bytesRead += bytes.length;
        this.push(bytes.length ? N.bufferOf(bytes) : null);
      }, 'read');
      if (this._free) this._busy.unref();
    },
    _write(chunk, encoding, callback) {
      if (this._fd === undefined) { this.once('connect', () => this._write(chunk, encoding, callback)); return; }
      this._touch();
      N.start('write', [this._fd, N.toBytes(chunk, encoding)], (error) => {
        this.bytesWritten += chunk.length;
        callback(error ? Object.assign(new Error('write ' + error.code), { errno: error.errno, code: error.code, syscall: 'write' }) : undefined);
      }, 'write');
    },
    _final(callback) { if (this._fd === undefined && this.connecting) { this.once('connect', () => this._final(callback)); return; } if (this._fd !== undefined) host.shutdown(this._fd); callback(); },
    _destroy(error, done) {
      clearTimeout(this._timer);
      if (this._busy) this._busy.forget();
      if (this._pending) this._pending.forget();
      if (this._fd !== undefined) host.close(this._fd);
      this._fd = undefined;
      this.connecting = false;
      process.nextTick(() => { if (error) this.emit('error', error); this.emit('close', !!error); });
      void done;
    },
    destroySoon() { if (!this._w.ending) this.end(); if (this._w.finished) this.destroy(); else this.once('finish', () => this.destroy()); },
    resetAndDestroy() { this.destroy(); },
    _touch() {
      clearTimeout(this._timer);
      if (this._timeout) { this._timer = setTimeout(() => this.emit('timeout'), this._timeout); this._timer.unref(); }
    },
    setTimeout(ms, callback) { this._timeout = ms; this.timeout = ms; if (callback) this.once('timeout', callback); this._touch(); return this; },
    setNoDelay() { return this; }, setKeepAlive() { return this; },
    ref() { this._free = false; if (this._busy) this._busy.ref(); return this; },
    unref() { this._free = true; if (this._busy) this._busy.unref(); return this; },
    address() { return this._fd === undefined ? {} : { address: this.localAddress, family: 'IPv4', port: this.localPort }; },
  });
  Object.defineProperty(Socket.prototype, 'pending', { get() { return this._fd === undefined; } });
  Object.defineProperty(Socket.prototype, 'readyState', { get() { return this.connecting ? 'opening' : this._fd === undefined ? 'closed' : 'open'; } });

  class Server extends EventEmitter {
    constructor(options, listener) {
      super();
      if (typeof options === 'function') listener = options;
      this.listening = false;
      N.hidden(this, { _fd: undefined, _handle: undefined, _free: false, _open: new Set(), _where: undefined, maxConnections: undefined });
      if (listener) this.on('connection', listener);
    }
    listen(...args) {
      const callback = args.findLast((a) => typeof a === 'function');
      let options = args[0] !== null && typeof args[0] === 'object' ? args[0] : typeof args[0] === 'string' && isNaN(args[0]) ? { path: args[0] } : { port: typeof args[0] === 'function' ? 0 : args[0], host: typeof args[1] === 'string' ? args[1] : undefined };
      if (callback) this.once('listening', callback);
      const port = options.port === undefined || options.port === null ? 0 : Number(options.port);
      if (!options.path && !(Number.isInteger(port) && port >= 0 && port < 65536)) throw N.coded(RangeError, 'ERR_SOCKET_BAD_PORT', 'options.port should be >= 0 and < 65536. Received ' + N.received(options.port) + '.');
      const named = options.host;
      const go = (address) => {
        const fd = options.path ? host.listenUnix(options.path) : host.listen(address, port);
        if (typeof fd === 'object') {
          const where = options.path || (named === undefined ? ':::' + port : address + ':' + port);
          const e = new Error('listen ' + fd.code + ': ' + ({ EADDRINUSE: 'address already in use', EACCES: 'permission denied', EADDRNOTAVAIL: 'address not available' }[fd.code] || fd.message) + ' ' + where);
          Object.assign(e, { code: fd.code, errno: -fd.errno, syscall: 'listen', address: options.path || (named === undefined ? '::' : address) }, options.path ? {} : { port });
          N.hidden(e, { stack: String(e.stack).split('\n')[0] + '\n    at Server.setupListenHandle [as _listen2] (node:net:1940:16)\n    at listenInCluster (node:net:1997:12)\n    at Server.listen (node:net:2102:7)' + '\n    ' + (String(e.stack).split('\n').slice(1).join('\n').trimStart()) });
          process.nextTick(() => this.emit('error', e));
          return;
        }
        this._fd = fd;
        this.listening = true;
        this._where = options.path ? options.path : named === undefined || named === '::' ? { address: '::', family: 'IPv6', port: host.addresses(fd)[1][1] } : { address, family: 'IPv4', port: host.addresses(fd)[1][1] };
        this._accept();
        process.nextTick(() => { if (this._fd !== undefined) this.emit('listening'); });
      };
      if (options.path || named === undefined || named === '::' || named === '') go('0.0.0.0');
      else if (isIP(named)) go(named);
      else lookup(named, (error, list) => (error ? this.emit('error', error) : go(list[0])));
      return this;
    }
    _accept() {
      this._handle = N.start('accept', [this._fd], (error, fd) => {
        if (this._fd === undefined) { if (!error) host.close(fd); return; }
        this._accept();
        if (error) { this.emit('error', error); return; }
        const socket = new Socket({});
        socket._attach(fd);
        socket.server = this;
        this._open.add(socket);
        socket.on('close', () => { this._open.delete(socket); this._closed(); });
        this.emit('connection', socket);
      }, 'accept');
      if (this._free) this._handle.unref();
    }
    _closed() { if (this._closing && this._open.size === 0) { this._closing = false; process.nextTick(() => this.emit('close')); } }
    close(callback) {
      if (this._fd === undefined) { if (callback) process.nextTick(() => callback(N.coded(Error, 'ERR_SERVER_NOT_RUNNING', 'Server is not running.'))); return this; }
      if (callback) this.once('close', () => callback());
      this._handle.forget();
      host.close(this._fd);
      this._fd = undefined;
      this.listening = false;
      this._closing = true;
      if (this.closeIdleConnections) this.closeIdleConnections();
      this._closed();
      return this;
    }
    address() { return this._fd === undefined ? null : this._where; }
    getConnections(callback) { process.nextTick(callback, null, this._open.size); return this; }
    ref() { this._free = false; if (this._handle) this._handle.ref(); return this; }
    unref() { this._free = true; if (this._handle) this._handle.unref(); return this; }
  }
  const connect = (...args) => new Socket().connect(...args);
  N.net = { Socket, Stream: Socket, Server, createServer: (options, listener) => new Server(options, listener), connect, createConnection: connect, isIP, isIPv4: (t) => isIP(t) === 4, isIPv6: (t) => isIP(t) === 6 };
  N.define('net', (module) => { module.exports = N.net; });
})();
`;
