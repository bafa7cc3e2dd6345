/** Code of the index's small packages: what they export, written for this machine. Main file of each. */
import { EXPRESS } from './express.ts';
import { REDIS } from './redis.ts';

export interface NpmSource {
  readonly main: string;
  /** File of an `import`, where a package has another for it. */
  readonly module?: boolean;
  readonly code: string;
}

const source = (code: string, main = 'index.js', module = false): NpmSource => ({ main, code, module });

const LODASH = String.raw`'use strict';
const isObject = (v) => v !== null && (typeof v === 'object' || typeof v === 'function');
const iteratee = (f) => (typeof f === 'function' ? f : f === undefined ? (v) => v : typeof f === 'string' || typeof f === 'number' ? (v) => _.get(v, f) : Array.isArray(f) ? (v) => _.isEqual(_.get(v, f[0]), f[1]) : (v) => Object.keys(f).every((k) => isObject(v) && _.isEqual(v[k], f[k])));
const parts = (path) => (Array.isArray(path) ? path : String(path).replace(/\[(\w+|"[^"]*"|'[^']*')\]/g, (_, k) => '.' + k.replace(/^["']|["']$/g, '')).split('.').filter((p) => p !== ''));
const values = (c) => (Array.isArray(c) ? c : isObject(c) ? Object.values(c) : typeof c === 'string' ? [...c] : []);
const wordsOf = (text) => String(text).match(/[A-Z]{2,}(?=[A-Z][a-z]|\b|_)|[A-Z]?[a-z]+|[A-Z]+|\d+/g) || [];
const upper = (w) => w.charAt(0).toUpperCase() + w.slice(1).toLowerCase();
const _ = {
  VERSION: '4.17.21',
  chunk: (a, n = 1) => { const out = []; for (let i = 0; i < a.length; i += n) out.push(a.slice(i, i + n)); return out; },
  compact: (a) => a.filter(Boolean),
  concat: (a, ...rest) => [].concat(a, ...rest),
  difference: (a, ...rest) => a.filter((v) => !rest.flat().includes(v)),
  intersection: (a, ...rest) => [...new Set(a)].filter((v) => rest.every((r) => r.includes(v))),
  union: (...lists) => [...new Set(lists.flat())],
  uniq: (a) => [...new Set(a)],
  uniqBy: (a, f) => { const by = iteratee(f); const seen = new Set(); return a.filter((v) => { const k = by(v); if (seen.has(k)) return false; seen.add(k); return true; }); },
  flatten: (a) => a.flat(), flattenDeep: (a) => a.flat(Infinity),
  head: (a) => a[0], first: (a) => a[0], last: (a) => a[a.length - 1], tail: (a) => a.slice(1), initial: (a) => a.slice(0, -1),
  take: (a, n = 1) => a.slice(0, n), drop: (a, n = 1) => a.slice(n), takeRight: (a, n = 1) => a.slice(-n),
  zip: (...lists) => lists[0].map((_, i) => lists.map((l) => l[i])), zipObject: (k, v) => Object.fromEntries(k.map((n, i) => [n, v[i]])), fromPairs: (p) => Object.fromEntries(p), toPairs: (o) => Object.entries(o),
  range: (start, end, step) => { if (end === undefined) { end = start; start = 0; } step = step === undefined ? (start < end ? 1 : -1) : step; const out = []; for (let i = start; step > 0 ? i < end : i > end; i += step || 1) out.push(i); return out; },
  without: (a, ...v) => a.filter((x) => !v.includes(x)),
  each: (c, f) => { if (Array.isArray(c)) c.forEach(f); else for (const k of Object.keys(c)) f(c[k], k, c); return c; },
  map: (c, f) => (Array.isArray(c) ? c.map((v, i) => iteratee(f)(v, i, c)) : Object.keys(c || {}).map((k) => iteratee(f)(c[k], k, c))),
  filter: (c, f) => values(c).filter(iteratee(f)), reject: (c, f) => values(c).filter((v) => !iteratee(f)(v)), find: (c, f) => values(c).find(iteratee(f)), findIndex: (c, f) => c.findIndex(iteratee(f)),
  some: (c, f) => values(c).some(iteratee(f)), every: (c, f) => values(c).every(iteratee(f)), includes: (c, v) => (typeof c === 'string' ? c.includes(v) : values(c).includes(v)),
  reduce: (c, f, start) => (Array.isArray(c) ? c.reduce(f, start) : Object.keys(c).reduce((acc, k) => f(acc, c[k], k), start)),
  groupBy: (c, f) => values(c).reduce((o, v) => { const k = iteratee(f)(v); (o[k] = o[k] || []).push(v); return o; }, {}), keyBy: (c, f) => Object.fromEntries(values(c).map((v) => [iteratee(f)(v), v])), countBy: (c, f) => values(c).reduce((o, v) => { const k = iteratee(f)(v); o[k] = (o[k] || 0) + 1; return o; }, {}),
  partition: (c, f) => [values(c).filter(iteratee(f)), values(c).filter((v) => !iteratee(f)(v))],
  sortBy: (c, ...fs) => { const by = fs.flat().map(iteratee); return [...values(c)].sort((a, b) => { for (const f of by) { const x = f(a); const y = f(b); if (x < y) return -1; if (x > y) return 1; } return 0; }); },
  orderBy: (c, fs, orders = []) => { const by = [].concat(fs).map(iteratee); const dir = [].concat(orders); return [...values(c)].sort((a, b) => { for (let i = 0; i < by.length; i++) { const x = by[i](a); const y = by[i](b); const s = dir[i] === 'desc' ? -1 : 1; if (x < y) return -s; if (x > y) return s; } return 0; }); },
  sum: (a) => a.reduce((x, y) => x + y, 0), sumBy: (a, f) => a.reduce((x, y) => x + iteratee(f)(y), 0), mean: (a) => _.sum(a) / a.length, max: (a) => (a.length ? a.reduce((x, y) => (y > x ? y : x)) : undefined), min: (a) => (a.length ? a.reduce((x, y) => (y < x ? y : x)) : undefined), maxBy: (a, f) => a.reduce((x, y) => (x === undefined || iteratee(f)(y) > iteratee(f)(x) ? y : x), undefined), minBy: (a, f) => a.reduce((x, y) => (x === undefined || iteratee(f)(y) < iteratee(f)(x) ? y : x), undefined), round: (n, p = 0) => Number(Math.round(Number(n + 'e' + p)) + 'e-' + p), clamp: (n, a, b) => Math.min(Math.max(n, a), b), random: (a = 0, b) => { if (b === undefined) { b = a; a = 0; } return a + Math.floor(Math.random() * (b - a + 1)); }, sample: (a) => a[Math.floor(Math.random() * a.length)],
  shuffle: (a) => { const out = [...a]; for (let i = out.length - 1; i > 0; i--) { const j = Math.floor(Math.random() * (i + 1)); [out[i], out[j]] = [out[j], out[i]]; } return out; },
  size: (c) => (c === null || c === undefined ? 0 : typeof c === 'string' || Array.isArray(c) ? c.length : c.size !== undefined ? c.size : Object.keys(c).length),
  get: (o, path, fallback) => { let at = o; for (const p of parts(path)) { if (at === null || at === undefined) return fallback; at = at[p]; } return at === undefined ? fallback : at; },
  set: (o, path, value) => { const p = parts(path); let at = o; p.forEach((k, i) => { if (i === p.length - 1) at[k] = value; else at = isObject(at[k]) ? at[k] : (at[k] = /^\d+$/.test(p[i + 1]) ? [] : {}); }); return o; },
  has: (o, path) => { let at = o; for (const p of parts(path)) { if (at === null || at === undefined || !Object.prototype.hasOwnProperty.call(at, p)) return false; at = at[p]; } return true; },
  pick: (o, ...ks) => Object.fromEntries(ks.flat().filter((k) => k in o).map((k) => [k, o[k]])), omit: (o, ...ks) => Object.fromEntries(Object.entries(o).filter(([k]) => !ks.flat().includes(k))), pickBy: (o, f) => Object.fromEntries(Object.entries(o).filter(([k, v]) => iteratee(f)(v, k))), omitBy: (o, f) => Object.fromEntries(Object.entries(o).filter(([k, v]) => !iteratee(f)(v, k))),
  keys: (o) => Object.keys(o), values: (o) => Object.values(o), invert: (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [v, k])), mapValues: (o, f) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, iteratee(f)(v, k)])), mapKeys: (o, f) => Object.fromEntries(Object.entries(o).map(([k, v]) => [f(v, k), v])),
  assign: Object.assign, defaults: (o, ...rest) => { for (const r of rest) for (const k of Object.keys(r)) if (o[k] === undefined) o[k] = r[k]; return o; },
  merge: (o, ...rest) => { for (const r of rest) for (const k of Object.keys(r || {})) { if (isObject(r[k]) && isObject(o[k]) && typeof r[k] !== 'function') _.merge(o[k], r[k]); else if (r[k] !== undefined) o[k] = isObject(r[k]) && typeof r[k] !== 'function' ? _.cloneDeep(r[k]) : r[k]; } return o; },
  clone: (v) => (Array.isArray(v) ? [...v] : isObject(v) ? { ...v } : v), cloneDeep: (v) => (typeof v === 'function' ? v : structuredClone(v)), isEqual: (a, b) => require('util').isDeepStrictEqual(a, b),
  isEmpty: (v) => _.size(typeof v === 'object' || typeof v === 'string' ? v : null) === 0, isNil: (v) => v === null || v === undefined, isArray: Array.isArray, isString: (v) => typeof v === 'string', isNumber: (v) => typeof v === 'number', isFunction: (v) => typeof v === 'function', isObject, isPlainObject: (v) => isObject(v) && [Object.prototype, null].includes(Object.getPrototypeOf(v)), isBoolean: (v) => typeof v === 'boolean', isUndefined: (v) => v === undefined, isNull: (v) => v === null,
  capitalize: (t) => upper(String(t)), upperFirst: (t) => t.charAt(0).toUpperCase() + t.slice(1), lowerFirst: (t) => t.charAt(0).toLowerCase() + t.slice(1), words: wordsOf,
  camelCase: (t) => { const w = wordsOf(t).map(upper).join(''); return w.charAt(0).toLowerCase() + w.slice(1); }, kebabCase: (t) => wordsOf(t).map((w) => w.toLowerCase()).join('-'), snakeCase: (t) => wordsOf(t).map((w) => w.toLowerCase()).join('_'), startCase: (t) => wordsOf(t).map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join(' '), upperCase: (t) => wordsOf(t).map((w) => w.toUpperCase()).join(' '), lowerCase: (t) => wordsOf(t).map((w) => w.toLowerCase()).join(' '),
  padStart: (t, n, c) => String(t).padStart(n, c), padEnd: (t, n, c) => String(t).padEnd(n, c), repeat: (t, n) => String(t).repeat(n), trim: (t) => String(t).trim(), truncate: (t, o = {}) => { const n = o.length === undefined ? 30 : o.length; return t.length <= n ? t : t.slice(0, n - 3) + '...'; }, toUpper: (t) => String(t).toUpperCase(), toLower: (t) => String(t).toLowerCase(), escape: (t) => String(t).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]),
  times: (n, f = (i) => i) => Array.from({ length: n }, (_, i) => f(i)), identity: (v) => v, noop() {}, constant: (v) => () => v, uniqueId: ((n) => (prefix = '') => prefix + ++n)(0),
  once: (f) => { let done = false; let v; return (...a) => { if (!done) { done = true; v = f(...a); } return v; }; }, memoize: (f) => { const m = new Map(); return (k, ...a) => { if (!m.has(k)) m.set(k, f(k, ...a)); return m.get(k); }; },
  debounce: (f, ms = 0) => { let t; const d = (...a) => { clearTimeout(t); t = setTimeout(() => f(...a), ms); }; d.cancel = () => clearTimeout(t); return d; }, throttle: (f, ms = 0) => { let last = -Infinity; return (...a) => { const now = Date.now(); if (now - last >= ms) { last = now; return f(...a); } return undefined; }; }, delay: (f, ms, ...a) => setTimeout(f, ms, ...a),
};
_.forEach = _.each;
module.exports = _;
`;

const UUID = String.raw`'use strict';
const crypto = require('crypto');
const v4 = () => crypto.randomUUID();
const v7 = () => { const t = Date.now().toString(16).padStart(12, '0'); const u = crypto.randomUUID(); return t.slice(0, 8) + '-' + t.slice(8) + '-7' + u.slice(15); };
const validate = (t) => typeof t === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(t);
module.exports = { v4, v7, validate, NIL: '00000000-0000-0000-0000-000000000000', version: (t) => parseInt(t[14], 16) };
`;

const DOTENV = String.raw`'use strict';
const fs = require('fs');
const path = require('path');
const parse = (text) => {
  const out = {};
  for (const m of String(text).matchAll(/^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|[^#\r\n]+)?\s*(?:#.*)?$/gm)) {
    let v = (m[2] || '').trim();
    const quote = v[0];
    v = v.replace(/^(['"])([^]*)\1$/, '$2');
    out[m[1]] = quote === '"' ? v.replace(/\\n/g, '\n') : v;
  }
  return out;
};
const config = (options = {}) => {
  const file = options.path || path.resolve(process.cwd(), '.env');
  try {
    const parsed = parse(fs.readFileSync(file, 'utf8'));
    for (const k of Object.keys(parsed)) if (options.override || process.env[k] === undefined) process.env[k] = parsed[k];
    return { parsed };
  } catch (error) {
    return { parsed: {}, error };
  }
};
module.exports = { config, parse, configDotenv: config };
`;

const CHALK = String.raw`'use strict';
const CODES = { reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27], black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49] };
const on = process.stdout.isTTY || (process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0');
const build = (codes) => {
  const chalk = (...words) => (on ? codes.reduceRight((t, [a, b]) => '\u001b[' + a + 'm' + t + '\u001b[' + b + 'm', words.join(' ')) : words.join(' '));
  for (const name of Object.keys(CODES)) Object.defineProperty(chalk, name, { get: () => build([...codes, CODES[name]]) });
  return chalk;
};
module.exports = build([]);
`;

const CORS = String.raw`'use strict';
module.exports = (options = {}) => (req, res, next) => {
  const origin = options.origin === undefined || options.origin === '*' ? '*' : options.origin === true ? req.headers.origin || '*' : options.origin;
  res.setHeader('Access-Control-Allow-Origin', origin);
  if (origin !== '*') res.setHeader('Vary', 'Origin');
  if (options.credentials) res.setHeader('Access-Control-Allow-Credentials', 'true');
  if (req.method !== 'OPTIONS') return next();
  res.setHeader('Access-Control-Allow-Methods', [].concat(options.methods || 'GET,HEAD,PUT,PATCH,POST,DELETE').join(','));
  const wanted = options.allowedHeaders || req.headers['access-control-request-headers'];
  if (wanted) res.setHeader('Access-Control-Allow-Headers', [].concat(wanted).join(','));
  res.statusCode = 204;
  res.setHeader('Content-Length', '0');
  res.end();
};
`;

const MORGAN = String.raw`'use strict';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clf = (d) => String(d.getUTCDate()).padStart(2, '0') + '/' + MONTHS[d.getUTCMonth()] + '/' + d.getUTCFullYear() + ':' + d.toISOString().slice(11, 19) + ' +0000';
const FORMATS = {
  combined: ':remote-addr - - [:date] ":method :url HTTP/:http-version" :status :length ":referrer" ":user-agent"',
  common: ':remote-addr - - [:date] ":method :url HTTP/:http-version" :status :length',
  dev: ':method :url :status :response-time ms - :length', short: ':remote-addr - :method :url HTTP/:http-version :status :length - :response-time ms', tiny: ':method :url :status :length - :response-time ms',
};
module.exports = (format = 'combined', options = {}) => (req, res, next) => {
  const began = performance.now();
  const url = req.originalUrl || req.url;
  res.on('finish', () => {
    const at = { 'remote-addr': req.socket.remoteAddress, date: clf(new Date()), method: req.method, url, 'http-version': req.httpVersion, status: res.statusCode, length: res.getHeader('content-length') || '-', referrer: req.headers.referer || '-', 'user-agent': req.headers['user-agent'] || '-', 'response-time': (performance.now() - began).toFixed(3) };
    const line = typeof format === 'function' ? format({}, req, res) : (FORMATS[format] || format).replace(/:([a-z-]+)(\[[^\]]*\])?/g, (m, name) => (name === 'res' ? at.length : name in at ? at[name] : m));
    if (line) (options.stream || process.stdout).write(line + '\n');
  });
  next();
};
`;

/** Packages with code, by name. */
export const NPM_SOURCES: Readonly<Record<string, NpmSource>> = {
  express: source(EXPRESS),
  redis: source(REDIS, 'dist/index.js'),
  lodash: source(LODASH, 'lodash.js'),
  uuid: source(UUID, 'dist/index.js'),
  dotenv: source(DOTENV, 'lib/main.js'),
  chalk: source(CHALK, 'source/index.js'),
  cors: source(CORS, 'lib/index.js'),
  morgan: source(MORGAN),
  'is-number': source(
    "'use strict';\nmodule.exports = (n) => (typeof n === 'number' ? n - n === 0 : typeof n === 'string' && n.trim() !== '' && Number.isFinite(Number(n)));\n",
  ),
  'is-odd': source(
    "'use strict';\nconst isNumber = require('is-number');\nmodule.exports = function isOdd(value) {\n  const n = Math.abs(value);\n  if (!isNumber(n)) throw new TypeError('expected a number');\n  if (!Number.isInteger(n)) throw new Error('expected an integer');\n  if (!Number.isSafeInteger(n)) throw new Error('value exceeds maximum safe integer');\n  return n % 2 === 1;\n};\n",
  ),
  'left-pad': source(
    "'use strict';\nmodule.exports = (text, length, fill) => String(text).padStart(length, fill === 0 ? '0' : fill || ' ');\n",
  ),
  ms: source(
    "'use strict';\nconst UNITS = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, y: 315576e5 };\nmodule.exports = (value) => {\n  if (typeof value === 'number') { for (const u of ['d', 'h', 'm', 's']) if (Math.abs(value) >= UNITS[u]) return Math.round(value / UNITS[u]) + u; return value + 'ms'; }\n  const m = /^(-?[\\d.]+) *(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|yrs?|years?)?$/i.exec(value);\n  if (!m) return undefined;\n  const unit = (m[2] || 'ms').toLowerCase();\n  return Number(m[1]) * UNITS[unit.startsWith('ms') || unit.startsWith('mil') ? 'ms' : unit[0]];\n};\n",
  ),
  nanoid: source(
    "'use strict';\nconst { randomBytes } = require('crypto');\nconst ALPHABET = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict';\nconst nanoid = (size = 21) => [...randomBytes(size)].map((b) => ALPHABET[b & 63]).join('');\nmodule.exports = { nanoid };\n",
  ),
  debug: source(
    "'use strict';\nmodule.exports = (name) => {\n  const wanted = (process.env.DEBUG || '').split(/[ ,]+/).filter(Boolean);\n  const enabled = wanted.some((w) => new RegExp('^' + w.replace(/[.+?^$()|[\\]\\\\]/g, '\\\\$&').replace(/\\*/g, '.*') + '$').test(name));\n  const debug = (...args) => { if (enabled) process.stderr.write(new Date().toISOString() + ' ' + name + ' ' + require('util').format(...args) + '\\n'); };\n  debug.enabled = enabled;\n  debug.namespace = name;\n  return debug;\n};\n",
    'src/index.js',
  ),
};
