/** Part of Node's library, run inside the engine: the process, its timers and what happens to errors nobody caught. No backquotes in here. */
export const PROCESS = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const hidden = N.hidden;
  const start = JSON.parse(host.about());
  N.about = start;
  N.now = () => host.now();
  N.isatty = (fd) => host.isatty(fd);
  N.promiseState = (promise) => host.promise(promise);
  N.writeOut = (fd, text) => host.write(fd, typeof text === 'string' ? host.encode(text) : new Uint8Array(text.buffer, text.byteOffset, text.byteLength));

  // --- calls that take time: answered by an event
  let next = 1;
  const waiting = new Map();
  let refs = 0;
  /** Starts a call; done(error, value) later. Returns an object with ref, unref and forget. */
  N.start = (op, args, done, syscall, path) => {
    const id = next++;
    const handle = {
      held: true,
      ref() { if (!handle.held && waiting.has(id)) { handle.held = true; refs++; } },
      unref() { if (handle.held) { handle.held = false; refs--; } },
      forget() { if (waiting.delete(id) && handle.held) refs--; },
    };
    refs++;
    waiting.set(id, { handle, done, syscall: syscall || op, path });
    host.start(op, id, ...args);
    return handle;
  };
  N.call = (op, args, syscall, path) => new Promise((resolve, reject) => N.start(op, args, (error, value) => (error ? reject(error) : resolve(value)), syscall, path));
  N.hold = () => { refs++; };
  N.release = () => { refs--; };

  // --- timers
  let timers = [];
  let sequence = 0;
  class Timeout {
    constructor(callback, ms, args, repeat) {
      ms = Number(ms);
      if (!(ms >= 1 && ms <= 2147483647)) ms = 1;
      ms = Math.trunc(ms);
      hidden(this, { callback, args, order: ++sequence, active: true, due: host.now() + ms });
      this._idleTimeout = ms; this._repeat = repeat ? ms : null; hidden(this, { held: true });
      timers.push(this);
    }
    ref() { this.held = true; return this; }
    unref() { this.held = false; return this; }
    hasRef() { return this.held; }
    refresh() { this.due = host.now() + this._idleTimeout; if (!this.active) { this.active = true; timers.push(this); } return this; }
    close() { clearTimeout(this); return this; }
    [Symbol.toPrimitive]() { return this.order; }
    [Symbol.dispose || Symbol.for('dispose')]() { this.close(); }
  }
  let immediates = [];
  class Immediate {
    constructor(callback, args) { hidden(this, { callback, args, active: true }); immediates.push(this); }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
  }
  const fn = (callback) => { if (typeof callback !== 'function') throw N.invalid('callback', 'of type function', callback); return callback; };
  const stop = (timer) => {
    if (timer === undefined || timer === null) return;
    const found = typeof timer === 'object' ? timer : timers.find((t) => t.order === Number(timer));
    if (!found || !found.active) return;
    found.active = false;
    timers = timers.filter((t) => t !== found);
  };
  hidden(globalThis, {
    setTimeout: (callback, ms, ...args) => new Timeout(fn(callback), ms, args, false),
    setInterval: (callback, ms, ...args) => new Timeout(fn(callback), ms, args, true),
    setImmediate: (callback, ...args) => new Immediate(fn(callback), args),
    clearTimeout: stop, clearInterval: stop,
    clearImmediate: (i) => { if (i) { i.active = false; immediates = immediates.filter((x) => x !== i); } },
    performance: { now: () => host.now() - start.started, timeOrigin: start.started, mark: () => ({}), measure: () => ({}), toJSON() { return { timeOrigin: start.started }; } },
    global: globalThis,
  });
  const later = {
    setTimeout: (ms, value, options = {}) => new Promise((resolve, reject) => {
      const t = setTimeout(() => resolve(value), ms);
      if (options.signal) options.signal.addEventListener('abort', () => { clearTimeout(t); reject(options.signal.reason); });
    }),
    setImmediate: (value) => new Promise((resolve) => setImmediate(() => resolve(value))),
    async *setInterval(ms, value) { for (;;) { await later.setTimeout(ms); yield value; } },
  };
  later.scheduler = { wait: later.setTimeout };
  setTimeout[Symbol.for('nodejs.util.promisify.custom')] = later.setTimeout;
  N.define('timers', (module) => { module.exports = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises: later }; });
  N.define('timers/promises', (module) => { module.exports = later; });
  N.define('perf_hooks', (module) => { module.exports = { performance }; });

  // --- the process
  const P = Object.create(N.EventEmitter.prototype);
  N.process = P;
  N.EventEmitter.init.call(P);
  hidden(P, { _events: P._events, _eventsCount: 0, _maxListeners: undefined });
  const ticks = [];
  const env = new Proxy(start.env, {
    set(target, key, value) { target[key] = String(value); return true; },
  });
  Object.assign(P, {
    title: 'node', version: 'v' + start.version, versions: { node: start.version, v8: '12.4.254.21-node.33', uv: '1.51.0', zlib: '1.3.1', modules: '127' },
    arch: 'x64', platform: 'linux', release: { name: 'node', lts: 'Jod' }, argv: [], execArgv: [], env, pid: start.pid, ppid: start.ppid, execPath: start.execPath,
    exitCode: undefined, config: { variables: {} }, features: {}, debugPort: 9229, argv0: 'node',
    cwd: () => host.cwd(),
    chdir(dir) { N.sys('chdir', host.cwd(), dir, host.chdir(String(dir))); },
    umask: (mask) => host.umask(mask),
    nextTick(callback, ...args) { ticks.push([fn(callback), args]); },
    exit(code) {
      if (code !== undefined) P.exitCode = code;
      leave();
      for (;;);
    },
    reallyExit(code) { host.exit(code || 0); for (;;); },
    abort() { host.abort(); for (;;); },
    kill(pid, signal = 'SIGTERM') { const r = host.kill(pid, typeof signal === 'number' ? String(signal) : signal); N.sys('kill', undefined, undefined, r); return true; },
    uptime: () => (host.now() - start.started) / 1000,
    hrtime: Object.assign((base) => {
      const ns = BigInt(Math.round((host.now() - start.started + 120000) * 1e3)) * 1000n;
      let s = Number(ns / 1000000000n); let n = Number(ns % 1000000000n);
      if (base) { s -= base[0]; n -= base[1]; if (n < 0) { s--; n += 1e9; } }
      return [s, n];
    }, { bigint: () => BigInt(Math.round((host.now() - start.started + 120000) * 1e3)) * 1000n }),
    memoryUsage: Object.assign(() => JSON.parse(host.memory()), { rss: () => JSON.parse(host.memory()).rss }),
    cpuUsage: () => JSON.parse(host.cpu()),
    resourceUsage: () => ({ ...JSON.parse(host.cpu()), maxRSS: JSON.parse(host.memory()).rss / 1024 }),
    constrainedMemory: () => start.limit,
    availableMemory: () => start.limit,
    getuid: () => start.uid, geteuid: () => start.uid, getgid: () => start.gid, getegid: () => start.gid, getgroups: () => start.groups,
    emitWarning(warning, type) {
      const name = typeof type === 'string' ? type : (type && type.type) || (warning instanceof Error ? warning.name : 'Warning');
      N.writeOut(2, '(node:' + start.pid + ') ' + name + ': ' + (warning instanceof Error ? warning.message : warning) + '\n(Use \x60node --trace-warnings ...\x60 to show where the warning was created)\n');
    },
    loadEnvFile(path = '.env') { N.loadEnv(N.builtin('fs').readFileSync(path, 'utf8')); },
    binding() { throw new Error('No such module'); },
    setUncaughtExceptionCaptureCallback() {},
    getBuiltinModule: (name) => N.builtin(String(name).replace(/^node:/, '')),
  });
  Object.defineProperty(P, Symbol.toStringTag, { value: 'process' });
  hidden(globalThis, { process: P });
  N.define('process', (module) => { module.exports = P; });
  N.loadEnv = (text) => {
    for (const [key, value] of Object.entries(N.parseEnv(text))) if (start.env[key] === undefined) start.env[key] = value;
  };
  N.parseEnv = (text) => {
    const out = {};
    for (const m of text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*("(?:\\"|[^"])*"|'[^']*'|\x60[^\x60]*\x60|[^#\r\n]*)/gm)) {
      let v = m[2].trim();
      if (/^(["'\x60])[^]*\1$/.test(v)) v = v[0] === '"' ? v.slice(1, -1).replace(/\\n/g, '\n') : v.slice(1, -1);
      out[m[1]] = v;
    }
    return out;
  };
  const SIGNALS = /^SIG(HUP|INT|QUIT|TERM|USR1|USR2|ALRM|CHLD|CONT|WINCH|PIPE|TSTP|IO)$/;
  P.on = P.addListener = function (name, listener) {
    const known = N.EventEmitter.prototype.listenerCount.call(P, name);
    N.EventEmitter.prototype.on.call(P, name, listener);
    if (!known && typeof name === 'string' && SIGNALS.test(name)) host.signal(name, true);
    if (name === 'SIGKILL' || name === 'SIGSTOP') throw N.systemError({ errno: 22, code: 'EINVAL' }, 'uv_signal_start');
    return P;
  };
  P.removeListener = P.off = function (name, listener) {
    N.EventEmitter.prototype.removeListener.call(P, name, listener);
    if (typeof name === 'string' && SIGNALS.test(name) && P.listenerCount(name) === 0) host.signal(name, false);
    return P;
  };
  for (const name of ['on', 'addListener', 'removeListener', 'off']) Object.defineProperty(P, name, { enumerable: false });

  // --- how it ends
  let leaving = false;
  const codeOf = (code) => (code === undefined || code === null ? 0 : Number(code) & 255);
  function leave() {
    if (!leaving) {
      leaving = true;
      P.emit('exit', codeOf(P.exitCode));
    }
    host.exit(codeOf(P.exitCode));
  }
  const caret = (where) => {
    const line = N.lineOf(where.file, where.line);
    if (line === undefined) return '';
    const thrown = /\bthrow\b/.exec(line);
    const at = thrown && thrown.index < where.column - 1 ? thrown.index : where.column - 1;
    return N.url(where.file) + ':' + where.line + '\n' + line + '\n' + line.slice(0, at).replace(/[^\t]/g, ' ') + '^\n\n';
  };
  const footer = () => '\nNode.js v' + start.version + '\n';
  N.fatal = (error, origin = 'uncaughtException') => {
    if (error instanceof InternalError && /out of memory/.test(error.message)) { host.full(); for (;;); }
    if (P.listenerCount('uncaughtException') > 0 && !leaving) {
      try { P.emit('uncaughtException', error, origin); return; } catch (again) { error = again; }
    }
    let text;
    const rejected = origin === 'unhandledRejection';
    if (error instanceof Error) {
      const where = N.where.get(error);
      let head = '';
      const emitted = N.emitted && N.emitted.error === error ? N.emitted : undefined;
      if (rejected) head = where && N.phase !== 'main' ? caret(where) : where ? caret(where) : '';
      else if (emitted) head = 'node:events:496\n      throw er; // Unhandled \'error\' event\n      ^\n\n';
      else if (error.code === 'MODULE_NOT_FOUND') head = 'node:internal/modules/cjs/loader:1368\n  throw err;\n  ^\n\n';
      else if (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_UNSUPPORTED_DIR_IMPORT') head = 'node:internal/modules/run_main:123\n    triggerUncaughtException(\n    ^\n\n';
      else if (error.syscall === 'open' && /at (?:Object\.)?openSync/.test(error.stack)) head = 'node:fs:562\n  return binding.open(\n                 ^\n\n';
      else if (error.head) head = error.head;
      else if (where) head = caret(where);
      let shown = N.inspect(error, { colors: false });
      if (emitted) {
        const at = shown.lastIndexOf('\n    at ');
        const brace = /( \{\n[^]*)$/.exec(shown.slice(Math.max(0, at)));
        const body = brace ? shown.slice(0, shown.length - brace[1].length) : shown;
        shown = body + "\nEmitted 'error' event on " + emitted.name + ' instance at:\n' + (/Server/.test(emitted.name) ? '    at emitErrorNT (node:net:1976:8)' : '    at emitErrorNT (node:internal/streams/destroy:170:8)\n    at emitErrorCloseNT (node:internal/streams/destroy:129:3)') + '\n    at process.processTicksAndRejections (node:internal/process/task_queues:90:21)' + (brace ? brace[1] : '');
      }
      text = head + shown + '\n' + footer();
    } else if (rejected) {
      text = 'node:internal/process/promises:394\n      triggerUncaughtException(err, true /* fromPromise */);\n      ^\n\n[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "' + (typeof error === 'object' && error !== null ? '#<' + (error.constructor && error.constructor.name || 'Object') + '>' : String(error)) + "\".] {\n  code: 'ERR_UNHANDLED_REJECTION'\n}\n" + footer();
    } else {
      text = 'Uncaught:\n' + N.inspect(error) + '\n(Use \x60node --trace-uncaught ...\x60 to show where the exception was thrown)\n' + footer();
    }
    N.writeOut(2, text);
    P.exitCode = 1;
    if (!leaving) {
      leaving = true;
      try { P.emit('exit', 1); } catch (again) { void again; }
    }
    host.exit(codeOf(P.exitCode) || 1);
    for (;;);
  };
  const guard = (phase, work, ...args) => {
    N.phase = phase;
    try { work(...args); } catch (error) { N.fatal(error); }
  };
  N.guard = guard;

  // --- rejections
  let rejected = [];
  N.rejection = (promise, reason, handled) => {
    if (handled) rejected = rejected.filter((r) => r.promise !== promise);
    else rejected.push({ promise, reason });
  };

  // --- what the machine calls
  N.event = (id, ok, value, phase) => {
    const entry = waiting.get(id);
    if (!entry) return;
    waiting.delete(id);
    if (entry.handle.held) refs--;
    guard(phase || 'event', () => {
      if (ok) entry.done(null, value);
      else entry.done(N.systemError(value, entry.syscall, entry.path));
    });
  };
  N.timers = () => {
    const now = host.now();
    for (;;) {
      let first;
      for (const t of timers) if (t.due <= now && (!first || t.due < first.due || (t.due === first.due && t.order < first.order))) first = t;
      if (!first) return;
      if (first._repeat !== null) { first.due = Math.max(now, first.due) + first._repeat; first.order = ++sequence; } else { first.active = false; timers = timers.filter((t) => t !== first); }
      guard('timer', () => first.callback(...first.args));
      drain();
    }
  };
  N.immediates = () => {
    const now = immediates;
    immediates = [];
    for (const i of now) if (i.active) { i.active = false; guard('event', () => i.callback(...i.args)); drain(); }
  };
  N.signal = (name, number) => guard('event', () => P.emit(name, name, number));
  let before = false;
  N.beforeExit = () => { if (!before) { before = true; guard('event', () => P.emit('beforeExit', codeOf(P.exitCode))); } };
  N.finish = () => guard('event', leave);
  const drain = () => {
    while (ticks.length) {
      const [callback, args] = ticks.shift();
      guard(N.phase === 'main' ? 'main' : 'tick', () => callback(...args));
    }
  };
  N.ticks = drain;
  /** After every call: true when something was done and the promises' jobs may have more. */
  N.settle = () => {
    if (ticks.length) { drain(); return true; }
    if (rejected.length) {
      const { promise, reason } = rejected.shift();
      if (P.listenerCount('unhandledRejection') > 0) guard('event', () => P.emit('unhandledRejection', reason, promise));
      else N.fatal(reason, 'unhandledRejection');
      return true;
    }
    let due = -1;
    let held = refs > 0 || immediates.length > 0;
    for (const t of timers) { if (due < 0 || t.due < due) due = t.due; if (t.held) held = true; }
    if (refs > 0 || timers.length || immediates.length) before = false;
    host.idle(due, held, immediates.length > 0);
    N.phase = 'event';
    return false;
  };
  hidden(globalThis, { queueMicrotask: ((queue) => (callback) => queue(() => guard(N.phase, fn(callback))))(globalThis.queueMicrotask) });
})();
`;
