/** Part of Node's library, run inside the engine: streams, and the process's own three. No backquotes in here. */
export const STREAM = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const EventEmitter = N.EventEmitter;

  class Stream extends EventEmitter {
    constructor() { super(); EventEmitter.init.call(this); }
    pipe(target, options) {
      this.on('data', (chunk) => { if (target.write(chunk) === false && this.pause) this.pause(); });
      target.on('drain', () => { if (this.resume) this.resume(); });
      if (!options || options.end !== false) if (target !== process.stdout && target !== process.stderr) this.on('end', () => target.end());
      target.emit('pipe', this);
      return target;
    }
  }
  const tick = process.nextTick;
  const readable = {
    setup(stream, options) {
      stream._r = { queue: [], size: 0, flowing: null, ended: false, finished: false, reading: false, decoder: null, mode: !!(options.objectMode || options.readableObjectMode), mark: options.highWaterMark || 65536, scheduled: false };
      if (typeof options.read === 'function') stream._read = options.read;
      stream.readable = true;
    },
    methods: {
      _read() {},
      push(chunk, encoding) {
        const r = this._r;
        r.reading = false;
        if (chunk === null) { r.ended = true; if (r.decoder) { const rest = r.decoder.end(); if (rest) r.queue.push(rest); } this._kick(); return false; }
        if (!r.mode && typeof chunk === 'string' && !r.decoder) chunk = Buffer.from(chunk, encoding);
        else if (!r.mode && chunk instanceof Uint8Array && !Buffer.isBuffer(chunk)) chunk = N.bufferOf(chunk);
        if (r.decoder && typeof chunk !== 'string') chunk = r.decoder.write(chunk);
        if (r.mode || chunk.length) { r.queue.push(chunk); r.size += r.mode ? 1 : chunk.length; }
        this._kick();
        return r.size < r.mark;
      },
      unshift(chunk) { this._r.queue.unshift(chunk); this._r.size += chunk.length || 1; },
      _kick() {
        const r = this._r;
        if (r.scheduled) return;
        r.scheduled = true;
        tick(() => { r.scheduled = false; this._flow(); });
      },
      _flow() {
        const r = this._r;
        while (r.flowing && r.queue.length && !this.destroyed) { const c = r.queue.shift(); r.size -= r.mode ? 1 : c.length; this.emit('data', c); }
        if (r.flowing !== true && this.listenerCount('readable') && (r.queue.length || r.ended) && !r.finished) this.emit('readable');
        if (r.ended && !r.queue.length && !r.finished && (r.flowing || this.listenerCount('readable') || r.wanted)) {
          r.finished = true;
          this.readable = false;
          this.readableEnded = true;
          this.emit('end');
          if (this.autoDestroy !== false && (!this._w || this._w.finished)) this.destroy();
          return;
        }
        if (!r.ended && !r.reading && !this.destroyed && r.size < r.mark && (r.flowing || this.listenerCount('readable') || r.wanted)) { r.reading = true; this._read(r.mark); }
      },
      read(n) {
        const r = this._r;
        r.wanted = true;
        if (!r.queue.length) { this._kick(); return null; }
        let out;
        if (r.mode) { out = r.queue.shift(); r.size--; } else {
          const all = typeof r.queue[0] === 'string' ? r.queue.join('') : Buffer.concat(r.queue);
          if (n !== undefined && n < all.length) { out = all.slice(0, n); r.queue = [all.slice(n)]; } else { out = all; r.queue = []; }
          r.size = r.queue.reduce((s, c) => s + c.length, 0);
        }
        this._kick();
        return out;
      },
      setEncoding(encoding) { this._r.decoder = new (N.builtin('string_decoder').StringDecoder)(encoding); return this; },
      resume() { if (this._r.flowing !== true) { this._r.flowing = true; this._kick(); if (this._resumed) this._resumed(); } return this; },
      pause() { this._r.flowing = false; if (this._paused) this._paused(); return this; },
      isPaused() { return this._r.flowing === false; },
      on(name, listener) {
        EventEmitter.prototype.on.call(this, name, listener);
        if (name === 'data' && this._r.flowing !== false) this.resume();
        if (name === 'readable') { this._kick(); if (this._resumed) this._resumed(); }
        return this;
      },
      addListener(name, listener) { return this.on(name, listener); },
      unpipe() { this.removeAllListeners('data'); this._r.flowing = false; return this; },
      async *[Symbol.asyncIterator]() {
        const pending = [];
        let wake; let ended = false; let failed;
        const poke = () => { if (wake) { const w = wake; wake = undefined; w(); } };
        this.on('data', (c) => { pending.push(c); poke(); });
        this.on('end', () => { ended = true; poke(); });
        this.on('close', () => { ended = true; poke(); });
        this.on('error', (e) => { failed = e; poke(); });
        for (;;) {
          while (pending.length) yield pending.shift();
          if (failed) throw failed;
          if (ended) return;
          await new Promise((resolve) => { wake = resolve; });
        }
      },
    },
  };
  const writable = {
    setup(stream, options) {
      stream._w = { queue: [], writing: false, ending: false, finished: false, full: false, size: 0, mode: !!(options.objectMode || options.writableObjectMode), mark: options.highWaterMark || 16384, decode: options.decodeStrings !== false };
      for (const name of ['write', 'final']) if (typeof options[name] === 'function') stream['_' + name] = options[name];
      stream.writable = true;
    },
    methods: {
      write(chunk, encoding, callback) {
        if (typeof encoding === 'function') { callback = encoding; encoding = undefined; }
        const w = this._w;
        if (w.ending || this.destroyed) {
          const error = N.coded(Error, w.ending ? 'ERR_STREAM_WRITE_AFTER_END' : 'ERR_STREAM_DESTROYED', w.ending ? 'write after end' : 'Cannot call write after a stream was destroyed');
          tick(() => { if (callback) callback(error); if (w.ending) this.destroy(error); });
          return false;
        }
        if (!w.mode) {
          if (typeof chunk === 'string') { if (w.decode) chunk = Buffer.from(chunk, encoding); } else if (!(chunk instanceof Uint8Array)) throw N.invalid('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk);
        }
        w.queue.push([chunk, encoding || 'buffer', callback]);
        w.size += w.mode ? 1 : chunk.length;
        this._drive();
        if (w.size < w.mark) return true;
        w.full = true;
        return false;
      },
      _drive() {
        const w = this._w;
        if (w.writing || this.destroyed || w.corked) return;
        const item = w.queue.shift();
        if (!item) {
          if (w.full) { w.full = false; tick(() => this.emit('drain')); }
          if (w.ending && !w.closing) {
            w.closing = true;
            const done = (error) => {
              if (error) { this.destroy(error); return; }
              tick(() => {
                w.finished = true;
                this.writableFinished = true;
                this.emit('finish');
                if (this.autoDestroy !== false && (!this._r || this._r.finished)) this.destroy();
              });
            };
            if (this._final) this._final(done); else done();
          }
          return;
        }
        w.writing = true;
        let sync = true;
        const done = (error) => {
          w.writing = false;
          w.size -= w.mode ? 1 : item[0].length;
          if (error) { if (item[2]) item[2](error); this.destroy(error); return; }
          if (item[2]) tick(item[2]);
          if (sync) tick(() => this._drive()); else this._drive();
        };
        this._write(item[0], item[1], done);
        sync = false;
      },
      _write(chunk, encoding, callback) { callback(); },
      end(chunk, encoding, callback) {
        if (typeof chunk === 'function') { callback = chunk; chunk = undefined; }
        if (typeof encoding === 'function') { callback = encoding; encoding = undefined; }
        if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
        if (callback) this.once('finish', callback);
        this._w.ending = true;
        this.writable = false;
        this.writableEnded = true;
        this._drive();
        return this;
      },
      cork() { this._w.corked = true; },
      uncork() { this._w.corked = false; this._drive(); },
      setDefaultEncoding() { return this; },
    },
  };
  const common = {
    destroy(error, callback) {
      if (this.destroyed) return this;
      this.destroyed = true;
      const done = (failed) => {
        if (callback) callback(failed);
        tick(() => { if (failed) this.emit('error', failed); this.emit('close'); });
      };
      if (this._destroy) this._destroy(error || null, done); else done(error);
      return this;
    },
  };
  const begin = (stream, options) => {
    stream.destroyed = false;
    if (options.autoDestroy === false) stream.autoDestroy = false;
    if (typeof options.destroy === 'function') stream._destroy = options.destroy;
    for (const key of ['_r', '_w']) if (stream[key]) Object.defineProperty(stream, key, { enumerable: false, writable: true });
  };
  function Readable(options = {}) {
    if (!(this instanceof Readable)) return new Readable(options);
    EventEmitter.init.call(this);
    readable.setup(this, options);
    begin(this, options);
  }
  Object.setPrototypeOf(Readable.prototype, Stream.prototype);
  Object.setPrototypeOf(Readable, Stream);
  N.hidden(Readable.prototype, { ...readable.methods, ...common });
  Object.defineProperty(Readable.prototype, Symbol.asyncIterator, { value: readable.methods[Symbol.asyncIterator], enumerable: false });
  Readable.from = (items) => {
    const iterator = typeof items === 'string' || items instanceof Uint8Array ? [items][Symbol.iterator]() : (items[Symbol.asyncIterator] || items[Symbol.iterator]).call(items);
    return new Readable({
      objectMode: true,
      read() { Promise.resolve(iterator.next()).then(async ({ value, done }) => this.push(done ? null : await value)).catch((e) => this.destroy(e)); },
    });
  };
  function Writable(options = {}) {
    if (!Writable.prototype.isPrototypeOf(this)) return new Writable(options);
    EventEmitter.init.call(this);
    writable.setup(this, options);
    begin(this, options);
  }
  Object.setPrototypeOf(Writable.prototype, Stream.prototype);
  Object.setPrototypeOf(Writable, Stream);
  N.hidden(Writable.prototype, { ...writable.methods, ...common });
  Object.defineProperty(Writable, Symbol.hasInstance, { value(v) { return this === Writable ? !!v && typeof v === 'object' && !!v._w : Function.prototype[Symbol.hasInstance].call(this, v); } });
  function Duplex(options = {}) {
    if (!(this instanceof Duplex)) return new Duplex(options);
    EventEmitter.init.call(this);
    readable.setup(this, options);
    writable.setup(this, options);
    begin(this, options);
  }
  Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
  Object.setPrototypeOf(Duplex, Readable);
  N.hidden(Duplex.prototype, writable.methods);
  function Transform(options = {}) {
    if (!(this instanceof Transform)) return new Transform(options);
    Duplex.call(this, options);
    for (const name of ['transform', 'flush']) if (typeof options[name] === 'function') this['_' + name] = options[name];
  }
  Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
  Object.setPrototypeOf(Transform, Duplex);
  N.hidden(Transform.prototype, {
    _write(chunk, encoding, callback) { this._transform(chunk, encoding, (error, out) => { if (!error && out !== undefined && out !== null) this.push(out); callback(error); }); },
    _final(callback) { if (!this._flush) { this.push(null); callback(); return; } this._flush((error, out) => { if (out !== undefined && out !== null) this.push(out); this.push(null); callback(error); }); },
  });
  function PassThrough(options) {
    if (!(this instanceof PassThrough)) return new PassThrough(options);
    Transform.call(this, options);
  }
  Object.setPrototypeOf(PassThrough.prototype, Transform.prototype);
  Object.setPrototypeOf(PassThrough, Transform);
  N.hidden(PassThrough.prototype, { _transform(chunk, encoding, callback) { callback(null, chunk); } });
  const finished = (stream, options, callback) => {
    if (typeof options === 'function') callback = options;
    let done = false;
    const once = (error) => { if (!done) { done = true; callback(error); } };
    stream.on('error', once);
    if (stream._w) stream.on('finish', () => once());
    else stream.on('end', () => once());
    stream.on('close', () => once());
    return () => { done = true; };
  };
  const pipeline = (...streams) => {
    const callback = typeof streams[streams.length - 1] === 'function' && streams.length > 1 ? streams.pop() : () => {};
    streams = streams.flat().map((s, i) => (i === 0 && !s.pipe ? Readable.from(s) : s));
    let done = false;
    const end = (error) => { if (!done) { done = true; if (error) for (const s of streams) s.destroy(); callback(error); } };
    for (const s of streams) s.on('error', end);
    const last = streams[streams.length - 1];
    last.on(last._w ? 'finish' : 'end', () => end());
    for (let i = 0; i + 1 < streams.length; i++) streams[i].pipe(streams[i + 1]);
    return last;
  };
  const promises = {
    pipeline: (...streams) => new Promise((resolve, reject) => pipeline(...streams, (e) => (e ? reject(e) : resolve()))),
    finished: (stream) => new Promise((resolve, reject) => finished(stream, (e) => (e ? reject(e) : resolve()))),
  };
  Object.assign(Stream, { Stream, Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, promises });
  N.stream = Stream;
  N.define('stream', (module) => { module.exports = Stream; });
  N.define('stream/promises', (module) => { module.exports = promises; });
  N.define('stream/consumers', (module) => {
    const buffer = async (s) => { const all = []; for await (const c of s) all.push(Buffer.from(c)); return Buffer.concat(all); };
    module.exports = { buffer, text: async (s) => (await buffer(s)).toString(), json: async (s) => JSON.parse(await buffer(s)) };
  });

  // --- the process's own streams
  class Output extends Writable {
    constructor(fd) {
      super({ decodeStrings: false });
      this.fd = fd;
      this._type = host.isatty(fd) ? 'tty' : 'pipe';
      if (host.isatty(fd)) { this.isTTY = true; [this.columns, this.rows] = host.size(fd); }
    }
    write(chunk, encoding, callback) {
      if (typeof encoding === 'function') { callback = encoding; encoding = undefined; }
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) throw N.invalid('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk);
      N.writeOut(this.fd, typeof chunk === 'string' ? N.toBytes(chunk, encoding) : chunk);
      if (callback) tick(callback);
      return true;
    }
    end(chunk, encoding, callback) { if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encoding); for (const f of [chunk, encoding, callback]) if (typeof f === 'function') tick(f); return this; }
    getColorDepth() { return this.isTTY ? 8 : 1; }
    hasColors() { return !!this.isTTY; }
    getWindowSize() { return host.size(this.fd); }
    clearLine() { return this.write('\u001b[2K'); }
    cursorTo(x) { return this.write('\u001b[' + (x + 1) + 'G'); }
    moveCursor() { return true; }
  }
  class Input extends Readable {
    constructor() {
      super({});
      this.fd = 0;
      if (host.isatty(0)) this.isTTY = true;
    }
    _read() {
      if (this.busy) return;
      this.busy = N.start('read', [0, 65536], (error, bytes) => {
        this.busy = undefined;
        if (error) return this.destroy(error);
        this.push(bytes.length ? N.bufferOf(bytes) : null);
      }, 'read');
    }
    _resumed() { if (this.busy) this.busy.ref(); this._kick(); }
    _paused() { if (this.busy) this.busy.unref(); }
    ref() { if (this.busy) this.busy.ref(); return this; }
    unref() { if (this.busy) this.busy.unref(); return this; }
    setRawMode(on) { host.raw(!!on); this.isRaw = !!on; return this; }
    _destroy(error, done) { if (this.busy) this.busy.forget(); done(error); }
  }
  const lazy = (name, make) => {
    let made;
    Object.defineProperty(process, name, { get: () => made || (made = make()), configurable: true, enumerable: true });
  };
  lazy('stdout', () => new Output(1));
  lazy('stderr', () => new Output(2));
  lazy('stdin', () => new Input());
  N.define('tty', (module) => { module.exports = { isatty: (fd) => host.isatty(fd), ReadStream: Input, WriteStream: Output }; });

  N.define('readline', (module) => {
    class Interface extends EventEmitter {
      constructor(options) {
        super();
        if (options && typeof options.on === 'function') options = { input: options, output: arguments[1] };
        this.input = options.input; this.output = options.output; this.prompted = options.prompt === undefined ? '> ' : options.prompt;
        this.closed = false; this.asked = undefined; this.rest = ''; this.lines = [];
        const decoder = new TextDecoder();
        this.input.on('data', (chunk) => {
          this.rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
          const lines = this.rest.split(/\r\n|\n|\r/);
          this.rest = lines.pop();
          this.lines.push(...lines);
          this._pump();
        });
        this.input.on('end', () => { if (this.rest) { this.lines.push(this.rest); this.rest = ''; } this.ended = true; this._pump(); });
      }
      _pump() {
        while (this.lines.length && !this.closed && !this.held) {
          const line = this.lines.shift();
          if (this.asked) { const ask = this.asked; this.asked = undefined; ask(line); } else this.emit('line', line);
        }
        if (this.ended && !this.lines.length) this.close();
      }
      setPrompt(text) { this.prompted = text; }
      prompt() { if (this.output) this.output.write(this.prompted); this.input.resume(); }
      question(text, options, callback) { if (this.output) this.output.write(text); this.asked = callback || options; this.input.resume(); }
      write(text) { if (this.output) this.output.write(text); }
      pause() { this.held = true; this.input.pause(); this.emit('pause'); return this; }
      resume() { this.held = false; this.input.resume(); this._pump(); return this; }
      close() { if (this.closed) return; this.closed = true; this.input.pause(); this.emit('close'); }
      async *[Symbol.asyncIterator]() {
        const pending = []; let wake; let done = false;
        this.on('line', (l) => { pending.push(l); if (wake) wake(); });
        this.on('close', () => { done = true; if (wake) wake(); });
        for (;;) { while (pending.length) yield pending.shift(); if (done) return; await new Promise((r) => { wake = r; }); }
      }
    }
    const createInterface = (...args) => new Interface(...args);
    class PromiseInterface extends Interface { question(text) { return new Promise((resolve) => super.question(text, resolve)); } }
    const promises = { createInterface: (...args) => new PromiseInterface(...args), Interface: PromiseInterface };
    module.exports = { createInterface, Interface, promises, clearLine: (s) => s.write('\u001b[2K'), cursorTo: (s, x) => s.write('\u001b[' + (x + 1) + 'G') };
  });
  N.define('readline/promises', (module) => { module.exports = N.builtin('readline').promises; });
})();
`;
