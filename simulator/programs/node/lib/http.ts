/** Part of Node's library, run inside the engine: HTTP/1.1 servers and clients, and fetch on top. No backquotes in here. */
export const HTTP = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const { EventEmitter, stream, net } = N;
  const STATUS = { 100: 'Continue', 101: 'Switching Protocols', 200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'Non-Authoritative Information', 204: 'No Content', 205: 'Reset Content', 206: 'Partial Content', 300: 'Multiple Choices', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout', 409: 'Conflict', 410: 'Gone', 411: 'Length Required', 412: 'Precondition Failed', 413: 'Payload Too Large', 414: 'URI Too Long', 415: 'Unsupported Media Type', 416: 'Range Not Satisfiable', 418: "I'm a Teapot", 422: 'Unprocessable Entity', 425: 'Too Early', 426: 'Upgrade Required', 428: 'Precondition Required', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 451: 'Unavailable For Legal Reasons', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout', 505: 'HTTP Version Not Supported', 507: 'Insufficient Storage', 511: 'Network Authentication Required' };
  const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];
  const SINGLE = new Set(['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since', 'last-modified', 'location', 'max-forwards', 'referer', 'retry-after', 'server', 'user-agent']);

  class IncomingMessage extends stream.Readable {
    constructor(socket) {
      super({});
      this.httpVersion = '1.1'; this.httpVersionMajor = 1; this.httpVersionMinor = 1; this.complete = false; this.headers = {}; this.rawHeaders = []; this.trailers = {}; this.rawTrailers = []; this.aborted = false;
      this.url = ''; this.method = null; this.statusCode = null; this.statusMessage = null;
      N.hidden(this, { socket, connection: socket, client: socket });
    }
    get headersDistinct() { const out = {}; for (const k of Object.keys(this.headers)) out[k] = [].concat(this.headers[k]); return out; }
    setTimeout(ms, callback) { this.socket.setTimeout(ms, callback); return this; }
    _header(name, value) {
      this.rawHeaders.push(name, value);
      const key = name.toLowerCase();
      if (key === 'set-cookie') (this.headers[key] = this.headers[key] || []).push(value);
      else if (this.headers[key] === undefined) this.headers[key] = value;
      else if (!SINGLE.has(key)) this.headers[key] += (key === 'cookie' ? '; ' : ', ') + value;
    }
    _destroy(error, done) { if (!this.complete && this.socket && !this.socket.destroyed && this.statusCode !== null) this.socket.destroy(); done(error); }
  }

  /** Reads messages from a socket; onHead(message) is told when the head is there and says whether a body can follow. */
  class Parser {
    constructor(socket, response, onHead, onDone, onBad) {
      Object.assign(this, { socket, response, onHead, onDone, onBad, rest: Buffer.alloc(0), state: 'head', message: undefined, left: 0 });
    }
    feed(chunk) {
      this.rest = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
      while (this.step());
    }
    line() {
      const at = this.rest.indexOf('\r\n');
      if (at < 0) return undefined;
      const text = this.rest.toString('latin1', 0, at);
      this.rest = this.rest.subarray(at + 2);
      return text;
    }
    step() {
      if (this.state === 'head') {
        if (this.rest.length >= 2 && this.rest[0] === 13 && this.rest[1] === 10) this.rest = this.rest.subarray(2);
        const end = this.rest.indexOf('\r\n\r\n');
        if (end < 0) { if (this.rest.length > 4 && !this.response && !/^[A-Z-]+ /.test(this.rest.toString('latin1', 0, 20))) this.bad(); return false; }
        const lines = this.rest.toString('latin1', 0, end).split('\r\n');
        this.rest = this.rest.subarray(end + 4);
        const message = (this.message = new IncomingMessage(this.socket));
        const first = this.response ? /^HTTP\/1\.([01]) (\d{3}) ?(.*)$/.exec(lines[0]) : /^([A-Z-]+) (\S+) HTTP\/1\.([01])$/.exec(lines[0]);
        if (!first) return this.bad();
        if (this.response) { message.statusCode = Number(first[2]); message.statusMessage = first[3]; message.httpVersion = '1.' + first[1]; } else { message.method = first[1]; message.url = first[2]; message.httpVersion = '1.' + first[3]; message.httpVersionMinor = Number(first[3]); }
        for (const line of lines.slice(1)) { const at = line.indexOf(':'); if (at <= 0) return this.bad(); message._header(line.slice(0, at), line.slice(at + 1).trim()); }
        if (this.response && message.statusCode === 100) return true;
        const h = message.headers;
        const body = this.onHead(message) !== false;
        if (!body) return this.done();
        if (/chunked/i.test(h['transfer-encoding'] || '')) this.state = 'size';
        else if (h['content-length'] !== undefined) { this.left = Number(h['content-length']); this.state = 'body'; if (this.left === 0) return this.done(); } else if (this.response) this.state = 'close';
        else return this.done();
        return true;
      }
      if (this.state === 'body') {
        if (!this.rest.length) return false;
        const part = this.rest.subarray(0, this.left);
        this.rest = this.rest.subarray(part.length);
        this.left -= part.length;
        this.message.push(part);
        return this.left === 0 ? this.done() : false;
      }
      if (this.state === 'size') { const text = this.line(); if (text === undefined) return false; this.left = parseInt(text, 16); if (Number.isNaN(this.left)) return this.bad(); this.state = this.left === 0 ? 'trailer' : 'chunk'; return true; }
      if (this.state === 'chunk') {
        if (!this.rest.length) return false;
        const part = this.rest.subarray(0, this.left);
        this.rest = this.rest.subarray(part.length);
        this.left -= part.length;
        this.message.push(part);
        if (this.left === 0) this.state = 'after';
        return true;
      }
      if (this.state === 'after') { if (this.rest.length < 2) return false; this.rest = this.rest.subarray(2); this.state = 'size'; return true; }
      if (this.state === 'trailer') { const text = this.line(); if (text === undefined) return false; return text === '' ? this.done() : true; }
      if (this.state === 'close') { if (this.rest.length) { this.message.push(this.rest); this.rest = Buffer.alloc(0); } return false; }
      return false;
    }
    done() { const m = this.message; this.state = 'head'; this.message = undefined; m.complete = true; m.push(null); this.onDone(m); return this.rest.length > 0 && this.state === 'head' && !this.response; }
    bad() { this.state = 'bad'; this.onBad(N.coded(Error, 'HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/')); return false; }
    finish() { if (this.state === 'close') this.done(); else if (this.message) { this.message.aborted = true; this.message.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })); } }
  }

  const token = (name) => { if (typeof name !== 'string' || !/^[\w!#$%&'*+.^|~\x60-]+$/.test(name)) throw N.coded(TypeError, 'ERR_INVALID_HTTP_TOKEN', 'Header name must be a valid HTTP token ["' + name + '"]'); };
  class OutgoingMessage extends stream.Writable {
    constructor() {
      super({});
      N.hidden(this, { _headers: new Map(), _first: undefined, _chunked: false, _bodyless: false, _sentHead: false, _plain: false });
      this.autoDestroy = false;
      this.headersSent = false; this.finished = false; this.sendDate = true; this.shouldKeepAlive = true;
    }
    setHeader(name, value) {
      if (this._sentHead) throw N.coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot set headers after they are sent to the client');
      token(name);
      if (value === undefined) throw N.coded(TypeError, 'ERR_HTTP_INVALID_HEADER_VALUE', 'Invalid value "undefined" for header "' + name + '"');
      this._headers.set(name.toLowerCase(), [name, value]);
      return this;
    }
    setHeaders(headers) { for (const [k, v] of headers) this.setHeader(k, v); return this; }
    appendHeader(name, value) { const old = this.getHeader(name); return this.setHeader(name, old === undefined ? value : [].concat(old, value)); }
    getHeader(name) { const h = this._headers.get(String(name).toLowerCase()); return h && h[1]; }
    getHeaders() { const out = Object.create(null); for (const [k, [, v]] of this._headers) out[k] = v; return out; }
    getHeaderNames() { return [...this._headers.keys()]; }
    hasHeader(name) { return this._headers.has(String(name).toLowerCase()); }
    removeHeader(name) { if (this._sentHead) throw N.coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot remove headers after they are sent to the client'); this._headers.delete(String(name).toLowerCase()); }
    flushHeaders() { this._sendHead(undefined); }
    _lines() { const out = []; for (const [, [name, value]] of this._headers) for (const v of [].concat(value)) out.push(name + ': ' + v); return out; }
    _raw(bytes, callback) { const s = this.socket; if (!s || s.destroyed) { if (callback) process.nextTick(callback); return; } s.write(bytes, 'latin1', callback); }
    _write(chunk, encoding, callback) {
      if (!this._sentHead) this._sendHead(this._w.ending && this._w.queue.length === 0 ? chunk.length : undefined);
      if (this._bodyless) return callback();
      if (this._chunked) this._raw(Buffer.concat([Buffer.from(chunk.length.toString(16) + '\r\n'), chunk, Buffer.from('\r\n')]), callback); else this._raw(chunk, callback);
      return undefined;
    }
    _final(callback) {
      this.finished = true;
      if (!this._sentHead) this._sendHead(0);
      if (this._chunked && !this._bodyless) this._raw('0\r\n\r\n', () => {});
      callback();
    }
    end(...args) { this.finished = true; return super.end(...args); }
    _drive() { if (!this._w.ending && !this._sentHead && this._w.queue.length && !this._soon) { this._soon = true; process.nextTick(() => { super._drive(); }); return; } super._drive(); }
    _sendHead(length) {
      if (this._sentHead) return;
      const head = this._head(length);
      this._sentHead = true;
      this.headersSent = true;
      this._raw(head + '\r\n\r\n');
    }
  }
  class ServerResponse extends OutgoingMessage {
    constructor(req) {
      super();
      this.statusCode = 200; this.statusMessage = undefined;
      N.hidden(this, { req, socket: req.socket, connection: req.socket });
    }
    writeHead(code, reason, headers) {
      if (this._sentHead) throw N.coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot write headers after they are sent to the client');
      if (!(code >= 100 && code <= 999)) throw N.coded(RangeError, 'ERR_HTTP_INVALID_STATUS_CODE', 'Invalid status code: ' + code);
      if (typeof reason === 'string') this.statusMessage = reason; else headers = reason;
      this.statusCode = code | 0;
      if (Array.isArray(headers)) for (let i = 0; i < headers.length; i += 2) this.setHeader(headers[i], headers[i + 1]);
      else for (const k of Object.keys(headers || {})) this.setHeader(k, headers[k]);
      this.headersSent = true;
      return this;
    }
    writeContinue() { this._raw('HTTP/1.1 100 Continue\r\n\r\n'); }
    assignSocket() {}
    _head(length) {
      const code = this.statusCode;
      this.statusMessage = this.statusMessage || STATUS[code] || 'unknown';
      const bodyless = this.req.method === 'HEAD' || code === 204 || code === 304 || code < 200;
      const lines = ['HTTP/1.1 ' + code + ' ' + this.statusMessage, ...this._lines()];
      if (this.sendDate && !this.hasHeader('date')) lines.push('Date: ' + new Date().toUTCString());
      const close = /close/i.test(this.getHeader('connection') || this.req.headers.connection || '') || (this.req.httpVersionMinor === 0 && !/keep-alive/i.test(this.req.headers.connection || ''));
      this.shouldKeepAlive = !close;
      if (!this.hasHeader('connection')) { lines.push('Connection: ' + (close ? 'close' : 'keep-alive')); if (!close) lines.push('Keep-Alive: timeout=' + Math.floor(this.server.keepAliveTimeout / 1000)); }
      if (code === 204 || code === 304 || code < 200) this._bodyless = true;
      else if (!this.hasHeader('content-length') && !this.hasHeader('transfer-encoding')) {
        if (length !== undefined) lines.push('Content-Length: ' + length);
        else if (this.req.httpVersionMinor === 0) this.shouldKeepAlive = false;
        else { lines.push('Transfer-Encoding: chunked'); this._chunked = true; }
      } else if (/chunked/i.test(this.getHeader('transfer-encoding') || '')) this._chunked = true;
      if (bodyless) this._bodyless = true;
      return lines.join('\r\n');
    }
  }
  class Server extends net.Server {
    constructor(options, listener) {
      super({});
      if (typeof options === 'function') listener = options;
      this.keepAliveTimeout = 5000; this.requestTimeout = 300000; this.headersTimeout = 60000; this.timeout = 0; this.maxHeadersCount = null;
      if (listener) this.on('request', listener);
      this.on('connection', (socket) => this._serve(socket));
    }
    _serve(socket) {
      const queue = [];
      let busy = false;
      let idle;
      N.hidden(socket, { _idle: true });
      const rest = () => { clearTimeout(idle); socket._idle = true; if (this._fd === undefined) { socket.destroySoon(); return; } idle = setTimeout(() => socket.destroySoon(), this.keepAliveTimeout); idle.unref(); };
      const next = () => {
        if (busy || !queue.length) return;
        busy = true;
        const req = queue.shift();
        const res = new ServerResponse(req);
        N.hidden(res, { server: this });
        res.on('finish', () => {
          busy = false;
          if (!res.shouldKeepAlive) { socket.destroySoon(); return; }
          if (!req.complete) req.resume();
          if (queue.length) next(); else rest();
        });
        N.phase = 'request';
        if (/100-continue/i.test(req.headers.expect || '')) { if (this.listenerCount('checkContinue')) { this.emit('checkContinue', req, res); return; } res.writeContinue(); }
        if (!this.emit('request', req, res)) res.end();
      };
      const parser = new Parser(socket, false, (req) => { clearTimeout(idle); socket._idle = false; if (req.headers.upgrade && this.listenerCount('upgrade')) { this.emit('upgrade', req, socket, parser.rest); return false; } queue.push(req); next(); return true; }, () => {}, (error) => {
        if (this.listenerCount('clientError')) { this.emit('clientError', error, socket); return; }
        socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        socket.destroySoon();
      });
      socket.allowHalfOpen = true;
      socket.on('data', (chunk) => parser.feed(chunk));
      socket.on('end', () => { parser.finish(); if (!busy) socket.end(); });
      socket.on('error', () => {});
      socket.on('close', () => { clearTimeout(idle); if (parser.message) parser.finish(); });
    }
    setTimeout(ms, callback) { this.timeout = ms; if (callback) this.on('timeout', callback); return this; }
    closeIdleConnections() { for (const s of this._open) if (s._idle) s.destroySoon(); }
    closeAllConnections() { for (const s of this._open) s.destroy(); }
  }

  class ClientRequest extends OutgoingMessage {
    constructor(input, options, callback) {
      super();
      if (typeof input === 'string' || input instanceof URL) { const u = new URL(input); const auth = u.username ? { auth: decodeURIComponent(u.username) + ':' + decodeURIComponent(u.password) } : {}; if (typeof options === 'function') { callback = options; options = {}; } options = { protocol: u.protocol, hostname: u.hostname.replace(/^\[|\]$/g, ''), port: u.port, path: u.pathname + u.search, ...auth, ...options }; } else { if (typeof options === 'function') callback = options; options = input; }
      if (options.protocol && options.protocol !== 'http:') throw N.coded(TypeError, 'ERR_INVALID_PROTOCOL', 'Protocol "' + options.protocol + '" not supported. Expected "http:"');
      this.method = String(options.method || 'GET').toUpperCase(); this.path = options.path || '/'; this.host = options.hostname || options.host || 'localhost'; this.protocol = 'http:'; this.aborted = false; this.reusedSocket = false;
      const port = Number(options.port || 80);
      if (Array.isArray(options.headers)) for (let i = 0; i < options.headers.length; i += 2) this.setHeader(options.headers[i], options.headers[i + 1]);
      else for (const k of Object.keys(options.headers || {})) if (options.headers[k] !== undefined) this.setHeader(k, options.headers[k]);
      if (!this.hasHeader('host')) this.setHeader('Host', this.host + (port === 80 ? '' : ':' + port));
      if (options.auth && !this.hasHeader('authorization')) this.setHeader('Authorization', 'Basic ' + Buffer.from(options.auth).toString('base64'));
      if (callback) this.once('response', callback);
      const socket = options.socketPath ? net.connect({ path: options.socketPath }) : net.connect({ host: this.host, port });
      N.hidden(this, { socket, connection: socket, _done: false });
      process.nextTick(() => this.emit('socket', socket));
      const parser = new Parser(socket, true, (res) => {
        this.res = res; N.hidden(this, { res });
        N.hidden(res, { req: this });
        const body = this.method !== 'HEAD' && res.statusCode !== 204 && res.statusCode !== 304 && res.statusCode >= 200;
        if (!this.emit('response', res)) res.resume();
        return body;
      }, () => { this._done = true; socket.end(); socket.on('finish', () => socket.destroy()); }, (error) => this._fail(error));
      socket.on('data', (chunk) => parser.feed(chunk));
      socket.on('end', () => { parser.finish(); if (!this.res) this._fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })); });
      socket.on('error', (error) => this._fail(error));
      socket.on('close', () => { if (!this._done && parser.message) parser.finish(); if (!this.destroyed) { this.destroyed = true; this.emit('close'); } });
      socket.on('timeout', () => this.emit('timeout'));
      if (options.timeout) socket.setTimeout(options.timeout);
      if (options.signal) { const stop = () => this.destroy(Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' })); if (options.signal.aborted) process.nextTick(stop); else options.signal.addEventListener('abort', stop); }
    }
    _fail(error) { if (this._failed) return; N.hidden(this, { _failed: true }); this.emit('error', error); }
    _head(length) {
      const lines = [this.method + ' ' + this.path + ' HTTP/1.1', ...this._lines()];
      if (!this.hasHeader('connection')) lines.push('Connection: close');
      if (!this.hasHeader('content-length') && !this.hasHeader('transfer-encoding')) {
        if (length > 0 || (length === 0 && !['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'].includes(this.method))) lines.push('Content-Length: ' + length);
        else if (length === undefined) { lines.push('Transfer-Encoding: chunked'); this._chunked = true; }
      } else if (/chunked/i.test(this.getHeader('transfer-encoding') || '')) this._chunked = true;
      return lines.join('\r\n');
    }
    destroy(error) {
      if (this.destroyed) return this;
      this.destroyed = true;
      this.aborted = true;
      this.socket.destroy();
      process.nextTick(() => { if (!this.res || error) this._fail(error || Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })); this.emit('close'); });
      return this;
    }
    abort() { this.destroy(); }
    setTimeout(ms, callback) { if (callback) this.once('timeout', callback); this.socket.setTimeout(ms); return this; }
    setNoDelay() {} setSocketKeepAlive() {}
  }
  class Agent extends EventEmitter { constructor(options = {}) { super(); this.options = options; this.maxSockets = Infinity; } destroy() {} }
  const request = (...args) => new ClientRequest(...args);
  const get = (...args) => { const r = request(...args); r.end(); return r; };
  const http = { METHODS, STATUS_CODES: STATUS, Server, IncomingMessage, OutgoingMessage, ServerResponse, ClientRequest, Agent, globalAgent: new Agent(), createServer: (options, listener) => new Server(options, listener), request, get, maxHeaderSize: 16384 };
  N.define('http', (module) => { module.exports = http; });
  N.define('https', (module) => {
    const refuse = () => { throw N.coded(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'TLS is not simulated on this machine'); };
    module.exports = { Agent, globalAgent: http.globalAgent, request: refuse, get: refuse, createServer: refuse, Server: http.Server };
  });

  // --- fetch
  class Headers {
    #map = new Map();
    constructor(init) {
      if (!init) return;
      if (typeof init[Symbol.iterator] === 'function') for (const [k, v] of init) this.append(k, v);
      else for (const k of Object.keys(init)) this.append(k, init[k]);
    }
    append(name, value) { const k = String(name).toLowerCase(); const old = this.#map.get(k); this.#map.set(k, old === undefined ? String(value).trim() : old + ', ' + String(value).trim()); }
    set(name, value) { this.#map.set(String(name).toLowerCase(), String(value).trim()); }
    get(name) { const v = this.#map.get(String(name).toLowerCase()); return v === undefined ? null : v; }
    has(name) { return this.#map.has(String(name).toLowerCase()); }
    delete(name) { this.#map.delete(String(name).toLowerCase()); }
    forEach(f) { for (const [k, v] of this) f(v, k, this); }
    keys() { return [...this.#map.keys()].sort()[Symbol.iterator](); }
    values() { return [...this].map(([, v]) => v)[Symbol.iterator](); }
    entries() { return [...this.#map].sort(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    [N.inspect.custom](depth, options) { return 'Headers ' + N.inspect(Object.fromEntries(this), options); }
  }
  class Body {
    #bytes; bodyUsed = false;
    constructor(body) { N.hidden(this, { _body: body }); }
    async #read() {
      if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
      this.bodyUsed = true;
      const b = this._body;
      if (b === null || b === undefined) return Buffer.alloc(0);
      if (b instanceof stream.Readable) { const all = []; for await (const c of b) all.push(c); return Buffer.concat(all); }
      return typeof b === 'string' || b instanceof URLSearchParams ? Buffer.from(String(b)) : Buffer.from(b);
    }
    async text() { return (await this.#read()).toString(); }
    async json() { return JSON.parse((await this.#read()).toString()); }
    async arrayBuffer() { const b = await this.#read(); return b.buffer.slice(b.byteOffset, b.byteOffset + b.length); }
    async bytes() { return N.toBytes(await this.#read()); }
    get body() { return this._body === undefined ? null : this._body; }
  }
  class Response extends Body {
    constructor(body, init = {}) { super(body); this.status = init.status === undefined ? 200 : init.status; this.statusText = init.statusText || ''; this.headers = new Headers(init.headers); this.url = init.url || ''; this.redirected = !!init.redirected; this.type = 'basic'; }
    get ok() { return this.status >= 200 && this.status < 300; }
    static json(value, init = {}) { return new Response(JSON.stringify(value), { ...init, headers: { 'content-type': 'application/json', ...init.headers } }); }
    clone() { return this; }
  }
  class Request extends Body {
    constructor(input, init = {}) { super(init.body); this.url = typeof input === 'string' || input instanceof URL ? new URL(input).href : input.url; this.method = String(init.method || (input.method || 'GET')).toUpperCase(); this.headers = new Headers(init.headers || input.headers); this.signal = init.signal; this.redirect = init.redirect || 'follow'; }
  }
  const fetch = async (input, init = {}) => {
    let req;
    try { req = new Request(input, init); } catch (error) { const e = new TypeError('Failed to parse URL from ' + input); e.cause = error; throw e; }
    let url = new URL(req.url);
    let { method } = req;
    let body = init.body;
    for (let hops = 0; ; hops++) {
      if (url.protocol !== 'http:') { const e = new TypeError('fetch failed'); e.cause = new Error(url.protocol === 'https:' ? 'TLS is not simulated on this machine' : 'unknown scheme'); throw e; }
      const headers = { connection: 'close', accept: '*/*', 'accept-language': '*', 'sec-fetch-mode': 'cors', 'user-agent': 'node', ...Object.fromEntries(req.headers) };
      if (body instanceof URLSearchParams) { if (!headers['content-type']) headers['content-type'] = 'application/x-www-form-urlencoded;charset=UTF-8'; body = String(body); }
      if (typeof body === 'string' && !headers['content-type']) headers['content-type'] = 'text/plain;charset=UTF-8';
      const res = await new Promise((resolve, reject) => {
        const out = request(url, { method, headers, signal: init.signal }, resolve);
        out.on('error', (cause) => { if (init.signal && init.signal.aborted) { reject(init.signal.reason); return; } const e = new TypeError('fetch failed'); N.hidden(e, { cause, stack: 'TypeError: fetch failed\n    at node:internal/deps/undici/undici:13510:13\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)' }); reject(e); });
        if (body === undefined || body === null) out.end(); else out.end(body);
      });
      if ([301, 302, 303, 307, 308].includes(res.statusCode) && res.headers.location && req.redirect === 'follow' && hops < 20) {
        res.resume();
        url = new URL(res.headers.location, url);
        if (res.statusCode === 303 || (res.statusCode < 303 && method === 'POST')) { method = 'GET'; body = undefined; }
        continue;
      }
      const list = [];
      for (let i = 0; i < res.rawHeaders.length; i += 2) list.push([res.rawHeaders[i], res.rawHeaders[i + 1]]);
      return new Response(res, { status: res.statusCode, statusText: res.statusMessage, headers: list, url: url.href, redirected: hops > 0 });
    }
  };
  N.hidden(globalThis, { Headers, Request, Response, fetch });
})();
`;
