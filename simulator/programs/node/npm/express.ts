/** An express for this machine: application, router, request and response, static files. No backquotes in here. */
export const EXPRESS = String.raw`'use strict';
const http = require('http');
const fs = require('fs');
const path = require('path');
const { EventEmitter } = require('events');

const TYPES = { html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', json: 'application/json; charset=utf-8', txt: 'text/plain; charset=utf-8', text: 'text/plain; charset=utf-8', xml: 'application/xml', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', ico: 'image/x-icon', webp: 'image/webp', wasm: 'application/wasm', pdf: 'application/pdf', bin: 'application/octet-stream' };
const typeOf = (name) => TYPES[name.replace(/^.*\./, '').toLowerCase()] || 'application/octet-stream';
const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);
const METHODS = http.METHODS.map((m) => m.toLowerCase());
const flatten = (list) => list.flat(Infinity);

/** A path with :parameters and stars as a regular expression. */
function compile(pattern, whole) {
  if (pattern instanceof RegExp) return { test: pattern, keys: [] };
  if (Array.isArray(pattern)) { const all = pattern.map((p) => compile(p, whole)); return { any: all }; }
  const keys = [];
  let text = pattern === '/' && !whole ? '' : pattern.replace(/\/$/, '') || '/';
  if (pattern === '*' ) text = '/*';
  const source = text.replace(/\{([^}]*)\}/g, '(?:$1)?').replace(/\/?\*(\w+)?|(\/)?:(\w+)(\([^)]*\))?(\?)?|[.+^$|[\]\\]/g, (m, star, slash, key, own, optional) => {
    if (m.includes('*')) { keys.push(star || String(keys.filter((k) => /^\d+$/.test(k)).length)); return (m.startsWith('/') ? '/' : '') + '(.*)'; }
    if (key === undefined) return '\\' + m;
    keys.push(key);
    const part = own || '([^/]+?)';
    return optional ? '(?:' + (slash || '') + part + ')?' : (slash || '') + part;
  });
  return { test: new RegExp('^' + source + (whole ? '/?$' : '(?=/|$)'), 'i'), keys };
}
function match(compiled, url) {
  if (compiled.any) { for (const c of compiled.any) { const m = match(c, url); if (m) return m; } return undefined; }
  const m = compiled.test.exec(url);
  if (!m) return undefined;
  const params = {};
  compiled.keys.forEach((key, i) => { if (m[i + 1] !== undefined) { try { params[key] = decodeURIComponent(m[i + 1]); } catch { params[key] = m[i + 1]; } } });
  return { params, length: m[0].length };
}

function Router(options) {
  const router = function (req, res, next) { router.handle(req, res, next); };
  Object.setPrototypeOf(router, Router.prototype);
  router.stack = [];
  router.params = {};
  router.options = options || {};
  return router;
}
Object.setPrototypeOf(Router.prototype, Function.prototype);
Object.assign(Router.prototype, {
  use(first, ...rest) {
    const handlers = flatten(typeof first === 'function' || (Array.isArray(first) && typeof first[0] === 'function') ? [first, ...rest] : rest);
    const at = typeof first === 'function' || (Array.isArray(first) && typeof first[0] === 'function') ? '/' : first;
    if (!handlers.length) throw new TypeError('Router.use() requires a middleware function');
    for (const handle of handlers) {
      if (typeof handle !== 'function') throw new TypeError('Router.use() requires a middleware function but got a ' + (handle === null ? 'Null' : typeof handle === 'object' ? 'Object' : typeof handle));
      this.stack.push({ compiled: compile(at, false), handle });
    }
    return this;
  },
  route(at) {
    const stack = this.stack;
    const route = { path: at };
    for (const method of [...METHODS, 'all'])
      route[method] = (...handlers) => {
        const list = flatten(handlers);
        for (const handle of list) if (typeof handle !== 'function') throw new Error('Route.' + method + '() requires a callback function but got a [object ' + (handle === undefined ? 'Undefined' : 'Object') + ']');
        stack.push({ compiled: compile(at, true), method: method === 'all' ? undefined : method.toUpperCase(), list, route });
        return route;
      };
    return route;
  },
  param(name, callback) { (this.params[name] = this.params[name] || []).push(callback); return this; },
  handle(req, res, out) {
    const parentUrl = req.baseUrl || '';
    const parentParams = req.params || {};
    const original = req.url;
    let index = 0;
    const called = new Set();
    const done = (error) => { req.url = original; req.baseUrl = parentUrl; req.params = parentParams; out(error); };
    const attempt = (handle, error, next) => {
      try {
        const result = error === undefined ? (handle.length > 3 ? next() : handle(req, res, next)) : handle.length === 4 ? handle(error, req, res, next) : next(error);
        if (result && typeof result.then === 'function') result.then(undefined, (e) => next(e || new Error('Rejected promise')));
      } catch (thrown) { next(thrown); }
    };
    const next = (error) => {
      req.url = original;
      req.baseUrl = parentUrl;
      req.params = parentParams;
      if (error === 'router') return done();
      if (error === 'route') error = undefined;
      const url = pathOf(original);
      while (index < this.stack.length) {
        const layer = this.stack[index++];
        const found = match(layer.compiled, url);
        if (!found) continue;
        if (layer.list) {
          if (error !== undefined && error !== null && !layer.list.some((h) => h.length === 4)) continue;
          if (layer.method && layer.method !== req.method && !(layer.method === 'GET' && req.method === 'HEAD' && !this.stack.some((l) => l.method === 'HEAD' && match(l.compiled, url)))) { if (layer.method) (req._allowed = req._allowed || new Set()).add(layer.method); continue; }
          req.params = this.options.mergeParams ? { ...parentParams, ...found.params } : found.params;
          req.route = layer.route;
          let i = 0;
          const step = (e) => {
            if (e === 'route') return next();
            if (i >= layer.list.length) return next(e === null ? undefined : e);
            return attempt(layer.list[i++], e === null ? undefined : e, step);
          };
          return prepare(this, req, res, called, (e) => (e ? next(e) : step(error)));
        }
        if (found.length > 0) {
          req.baseUrl = parentUrl + url.slice(0, found.length);
          req.url = original.slice(found.length);
          if (!req.url.startsWith('/')) req.url = '/' + req.url;
        }
        req.params = this.options.mergeParams ? { ...parentParams, ...found.params } : found.params;
        return attempt(layer.handle, error === null ? undefined : error, next);
      }
      return done(error);
    };
    next();
  },
});
function prepare(router, req, res, called, go) {
  const todo = Object.keys(req.params).flatMap((key) => (router.params[key] || []).map((f) => [f, key])).filter(([f]) => !called.has(f));
  const step = (error) => {
    const item = todo.shift();
    if (error || !item) return go(error);
    called.add(item[0]);
    return item[0](req, res, step, req.params[item[1]], item[1]);
  };
  step();
}
for (const method of [...METHODS, 'all'])
  Router.prototype[method] = function (at, ...handlers) { this.route(at)[method](...handlers); return this; };
const pathOf = (url) => { const at = url.search(/[?#]/); return at < 0 ? url : url.slice(0, at); };

const request = Object.create(http.IncomingMessage.prototype);
Object.assign(request, {
  get(name) { const n = name.toLowerCase(); return n === 'referer' || n === 'referrer' ? this.headers.referrer || this.headers.referer : this.headers[n]; },
  is(...wanted) { const t = String(this.headers['content-type'] || '').split(';')[0].trim(); return flatten(wanted).find((w) => t === w || t === (TYPES[w] || '').split(';')[0] || (w.endsWith('/*') && t.startsWith(w.slice(0, -1)))) || false; },
  accepts(...wanted) { const list = flatten(wanted); const a = this.headers.accept || '*/*'; return list.find((w) => a.includes('*/*') || a.includes((TYPES[w] || w).split(';')[0])) || (list.length ? false : ['*/*']); },
});
request.header = request.get;
const getter = (name, get) => Object.defineProperty(request, name, { get, set(value) { Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); }, configurable: true });
getter('path', function () { return pathOf(this.url); });
getter('query', function () { const at = this.url.indexOf('?'); const out = {}; for (const [k, v] of new URLSearchParams(at < 0 ? '' : this.url.slice(at + 1))) { const m = /^([^[]+)\[(\w*)\]$/.exec(k); if (m && m[2]) (out[m[1]] = out[m[1]] || {})[m[2]] = v; else { const name = m ? m[1] : k; out[name] = name in out || m ? [].concat(name in out ? out[name] : [], v) : v; } } return out; });
getter('protocol', function () { return this.app.get('trust proxy') && this.headers['x-forwarded-proto'] ? this.headers['x-forwarded-proto'].split(',')[0].trim() : 'http'; });
getter('secure', function () { return this.protocol === 'https'; });
getter('ip', function () { return this.ips[0] || '::ffff:' + this.socket.remoteAddress; });
getter('ips', function () { return this.app.get('trust proxy') ? String(this.headers['x-forwarded-for'] || '').split(',').map((s) => s.trim()).filter(Boolean) : []; });
getter('hostname', function () { return String(this.headers.host || '').replace(/:\d+$/, ''); });
getter('host', function () { return this.headers.host; });
getter('xhr', function () { return /^xmlhttprequest$/i.test(this.headers['x-requested-with'] || ''); });
getter('subdomains', function () { return this.hostname.split('.').slice(0, -2).reverse(); });

const etag = (body) => { const hash = require('crypto').createHash('sha1').update(body).digest('base64').slice(0, 27); return 'W/"' + body.length.toString(16) + '-' + hash + '"'; };
const response = Object.create(http.ServerResponse.prototype);
Object.assign(response, {
  status(code) { if (!Number.isInteger(code)) throw new TypeError('Invalid status code: ' + JSON.stringify(code) + '. Status code must be an integer.'); this.statusCode = code; return this; },
  set(name, value) { if (typeof name === 'object') { for (const k of Object.keys(name)) this.set(k, name[k]); return this; } let v = Array.isArray(value) ? value.map(String) : String(value); if (name.toLowerCase() === 'content-type' && typeof v === 'string' && !/charset/.test(v) && /^text\//.test(v)) v += '; charset=utf-8'; this.setHeader(name, v); return this; },
  get(name) { return this.getHeader(name); },
  append(name, value) { const old = this.get(name); return this.set(name, old === undefined ? value : [].concat(old, value)); },
  type(t) { return this.set('Content-Type', t.includes('/') ? t : typeOf('.' + t.replace(/^\./, ''))); },
  vary(field) { return this.append('Vary', field); },
  location(url) { return this.set('Location', encodeURI(url === 'back' ? this.req.get('referrer') || '/' : url).replace(/%25/g, '%')); },
  links(links) { return this.set('Link', Object.keys(links).map((rel) => '<' + links[rel] + '>; rel="' + rel + '"').join(', ')); },
  send(body) {
    let chunk = body;
    if (typeof chunk === 'number' || typeof chunk === 'boolean' || (typeof chunk === 'object' && chunk !== null && !(chunk instanceof Uint8Array))) return this.json(chunk);
    if (chunk === undefined || chunk === null) chunk = '';
    if (typeof chunk === 'string') { if (!this.get('Content-Type')) this.type('html'); chunk = Buffer.from(chunk); } else if (!this.get('Content-Type')) this.type('bin');
    if (this.statusCode === 204 || this.statusCode === 304) { this.removeHeader('Content-Type'); this.removeHeader('Content-Length'); this.removeHeader('Transfer-Encoding'); this.end(); return this; }
    this.set('Content-Length', chunk.length);
    if (!this.get('ETag') && this.app.get('etag') !== false && body !== undefined) this.set('ETag', etag(chunk));
    if ((this.req.method === 'GET' || this.req.method === 'HEAD') && this.get('ETag') && this.req.headers['if-none-match'] === this.get('ETag')) { this.statusCode = 304; return this.send(''); }
    if (this.req.method === 'HEAD') this.end(); else this.end(chunk);
    return this;
  },
  json(value) { if (!this.get('Content-Type')) this.set('Content-Type', 'application/json; charset=utf-8'); const text = JSON.stringify(value, this.app.get('json replacer'), this.app.get('json spaces')); return this.send(text === undefined ? '' : text); },
  jsonp(value) { return this.json(value); },
  sendStatus(code) { this.status(code); this.type('txt'); return this.send(http.STATUS_CODES[code] || String(code)); },
  redirect(first, second) { const [code, url] = typeof first === 'number' ? [first, second] : [302, first]; this.status(code).location(url); const to = this.get('Location'); const html = this.req.accepts('html') && /html/.test(this.req.headers.accept || ''); this.type(html ? 'html' : 'txt'); return this.send(html ? '<p>' + http.STATUS_CODES[code] + '. Redirecting to ' + escapeHtml(to) + '</p>' : http.STATUS_CODES[code] + '. Redirecting to ' + to); },
  cookie(name, value, options = {}) { let text = name + '=' + encodeURIComponent(typeof value === 'object' ? 'j:' + JSON.stringify(value) : String(value)); if (options.maxAge !== undefined) text += '; Max-Age=' + Math.floor(options.maxAge / 1000); text += '; Path=' + (options.path || '/'); if (options.httpOnly) text += '; HttpOnly'; if (options.secure) text += '; Secure'; if (options.sameSite) text += '; SameSite=' + options.sameSite; return this.append('Set-Cookie', text); },
  clearCookie(name) { return this.append('Set-Cookie', name + '=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'); },
  attachment(name) { if (name) this.type(path.extname(name)); return this.set('Content-Disposition', 'attachment' + (name ? '; filename="' + path.basename(name) + '"' : '')); },
  download(file, name, callback) { this.attachment(name || file); return this.sendFile(path.resolve(file), callback); },
  sendFile(file, options, callback) {
    if (typeof options === 'function') { callback = options; options = {}; }
    const whole = options && options.root ? path.join(options.root, file) : file;
    if (!path.isAbsolute(whole)) throw new TypeError('path must be absolute or specify root to res.sendFile');
    fs.readFile(whole, (error, data) => {
      if (error) { const e = Object.assign(error, { status: error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 404 : 500, statusCode: error.code === 'ENOENT' ? 404 : 500, expose: false }); if (callback) callback(e); else this.req.next(e); return; }
      if (!this.get('Content-Type')) this.set('Content-Type', typeOf(whole));
      this.set('Accept-Ranges', 'bytes'); this.set('Cache-Control', 'public, max-age=0'); this.set('Last-Modified', fs.statSync(whole).mtime.toUTCString());
      this.send(data);
      if (callback) callback();
    });
  },
  format(map) { const key = Object.keys(map).find((k) => k !== 'default' && this.req.accepts(k)) || 'default'; if (map[key]) map[key](this.req, this); else this.sendStatus(406); return this; },
  render(view) { throw new Error('No default engine was specified and no extension was provided: ' + view); },
});
response.header = response.set;
response.contentType = response.type;

function finalHandler(req, res, env) {
  return (error) => {
    if (res.headersSent) { if (error) req.socket.destroy(); return; }
    const status = error ? (error.status >= 400 && error.status < 600 ? error.status : error.statusCode >= 400 && error.statusCode < 600 ? error.statusCode : res.statusCode >= 400 ? res.statusCode : 500) : 404;
    const text = !error ? 'Cannot ' + req.method + ' ' + encodeURI(pathOf(req.originalUrl || req.url)) : env === 'production' ? http.STATUS_CODES[status] : error.stack || String(error);
    if (error && env !== 'test' && !(status < 500)) console.error(error.stack || String(error));
    for (const name of res.getHeaderNames()) if (name.startsWith('content-')) res.removeHeader(name);
    const body = Buffer.from('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>' + escapeHtml(text).replace(/\n/g, '<br>').replace(/ {2}/g, ' &nbsp;') + '</pre>\n</body>\n</html>\n');
    res.statusCode = status;
    res.setHeader('Content-Security-Policy', "default-src 'none'");
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.setHeader('Content-Length', body.length);
    res.end(req.method === 'HEAD' ? undefined : body);
  };
}

const application = {
  init() {
    this.settings = { 'x-powered-by': true, etag: 'weak', env: process.env.NODE_ENV || 'development', views: path.resolve('views'), 'json spaces': undefined };
    this.locals = { settings: this.settings };
    this.router = Router();
    this._router = this.router;
    this.mountpath = '/';
  },
  set(name, value) { if (arguments.length === 1) return this.settings[name]; this.settings[name] = value; return this; },
  enable(name) { return this.set(name, true); }, disable(name) { return this.set(name, false); }, enabled(name) { return !!this.settings[name]; }, disabled(name) { return !this.settings[name]; },
  engine() { return this; },
  use(...args) { this.router.use(...args.map((a) => (a && a.handle && a.set && typeof a === 'function' ? (req, res, next) => { const own = [req.app, Object.getPrototypeOf(req), Object.getPrototypeOf(res)]; a.handle(req, res, (e) => { req.app = own[0]; Object.setPrototypeOf(req, own[1]); Object.setPrototypeOf(res, own[2]); next(e); }); } : a))); return this; },
  route(at) { return this.router.route(at); },
  param(name, callback) { this.router.param(name, callback); return this; },
  handle(req, res, callback) {
    const done = callback || finalHandler(req, res, this.get('env'));
    if (this.enabled('x-powered-by')) res.setHeader('X-Powered-By', 'Express');
    Object.setPrototypeOf(req, this.request);
    Object.setPrototypeOf(res, this.response);
    for (const [target, values] of [[req, { app: this, res, next: done }], [res, { app: this, req }]]) for (const k of Object.keys(values)) Object.defineProperty(target, k, { value: values[k], writable: true, configurable: true, enumerable: false });
    req.originalUrl = req.originalUrl || req.url;
    res.locals = res.locals || {};
    this.router.handle(req, res, (e) => done(e));
  },
  listen(...args) {
    const server = http.createServer(this);
    return server.listen(...args);
  },
};
for (const method of METHODS)
  application[method] = function (at, ...handlers) { if (method === 'get' && handlers.length === 0) return this.set(at); this.router[method](at, ...handlers); return this; };
application.all = function (at, ...handlers) { this.router.all(at, ...handlers); return this; };
application.del = application.delete;

function createApplication() {
  const app = function (req, res, next) { app.handle(req, res, next); };
  for (const key of Object.getOwnPropertyNames(EventEmitter.prototype)) if (key !== 'constructor') Object.defineProperty(app, key, { value: EventEmitter.prototype[key], writable: true, configurable: true });
  EventEmitter.init.call(app);
  Object.assign(app, application);
  app.request = Object.create(request);
  app.response = Object.create(response);
  app.init();
  return app;
}

const limitOf = (limit) => { if (typeof limit === 'number') return limit; const m = /^([\d.]+) *(b|kb|mb|gb)?$/i.exec(limit || '100kb'); return Number(m[1]) * { b: 1, kb: 1024, mb: 1048576, gb: 1073741824 }[(m[2] || 'b').toLowerCase()]; };
const fail = (status, type, message, more) => Object.assign(new Error(message), { status, statusCode: status, expose: true, type, ...more });
const reader = (accepts, parse) => (options = {}) => (req, res, next) => {
  if (req.body !== undefined && req._body) return next();
  const has = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length']) > 0;
  const type = String(req.headers['content-type'] || '').split(';')[0].trim().toLowerCase();
  if (!has || !accepts(type, options)) { if (req.body === undefined) req.body = {}; return next(); }
  const parts = [];
  let size = 0;
  const limit = limitOf(options.limit);
  req.on('data', (c) => { size += c.length; if (size <= limit) parts.push(c); });
  req.on('error', next);
  req.on('end', () => {
    if (size > limit) return next(fail(413, 'entity.too.large', 'request entity too large', { expected: size, length: size, limit }));
    req._body = true;
    const text = Buffer.concat(parts);
    try { req.body = parse(text, options); } catch (error) { return next(Object.assign(error, { status: 400, statusCode: 400, expose: true, type: 'entity.parse.failed', body: text.toString() })); }
    return next();
  });
  return undefined;
};
const own = (options, fallback) => (type) => [].concat(options.type || fallback).some((w) => (w.endsWith('/*') ? type.startsWith(w.slice(0, -1)) : w === type || w === '*/*'));
const json = reader((type, o) => own(o, ['application/json'])(type), (b, o) => { const t = b.toString(); if (t === '') return {}; if (o.strict !== false && !/^\s*[[{]/.test(t)) throw new SyntaxError("Unexpected token '" + t.trim()[0] + "', " + JSON.stringify(t.slice(0, 20)) + ' is not valid JSON'); return JSON.parse(t, o.reviver); });
const urlencoded = reader((type, o) => own(o, ['application/x-www-form-urlencoded'])(type), (b) => { const out = {}; for (const [k, v] of new URLSearchParams(b.toString())) out[k] = k in out ? [].concat(out[k], v) : v; return out; });
const text = reader((type, o) => own(o, ['text/plain'])(type), (b) => b.toString());
const raw = reader((type, o) => own(o, ['application/octet-stream'])(type), (b) => b);

const serveStatic = (root, options = {}) => {
  if (!root) throw new TypeError('root path required');
  const base = path.resolve(root);
  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    let name;
    try { name = decodeURIComponent(pathOf(req.url)); } catch { return next(fail(400, 'bad.path', 'Failed to decode param')); }
    const file = path.join(base, name);
    if (file !== base && !file.startsWith(base + '/')) return next(fail(403, 'forbidden', 'Forbidden'));
    if (/\/\.[^/]/.test(name) && options.dotfiles !== 'allow') return next();
    fs.stat(file, (error, stats) => {
      if (error) {
        const extra = [].concat(options.extensions || []).find((e) => fs.existsSync(file + '.' + e));
        return extra ? send(file + '.' + extra) : next();
      }
      if (!stats.isDirectory()) return name.endsWith('/') ? next() : send(file);
      if (!name.endsWith('/')) { if (options.redirect === false) return next(); return res.redirect(301, (req.baseUrl || '') + pathOf(req.url) + '/'); }
      if (options.index === false) return next();
      const index = path.join(file, options.index || 'index.html');
      return fs.existsSync(index) ? send(index) : next();
    });
    const send = (found) => { if (options.setHeaders) options.setHeaders(res, found, fs.statSync(found)); if (options.maxAge) res.set('Cache-Control', 'public, max-age=' + Math.floor(options.maxAge / 1000)); res.sendFile(found, (e) => { if (e) next(e); }); };
    return undefined;
  };
};

module.exports = Object.assign(createApplication, { application, request, response, Router, Route: Router, json, urlencoded, text, raw, static: serveStatic });
`;
