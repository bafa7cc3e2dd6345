/** Part of Node's library, run inside the engine: events, util, path, buffers, assertions. No backquotes in here. */
export const BASICS = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const hidden = (target, values) => {
    for (const key of Object.keys(values)) Object.defineProperty(target, key, { value: values[key], writable: true, configurable: true, enumerable: false });
  };

  // --- events
  function EventEmitter(options) { EventEmitter.init.call(this, options); }
  EventEmitter.init = function () {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
      this._events = Object.create(null);
      this._eventsCount = 0;
    }
    this._maxListeners = this._maxListeners || undefined;
  };
  const events = (emitter) => {
    if (emitter._events === undefined) EventEmitter.init.call(emitter);
    return emitter._events;
  };
  const check = (listener) => {
    if (typeof listener !== 'function') throw N.invalid('listener', 'of type function', listener);
  };
  const add = (emitter, name, listener, first) => {
    check(listener);
    const all = events(emitter);
    if (all.newListener !== undefined) emitter.emit('newListener', name, listener.listener || listener);
    const list = all[name] || (all[name] = (emitter._eventsCount++, []));
    if (first) list.unshift(listener);
    else list.push(listener);
    return emitter;
  };
  const wrapOnce = (emitter, name, listener) => {
    check(listener);
    const wrapped = function (...args) {
      emitter.removeListener(name, wrapped);
      return listener.apply(emitter, args);
    };
    wrapped.listener = listener;
    return wrapped;
  };
  hidden(EventEmitter.prototype, {
    on(name, listener) { return add(this, name, listener, false); },
    addListener(name, listener) { return add(this, name, listener, false); },
    prependListener(name, listener) { return add(this, name, listener, true); },
    once(name, listener) { return this.on(name, wrapOnce(this, name, listener)); },
    prependOnceListener(name, listener) { return this.prependListener(name, wrapOnce(this, name, listener)); },
    off(name, listener) { return this.removeListener(name, listener); },
    removeListener(name, listener) {
      const all = events(this);
      const list = all[name];
      if (!list) return this;
      const at = list.findLastIndex((l) => l === listener || l.listener === listener);
      if (at < 0) return this;
      all[name] = list.filter((_, i) => i !== at);
      if (all[name].length === 0) { delete all[name]; this._eventsCount--; }
      if (all.removeListener) this.emit('removeListener', name, listener);
      return this;
    },
    removeAllListeners(name) {
      if (name === undefined) { this._events = Object.create(null); this._eventsCount = 0; } else { delete events(this)[name]; }
      return this;
    },
    emit(name, ...args) {
      const list = events(this)[name];
      if (!list || list.length === 0) {
        if (name !== 'error') return false;
        if (args[0] instanceof Error) { args[0].unhandledEvent = undefined; delete args[0].unhandledEvent; N.emitted = { error: args[0], name: this.constructor.name }; throw args[0]; }
        const error = N.coded(Error, 'ERR_UNHANDLED_ERROR', 'Unhandled error. (' + (typeof args[0] === 'string' ? "'" + args[0] + "'" : N.inspect(args[0])) + ')');
        error.context = args[0];
        throw error;
      }
      for (const listener of list.slice()) listener.apply(this, args);
      return true;
    },
    listenerCount(name) { return (events(this)[name] || []).length; },
    listeners(name) { return (events(this)[name] || []).map((l) => l.listener || l); },
    rawListeners(name) { return (events(this)[name] || []).slice(); },
    eventNames() { return Reflect.ownKeys(events(this)); },
    setMaxListeners(n) { this._maxListeners = n; return this; },
    getMaxListeners() { return this._maxListeners === undefined ? 10 : this._maxListeners; },
  });
  EventEmitter.EventEmitter = EventEmitter;
  EventEmitter.default = EventEmitter;
  EventEmitter.defaultMaxListeners = 10;
  EventEmitter.once = (emitter, name) => new Promise((resolve, reject) => {
    const failed = (error) => { emitter.removeListener(name, done); reject(error); };
    const done = (...args) => { emitter.removeListener('error', failed); resolve(args); };
    emitter.once(name, done);
    if (name !== 'error') emitter.once('error', failed);
  });
  N.EventEmitter = EventEmitter;
  N.define('events', (module) => { module.exports = EventEmitter; });

  class Event {
    constructor(type, init = {}) { this.type = type; this.cancelable = !!init.cancelable; this.defaultPrevented = false; this.target = null; }
    preventDefault() { if (this.cancelable) this.defaultPrevented = true; }
    stopPropagation() {}
  }
  class EventTarget {
    #all = new Map();
    addEventListener(type, listener, options = {}) {
      if (!this.#all.has(type)) this.#all.set(type, []);
      this.#all.get(type).push({ listener, once: !!options.once });
    }
    removeEventListener(type, listener) { this.#all.set(type, (this.#all.get(type) || []).filter((l) => l.listener !== listener)); }
    dispatchEvent(event) {
      event.target = this;
      for (const l of (this.#all.get(event.type) || []).slice()) {
        if (l.once) this.removeEventListener(event.type, l.listener);
        if (typeof l.listener === 'function') l.listener.call(this, event); else l.listener.handleEvent(event);
      }
      const on = this['on' + event.type];
      if (typeof on === 'function') on.call(this, event);
      return !event.defaultPrevented;
    }
  }
  class AbortSignal extends EventTarget {
    aborted = false; reason = undefined; onabort = null;
    throwIfAborted() { if (this.aborted) throw this.reason; }
    static abort(reason) { const c = new AbortController(); c.abort(reason); return c.signal; }
    static timeout(ms) {
      const c = new AbortController();
      setTimeout(() => c.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms).unref();
      return c.signal;
    }
  }
  class AbortController {
    signal = new AbortSignal();
    abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      this.signal.reason = reason;
      this.signal.dispatchEvent(new Event('abort'));
    }
  }
  hidden(globalThis, { Event, EventTarget, AbortSignal, AbortController });

  // --- text and bytes
  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') { return host.encode(String(text)); }
    encodeInto(text, target) { const bytes = host.encode(String(text)).subarray(0, target.length); target.set(bytes); return { read: text.length, written: bytes.length }; }
  }
  class TextDecoder {
    #held = new Uint8Array(0);
    constructor(encoding = 'utf-8', options = {}) { this.encoding = String(encoding).toLowerCase(); this.fatal = !!options.fatal; }
    decode(bytes = new Uint8Array(0), options = {}) {
      let view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (this.#held.length) { const all = new Uint8Array(this.#held.length + view.length); all.set(this.#held); all.set(view, this.#held.length); view = all; this.#held = new Uint8Array(0); }
      if (options.stream) { const n = incomplete(view); this.#held = view.slice(view.length - n); view = view.subarray(0, view.length - n); }
      return host.decode(view);
    }
  }
  /** Bytes at the end of a piece of UTF-8 that only begin a character. */
  const incomplete = (bytes) => {
    for (let n = 1; n <= Math.min(3, bytes.length); n++) {
      const b = bytes[bytes.length - n];
      if ((b & 0xc0) === 0x80) continue;
      const need = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 1;
      return need > n ? n : 0;
    }
    return 0;
  };
  hidden(globalThis, { TextEncoder, TextDecoder });

  const encodingOf = (name) => {
    const e = String(name === undefined || name === null ? 'utf8' : name).toLowerCase();
    if (e === 'utf-8') return 'utf8';
    if (e === 'binary') return 'latin1';
    if (e === 'ucs2' || e === 'ucs-2' || e === 'utf-16le') return 'utf16le';
    if (!['utf8', 'latin1', 'ascii', 'hex', 'base64', 'base64url', 'utf16le'].includes(e)) throw N.coded(TypeError, 'ERR_UNKNOWN_ENCODING', 'Unknown encoding: ' + name);
    return e;
  };
  const toBytes = (text, encoding) => {
    switch (encodingOf(encoding)) {
      case 'utf8': return host.encode(text);
      case 'hex': return Uint8Array.from((/^(?:[0-9a-f]{2})*/i.exec(text)[0].match(/../g) || []).map((h) => parseInt(h, 16)));
      case 'base64': case 'base64url': {
        const clean = text.replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
        return Uint8Array.from(atob(clean.length % 4 === 1 ? clean.slice(0, -1) : clean + '==='.slice((clean.length + 3) % 4)), (c) => c.charCodeAt(0));
      }
      case 'utf16le': { const out = new Uint8Array(text.length * 2); for (let i = 0; i < text.length; i++) { out[2 * i] = text.charCodeAt(i) & 255; out[2 * i + 1] = text.charCodeAt(i) >> 8; } return out; }
      default: return Uint8Array.from(text, (c) => c.charCodeAt(0) & 255);
    }
  };
  const latin = (bytes, mask = 255) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096).map((b) => b & mask));
    return text;
  };
  const fromBytes = (bytes, encoding) => {
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    switch (encodingOf(encoding)) {
      case 'utf8': return host.decode(plain);
      case 'hex': { let t = ''; for (const b of plain) t += (b < 16 ? '0' : '') + b.toString(16); return t; }
      case 'base64': return btoa(latin(plain));
      case 'base64url': return btoa(latin(plain)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
      case 'ascii': return latin(plain, 127);
      case 'utf16le': { let t = ''; for (let i = 0; i + 1 < plain.length; i += 2) t += String.fromCharCode(plain[i] | (plain[i + 1] << 8)); return t; }
      default: return latin(plain);
    }
  };
  const bufferOf = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);
  class FastBuffer extends Uint8Array {}
  function Buffer(value, encoding, length) {
    return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encoding, length);
  }
  Buffer.prototype = FastBuffer.prototype;
  Object.setPrototypeOf(Buffer, Uint8Array);
  hidden(Buffer.prototype, { constructor: Buffer });
  Object.assign(Buffer, {
    poolSize: 8192,
    from(value, encoding, length) {
      if (typeof value === 'string') return bufferOf(toBytes(value, encoding));
      if (value instanceof ArrayBuffer) return bufferOf(new Uint8Array(value, encoding || 0, length === undefined ? undefined : length));
      if (ArrayBuffer.isView(value) || Array.isArray(value)) return bufferOf(Uint8Array.from(value));
      if (value && value.type === 'Buffer' && Array.isArray(value.data)) return bufferOf(Uint8Array.from(value.data));
      if (value && typeof value.valueOf === 'function' && value.valueOf() !== value) return Buffer.from(value.valueOf(), encoding, length);
      throw N.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ' + N.received(value));
    },
    alloc(size, fill, encoding) {
      if (typeof size !== 'number') throw N.invalid('size', 'of type number', size);
      const made = bufferOf(new Uint8Array(size));
      return fill === undefined ? made : made.fill(fill, undefined, undefined, encoding);
    },
    allocUnsafe: (size) => Buffer.alloc(size),
    allocUnsafeSlow: (size) => Buffer.alloc(size),
    isBuffer: (value) => value instanceof Buffer,
    isEncoding: (name) => { try { encodingOf(name); return typeof name === 'string'; } catch { return false; } },
    byteLength: (value, encoding) => (typeof value === 'string' ? toBytes(value, encoding).length : value.byteLength),
    concat(list, total = list.reduce((n, b) => n + b.length, 0)) {
      const out = Buffer.alloc(total);
      let at = 0;
      for (const part of list) { out.set(part.subarray(0, Math.max(0, total - at)), at); at += part.length; }
      return out;
    },
    compare(a, b) { for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1; return Math.sign(a.length - b.length); },
  });
  Object.defineProperty(Buffer, Symbol.hasInstance, { value: (v) => typeof v === 'object' && v !== null && Buffer.prototype.isPrototypeOf(v) });
  const view = (b) => new DataView(b.buffer, b.byteOffset, b.length);
  const methods = {
    toString(encoding, start = 0, end = this.length) { return fromBytes(this.subarray(start, end), encoding); },
    toLocaleString(encoding) { return this.toString(encoding); },
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; },
    equals(other) { return Buffer.compare(this, other) === 0; },
    compare(other) { return Buffer.compare(this, other); },
    slice(start, end) { return this.subarray(start, end); },
    subarray(start, end) { return bufferOf(Uint8Array.prototype.subarray.call(Object.setPrototypeOf(this, Uint8Array.prototype) && this, start, end)); },
    write(text, offset = 0, length, encoding) {
      if (typeof offset === 'string') { encoding = offset; offset = 0; }
      if (typeof length === 'string') { encoding = length; length = undefined; }
      const bytes = toBytes(text, encoding).subarray(0, Math.min(length === undefined ? Infinity : length, this.length - offset));
      this.set(bytes, offset);
      return bytes.length;
    },
    copy(target, at = 0, start = 0, end = this.length) { const part = this.subarray(start, Math.min(end, start + target.length - at)); target.set(part, at); return part.length; },
    fill(value, start = 0, end = this.length, encoding) {
      if (typeof value === 'number') return Uint8Array.prototype.fill.call(this, value, start, end);
      const bytes = typeof value === 'string' ? toBytes(value, typeof start === 'string' ? start : encoding) : value;
      for (let i = typeof start === 'number' ? start : 0; i < end && bytes.length; i++) this[i] = bytes[(i - (start || 0)) % bytes.length];
      return this;
    },
    indexOf(value, from = 0, encoding) {
      if (typeof value === 'number') return Uint8Array.prototype.indexOf.call(this, value, from);
      const want = typeof value === 'string' ? toBytes(value, encoding) : value;
      for (let i = from; i <= this.length - want.length; i++) { let j = 0; while (j < want.length && this[i + j] === want[j]) j++; if (j === want.length) return i; }
      return -1;
    },
    includes(value, from, encoding) { return this.indexOf(value, from, encoding) >= 0; },
    [N.inspect.custom]() {
      let hex = '';
      for (let i = 0; i < Math.min(50, this.length); i++) hex += (i ? ' ' : '') + (this[i] < 16 ? '0' : '') + this[i].toString(16);
      if (this.length > 50) hex += ' ... ' + (this.length - 50) + ' more byte' + (this.length > 51 ? 's' : '');
      return '<Buffer' + (hex ? ' ' + hex : '') + '>';
    },
  };
  methods.subarray = function (start, end) {
    const length = this.length;
    let s = start === undefined ? 0 : Math.trunc(start) || 0;
    let e = end === undefined ? length : Math.trunc(end) || 0;
    if (s < 0) s = Math.max(0, s + length);
    if (e < 0) e = Math.max(0, e + length);
    s = Math.min(s, length);
    return bufferOf(new Uint8Array(this.buffer, this.byteOffset + s, Math.max(0, Math.min(e, length) - s)));
  };
  for (const [name, size] of [['Uint8', 1], ['Uint16', 2], ['Uint32', 4], ['Int8', 1], ['Int16', 2], ['Int32', 4], ['Float32', 4], ['Float64', 8], ['BigUint64', 8], ['BigInt64', 8]]) {
    const own = { Float32: 'Float', Float64: 'Double', BigUint64: 'BigUInt64' }[name] || name.replace('Uint', 'UInt');
    for (const [suffix, little] of size === 1 ? [['', true]] : [['LE', true], ['BE', false]]) {
      methods['read' + own + suffix] = function (at = 0) { return view(this)['get' + name](at, little); };
      methods['write' + own + suffix] = function (value, at = 0) { view(this)['set' + name](at, value, little); return at + size; };
      if (own.includes('UInt')) { methods['read' + own.replace('UInt', 'Uint') + suffix] = methods['read' + own + suffix]; methods['write' + own.replace('UInt', 'Uint') + suffix] = methods['write' + own + suffix]; }
    }
  }
  hidden(Buffer.prototype, methods);
  Object.defineProperty(Buffer.prototype, N.inspect.custom, { value: methods[N.inspect.custom], enumerable: false });
  hidden(globalThis, { Buffer });
  N.toBytes = (value, encoding) => (typeof value === 'string' ? toBytes(value, encoding) : value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  N.bufferOf = bufferOf;
  N.fromBytes = fromBytes;
  N.define('buffer', (module) => { module.exports = { Buffer, SlowBuffer: Buffer, kMaxLength: 2 ** 33, constants: { MAX_LENGTH: 2 ** 33, MAX_STRING_LENGTH: 536870888 }, atob, btoa, Blob: globalThis.Blob }; });
  N.define('string_decoder', (module) => {
    class StringDecoder {
      constructor(encoding) { this.encoding = encodingOf(encoding); this.inner = new TextDecoder(); }
      write(bytes) { return this.encoding === 'utf8' ? this.inner.decode(bytes, { stream: true }) : fromBytes(bytes, this.encoding); }
      end(bytes) { return bytes ? this.write(bytes) : this.encoding === 'utf8' ? this.inner.decode() : ''; }
    }
    module.exports = { StringDecoder };
  });

  // --- util
  const structured = (value, seen = new Map()) => {
    if (value === null || typeof value !== 'object') {
      if (typeof value === 'function' || typeof value === 'symbol') throw new DOMException(String(value) + ' could not be cloned.', 'DataCloneError');
      return value;
    }
    if (seen.has(value)) return seen.get(value);
    const keep = (made) => { seen.set(value, made); return made; };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof Map) { const made = keep(new Map()); for (const [k, v] of value) made.set(structured(k, seen), structured(v, seen)); return made; }
    if (value instanceof Set) { const made = keep(new Set()); for (const v of value) made.add(structured(v, seen)); return made; }
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) return keep(new (value instanceof Buffer ? Uint8Array : value.constructor)(value));
    if (value instanceof Error) { const made = keep(Object.create(Object.getPrototypeOf(value))); for (const k of ['name', 'message', 'stack', 'cause']) if (Object.prototype.hasOwnProperty.call(value, k)) hidden(made, { [k]: value[k] }); return made; }
    const made = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) made[key] = structured(value[key], seen);
    return made;
  };
  hidden(globalThis, { structuredClone: (value) => structured(value) });
  const same = (a, b, strict, seen = []) => {
    if (strict ? Object.is(a, b) : a == b || (a !== a && b !== b)) return true;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    if (seen.some(([x, y]) => x === a && y === b)) return true;
    seen = [...seen, [a, b]];
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    if (a instanceof Date && b instanceof Date) { if (a.getTime() !== b.getTime()) return false; }
    if (a instanceof RegExp && String(a) !== String(b)) return false;
    if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
    if (a instanceof Map) { if (!(b instanceof Map) || a.size !== b.size) return false; for (const [k, v] of a) if (!b.has(k) || !same(v, b.get(k), strict, seen)) return false; }
    if (a instanceof Set) { if (!(b instanceof Set) || a.size !== b.size) return false; for (const v of a) if (!b.has(v) && ![...b].some((w) => same(v, w, strict, seen))) return false; }
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((k) => Object.prototype.hasOwnProperty.call(b, k) && same(a[k], b[k], strict, seen));
  };
  N.same = same;
  const kPromisify = Symbol.for('nodejs.util.promisify.custom');
  N.define('util', (module) => {
    const promisify = (fn) => {
      if (typeof fn !== 'function') throw N.invalid('original', 'of type function', fn);
      if (fn[kPromisify]) return fn[kPromisify];
      return function (...args) { return new Promise((resolve, reject) => fn.call(this, ...args, (error, ...values) => (error ? reject(error) : resolve(values[0])))); };
    };
    promisify.custom = kPromisify;
    const types = { isPromise: (v) => v instanceof Promise, isDate: (v) => v instanceof Date, isRegExp: (v) => v instanceof RegExp, isMap: (v) => v instanceof Map, isSet: (v) => v instanceof Set, isNativeError: (v) => v instanceof Error, isUint8Array: (v) => v instanceof Uint8Array, isTypedArray: (v) => ArrayBuffer.isView(v) && !(v instanceof DataView), isArrayBuffer: (v) => v instanceof ArrayBuffer, isAnyArrayBuffer: (v) => v instanceof ArrayBuffer, isAsyncFunction: (v) => typeof v === 'function' && Object.prototype.toString.call(v) === '[object AsyncFunction]', isGeneratorFunction: (v) => Object.prototype.toString.call(v) === '[object GeneratorFunction]', isProxy: () => false };
    module.exports = {
      inspect: N.inspect, format: N.format, promisify, types,
      callbackify: (fn) => function (...args) { const done = args.pop(); fn.apply(this, args).then((v) => process.nextTick(done, null, v), (e) => process.nextTick(done, e)); },
      inherits(child, parent) { Object.defineProperty(child, 'super_', { value: parent, writable: true, configurable: true }); Object.setPrototypeOf(child.prototype, parent.prototype); },
      deprecate: (fn) => fn,
      isDeepStrictEqual: (a, b) => same(a, b, true),
      stripVTControlCharacters: (text) => text.replace(/\u001b\[[\d;]*[A-Za-z]/g, ''),
      styleText: (style, text) => [].concat(style).reduce((t, s) => { const c = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], gray: [90, 39], grey: [90, 39], underline: [4, 24], dim: [2, 22] }[s] || [0, 0]; return '\u001b[' + c[0] + 'm' + t + '\u001b[' + c[1] + 'm'; }, text),
      isArray: Array.isArray, TextEncoder, TextDecoder, debuglog: () => () => {}, debug: () => () => {}, toUSVString: (t) => String(t).toWellFormed(),
      parseArgs(config = {}) {
        const args = config.args || process.argv.slice(2);
        const values = {}; const positionals = [];
        const options = config.options || {};
        const find = (short) => Object.keys(options).find((k) => options[k].short === short);
        for (const k of Object.keys(options)) if (options[k].default !== undefined) values[k] = options[k].default;
        for (let i = 0; i < args.length; i++) {
          const arg = args[i];
          if (arg === '--') { positionals.push(...args.slice(i + 1)); break; }
          const m = /^--([^=]+)(?:=(.*))?$/s.exec(arg) || (/^-(\w)$/.exec(arg) && [arg, find(arg[1])]);
          if (!m) { positionals.push(arg); continue; }
          const o = options[m[1]];
          if (!o) { if (config.strict === false) { values[m[1]] = m[2] === undefined ? true : m[2]; continue; } throw N.coded(TypeError, 'ERR_PARSE_ARGS_UNKNOWN_OPTION', "Unknown option '" + arg + "'"); }
          const value = o.type === 'string' ? (m[2] !== undefined ? m[2] : args[++i]) : true;
          if (o.multiple) (values[m[1]] = values[m[1]] || []).push(value); else values[m[1]] = value;
        }
        return { values, positionals };
      },
    };
  });

  // --- path
  const normalParts = (parts, absolute) => {
    const out = [];
    for (const part of parts) {
      if (part === '' || part === '.') continue;
      if (part === '..') { if (out.length && out[out.length - 1] !== '..') out.pop(); else if (!absolute) out.push('..'); } else out.push(part);
    }
    return out;
  };
  const text = (value, name = 'path') => { if (typeof value !== 'string') throw N.invalid(name, 'of type string', value); return value; };
  const path = {
    sep: '/', delimiter: ':',
    isAbsolute: (p) => text(p).startsWith('/'),
    normalize(p) {
      if (text(p) === '') return '.';
      const absolute = p.startsWith('/');
      let out = normalParts(p.split('/'), absolute).join('/');
      if (out && p.endsWith('/')) out += '/';
      return absolute ? '/' + out : out || (p.endsWith('/') ? './' : '.');
    },
    join(...parts) { const all = parts.map((p) => text(p)).filter((p) => p !== ''); return all.length ? path.normalize(all.join('/')) : '.'; },
    resolve(...parts) {
      let out = '';
      for (let i = parts.length - 1; i >= -1 && !out.startsWith('/'); i--) { const p = i >= 0 ? text(parts[i], 'paths[' + i + ']') : host.cwd(); if (p !== '') out = out === '' ? p : p + '/' + out; }
      return '/' + normalParts(out.split('/'), true).join('/');
    },
    dirname(p) { const t = text(p).replace(/(.)\/+$/, '$1'); const at = t.lastIndexOf('/'); return at < 0 ? '.' : at === 0 ? '/' : t.slice(0, at).replace(/(.)\/+$/, '$1'); },
    basename(p, suffix) { const base = text(p).replace(/\/+$/, '').split('/').pop(); return suffix && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base; },
    extname(p) { const base = path.basename(p); const at = base.lastIndexOf('.'); return at <= 0 || base === '..' ? '' : base.slice(at); },
    relative(from, to) {
      const a = path.resolve(from).split('/').filter(Boolean); const b = path.resolve(to).split('/').filter(Boolean);
      let i = 0; while (i < a.length && i < b.length && a[i] === b[i]) i++;
      return [...a.slice(i).map(() => '..'), ...b.slice(i)].join('/');
    },
    parse(p) { const base = path.basename(p); const ext = path.extname(p); const dir = path.dirname(p); return { root: p.startsWith('/') ? '/' : '', dir: dir === '.' && !p.startsWith('.') ? '' : dir, base, ext, name: ext ? base.slice(0, -ext.length) : base }; },
    format(o) { const base = o.base || (o.name || '') + (o.ext || ''); const dir = o.dir || o.root; return !dir ? base : dir === o.root ? dir + base : dir + '/' + base; },
    toNamespacedPath: (p) => p,
  };
  path.posix = path;
  N.path = path;
  N.define('path', (module) => { module.exports = path; });
  N.define('path/posix', (module) => { module.exports = path; });

  // --- assert
  N.define('assert', (module) => {
    class AssertionError extends Error {
      constructor(options) {
        super(options.message);
        this.generatedMessage = !!options.generated;
        this.code = 'ERR_ASSERTION';
        this.actual = options.actual; this.expected = options.expected; this.operator = options.operator;
        hidden(this, { name: 'AssertionError', stack: String(this.stack).replace(/^[^\n]*?(?=:)/, 'AssertionError [ERR_ASSERTION]') });
      }
    }
    const show = (v) => N.inspect(v, { compact: false, depth: 1000, sorted: true });
    const diff = (head, a, b) => {
      const left = show(a).split('\n'); const right = show(b).split('\n');
      if (left.length === 1 && right.length === 1 && left[0] !== right[0] && left[0].length + right[0].length <= 12 + 50 && !(typeof a === 'object' && a !== null)) return head + '\n\n' + left[0] + ' !== ' + right[0] + '\n';
      const rows = [];
      let i = 0; let j = 0;
      while (i < left.length || j < right.length) {
        if (left[i] === right[j]) { rows.push('  ' + left[i]); i++; j++; continue; }
        const ahead = right.indexOf(left[i], j); const behind = left.indexOf(right[j], i);
        if (i < left.length && (behind >= 0 || ahead < 0)) rows.push('+ ' + left[i++]); else if (j < right.length) rows.push('- ' + right[j++]); else rows.push('+ ' + left[i++]);
      }
      return head + '\n+ actual - expected\n\n' + rows.join('\n') + '\n';
    };
    const fail = (actual, expected, message, operator, made) => {
      if (message instanceof Error) throw message;
      throw new AssertionError({ message: message === undefined ? made() : message, generated: message === undefined, actual, expected, operator });
    };
    const assert = (...args) => assert.ok(...args);
    const matches = (error, wanted) => {
      if (wanted === undefined) return true;
      if (wanted instanceof RegExp) return wanted.test(String(error));
      if (typeof wanted === 'function') return (wanted.prototype !== undefined && error instanceof wanted) || (!(wanted.prototype instanceof Error) && wanted !== Error && wanted.call({}, error) === true);
      return Object.keys(wanted).every((k) => (wanted[k] instanceof RegExp && typeof error[k] === 'string' ? wanted[k].test(error[k]) : same(error[k], wanted[k], true)));
    };
    const unmatched = (error, wanted, message) => { if (typeof wanted === 'function' && wanted.prototype instanceof Error) throw error; fail(error, wanted, message, 'throws', () => 'The error did not match: ' + N.inspect(error)); };
    Object.assign(assert, {
      AssertionError,
      ok(value, message) { if (!value) fail(value, true, message, '==', () => (arguments.length === 0 ? "No value argument passed to \x60assert.ok()\x60" : 'The expression evaluated to a falsy value:\n\n  assert(' + N.inspect(value) + ')\n')); },
      equal(a, b, message) { if (!(a == b || (a !== a && b !== b))) fail(a, b, message, '==', () => N.inspect(a) + ' == ' + N.inspect(b)); },
      notEqual(a, b, message) { if (a == b) fail(a, b, message, '!=', () => N.inspect(a) + ' != ' + N.inspect(b)); },
      strictEqual(a, b, message) { if (!Object.is(a, b)) fail(a, b, message, 'strictEqual', () => diff('Expected values to be strictly equal:', a, b)); },
      notStrictEqual(a, b, message) { if (Object.is(a, b)) fail(a, b, message, 'notStrictEqual', () => 'Expected "actual" to be strictly unequal to: ' + N.inspect(b)); },
      deepEqual(a, b, message) { if (!same(a, b, false)) fail(a, b, message, 'deepEqual', () => diff('Expected values to be loosely deep-equal:', a, b)); },
      deepStrictEqual(a, b, message) { if (!same(a, b, true)) fail(a, b, message, 'deepStrictEqual', () => diff('Expected values to be strictly deep-equal:', a, b)); },
      notDeepStrictEqual(a, b, message) { if (same(a, b, true)) fail(a, b, message, 'notDeepStrictEqual', () => 'Expected "actual" not to be strictly deep-equal to: ' + N.inspect(b)); },
      match(value, pattern, message) { if (!pattern.test(value)) fail(value, pattern, message, 'match', () => 'The input did not match the regular expression ' + pattern + '. Input:\n\n' + N.inspect(value) + '\n'); },
      doesNotMatch(value, pattern, message) { if (pattern.test(value)) fail(value, pattern, message, 'doesNotMatch', () => 'The input was expected to not match the regular expression ' + pattern + '. Input:\n\n' + N.inspect(value) + '\n'); },
      throws(work, wanted, message) { try { work(); } catch (error) { if (!matches(error, typeof wanted === 'string' ? undefined : wanted)) unmatched(error, wanted, message); return; } fail(undefined, wanted, typeof wanted === 'string' ? wanted : message, 'throws', () => 'Missing expected exception.'); },
      doesNotThrow(work, message) { try { work(); } catch (error) { fail(error, undefined, undefined, 'doesNotThrow', () => 'Got unwanted exception' + (message ? ': ' + message : '.') + '\nActual message: "' + error.message + '"'); } },
      async rejects(work, wanted, message) { try { await (typeof work === 'function' ? work() : work); } catch (error) { if (!matches(error, wanted)) unmatched(error, wanted, message); return; } fail(undefined, wanted, message, 'rejects', () => 'Missing expected rejection.'); },
      async doesNotReject(work) { await (typeof work === 'function' ? work() : work); },
      ifError(error) { if (error !== null && error !== undefined) throw error; },
      fail(message = 'Failed') { fail(undefined, undefined, message, 'fail', () => 'Failed'); },
    });
    assert.notDeepEqual = (a, b, message) => { if (same(a, b, false)) fail(a, b, message, 'notDeepEqual', () => 'Expected "actual" not to be loosely deep-equal to: ' + N.inspect(b)); };
    assert.strict = Object.assign((...args) => assert.ok(...args), assert, { equal: assert.strictEqual, deepEqual: assert.deepStrictEqual, notEqual: assert.notStrictEqual, notDeepEqual: assert.notDeepStrictEqual });
    assert.strict.strict = assert.strict;
    module.exports = assert;
  });
  N.define('assert/strict', (module) => { module.exports = N.builtin('assert').strict; });
  N.hidden = hidden;
})();
`;
