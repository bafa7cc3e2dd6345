/** Part of Node's library, run inside the engine: what errors say and how their stacks look. No backquotes in here. */
export const ERRORS = String.raw`
(function () {
  'use strict';
  const host = globalThis.__host;
  const N = (globalThis.__node = { host, builtins: new Map(), sources: new Map(), where: new WeakMap(), phase: 'main' });
  N.define = (name, make) => N.builtins.set(name, { make, exports: undefined });
  N.builtin = (name) => {
    const entry = N.builtins.get(name);
    if (!entry) return undefined;
    if (entry.make) {
      const make = entry.make;
      entry.make = undefined;
      const module = { exports: {} };
      entry.module = module;
      make(module, module.exports);
      entry.exports = module.exports;
    }
    return entry.exports === undefined ? entry.module.exports : entry.exports;
  };

  const MAIN = [
    'Module._compile (node:internal/modules/cjs/loader:1554:14)',
    'Object..js (node:internal/modules/cjs/loader:1706:10)',
    'Module.load (node:internal/modules/cjs/loader:1289:32)',
    'Function._load (node:internal/modules/cjs/loader:1108:12)',
    'TracingChannel.traceSync (node:diagnostics_channel:322:14)',
    'wrapModuleLoad (node:internal/modules/cjs/loader:220:24)',
    'Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:170:5)',
    'node:internal/main/run_main_module:36:49',
  ];
  const TAILS = {
    main: MAIN,
    syntax: ['wrapSafe (node:internal/modules/cjs/loader:1637:18)', 'Module._compile (node:internal/modules/cjs/loader:1529:20)'].concat(MAIN.slice(1)),
    missing: [
      'Function._resolveFilename (node:internal/modules/cjs/loader:1365:15)',
      'defaultResolveImpl (node:internal/modules/cjs/loader:1021:19)',
      'resolveForCJSWithHooks (node:internal/modules/cjs/loader:1026:22)',
      'Function._load (node:internal/modules/cjs/loader:1175:37)',
      'TracingChannel.traceSync (node:diagnostics_channel:322:14)',
      'wrapModuleLoad (node:internal/modules/cjs/loader:235:24)',
    ],
    eval: [
      'runScriptInThisContext (node:internal/vm:209:10)',
      'node:internal/process/execution:118:14',
      '[eval]-wrapper:6:24',
      'runScript (node:internal/process/execution:101:62)',
      'evalScript (node:internal/process/execution:136:3)',
      'node:internal/main/eval_string:49:3',
    ],
    esm: [
      'ModuleJob.run (node:internal/modules/esm/module_job:343:25)',
      'async onImport.tracePromise.__proto__ (node:internal/modules/esm/loader:647:26)',
      'async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:117:5)',
    ],
    timer: ['listOnTimeout (node:internal/timers:588:17)', 'process.processTimers (node:internal/timers:523:7)'],
    tick: ['process.processTicksAndRejections (node:internal/process/task_queues:105:5)'],
    request: [
      'Server.emit (node:events:519:28)',
      'parserOnIncoming (node:_http_server:1155:12)',
      'HTTPParser.parserOnHeadersComplete (node:_http_common:118:17)',
    ],
    event: [],
  };

  const lineOf = (file, line) => {
    const source = N.sources.get(file);
    if (source === undefined) return undefined;
    if (typeof source === 'string') N.sources.set(file, source.split('\n'));
    return N.sources.get(file)[line - 1];
  };
  N.lineOf = lineOf;

  const calleeAt = (text, column) => {
    if (text === undefined) return '';
    const after = /^\??\.?[\w$]+/.exec(text.slice(column - 1));
    const before = /[\w$][\w$.]*$/.exec(text.slice(0, column - 1));
    const name = (before ? before[0] : '') + (after ? after[0] : '');
    return name.replace(/^\.+/, '').replace(/^(?:new|return|await|throw)(?![\w$])/, '');
  };
  const tokenAt = (text, column) => {
    const rest = (text || '').slice(column - 1);
    if (rest.trim() === '') return 'Unexpected end of input';
    const word = /^[A-Za-z_$][\w$]*/.exec(rest);
    if (word) return "Unexpected identifier '" + word[0] + "'";
    if (/^\d/.test(rest)) return 'Unexpected number';
    if (/^["']/.test(rest)) return 'Unexpected string';
    return "Unexpected token '" + rest[0] + "'";
  };
  /** The message as V8 words it, where it is known. */
  const reworded = (error, site) => {
    const message = error.message;
    let m;
    if ((m = /^cannot read property '(.*)' of (\w+)$/.exec(message)))
      return 'Cannot read properties of ' + m[2] + " (reading '" + m[1] + "')";
    if ((m = /^cannot set property '(.*)' of (\w+)$/.exec(message)))
      return 'Cannot set properties of ' + m[2] + " (setting '" + m[1] + "')";
    if (/^'(.*)' is read-only$/.test(message)) return 'Assignment to constant variable.';
    if ((m = /^(.*) is not initialized$/.exec(message))) return "Cannot access '" + m[1] + "' before initialization";
    if (message === 'not a function' || message === 'not a constructor') {
      const name = site ? calleeAt(lineOf(site.file, site.line), site.column) : '';
      return (name || '(intermediate value)') + ' is ' + message.slice(0, 4) + message.slice(4);
    }
    if (error.name === 'SyntaxError' && site) {
      if (/^unexpected token in expression: '(.)'$/.test(message)) return tokenAt(lineOf(site.file, site.line), site.column);
      if (/^expecting '\)'/.test(message)) return 'missing ) after argument list';
      if (/^(expecting|unexpected token)/.test(message)) return tokenAt(lineOf(site.file, site.line), site.column);
    }
    return message;
  };

  const place = (site) => {
    const file = site.getFileName();
    if (file === null || file === undefined) return undefined;
    const wrapped = N.sources.has(file);
    const line = site.getLineNumber() - (wrapped ? 1 : 0);
    let column = site.getColumnNumber();
    const text = lineOf(file, line);
    if (text !== undefined) {
      if (text.slice(column - 5, column - 1) === 'new ') column -= 4;
      else if (text[column - 1] === '.') column += 1;
    }
    return { file, line, column, raw: site.getColumnNumber() };
  };
  N.url = (file) => (N.esm && N.esm.has(file) ? 'file://' + file : file);

  const define = (error, key, value) => {
    Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
  };
  Error.prepareStackTrace = (error, sites) => {
    const frames = [];
    let first;
    let top = false;
    const own = [];
    for (let type = error && error.constructor; typeof type === 'function' && type !== Error && type.name; type = Object.getPrototypeOf(type)) own.push(type.name);
    const wanted = /^cannot (?:read|set) property '([\w$]+)' of/.exec(String(error && error.message));
    for (const site of sites) {
      const at = place(site);
      if (!at || at.file.startsWith('node:') || at.file === '<input>' || at.file === '<evalScript>') continue;
      let name = site.getFunctionName();
      if (frames.length === 0 && name && own.includes(name)) continue;
      if (first === undefined) {
        first = at;
        // The engine tells where the expression begins; V8 tells where the property is.
        const text = wanted && lineOf(at.file, at.line);
        const found = text ? text.indexOf('.' + wanted[1], at.raw - 1) : -1;
        if (found >= 0) at.column = found + 2;
      }
      if (name === '<eval>') name = null;
      const where = N.url(at.file) + ':' + at.line + ':' + at.column;
      if (name === '__module__') {
        top = true;
        frames.push('Object.<anonymous> (' + where + ')');
        continue;
      }
      if (at.file === '[eval]') top = true;
      if (N.esm && N.esm.has(at.file) && !name) top = true;
      frames.push(name ? name + ' (' + where + ')' : where);
    }
    if (N.phase === 'timer' && frames.length && !frames[frames.length - 1].includes('(')) frames.push('Timeout._onTimeout (' + frames.pop() + ')');
    const raw = sites.map((s) => ({ s, at: place(s) })).find((x) => x.at && !x.at.file.startsWith('node:'));
    if (typeof error.message === 'string' && error instanceof Error) {
      const site = raw && { file: raw.at.file, line: raw.at.line, column: raw.at.raw };
      const text = reworded(error, site);
      if (text !== error.message) define(error, 'message', text);
    }
    if (first) N.where.set(error, first);
    if (N.phase === 'request' && frames.length && !frames[frames.length - 1].includes('(')) frames.push('Server.<anonymous> (' + frames.pop() + ')');
    let tail = TAILS[N.phase] || [];
    if (error instanceof SyntaxError && first && frames.length && sites.length && !sites[0].getFunctionName() && N.compiling) {
      frames.length = 0;
      tail = N.phase === 'main' ? TAILS.syntax : tail;
    } else if (N.phase === 'main' && !top) tail = MAIN;
    const stack = frames.concat(tail).slice(0, Math.max(0, Error.stackTraceLimit === undefined ? 10 : Error.stackTraceLimit));
    const name = error && error.name;
    const head = error instanceof Error ? (error.message ? name + ': ' + error.message : name) : 'Error';
    return head + stack.map((frame) => '\n    at ' + frame).join('');
  };
  N.missingStack = (error) => {
    const own = String(error.stack).split('\n').filter((line) => !/\(node:|at node:/.test(line) && /^    at /.test(line));
    const tail = (N.phase === 'main' && own.length === 0 ? TAILS.missing.concat(MAIN.slice(-2)) : TAILS.missing.concat(
      ['Module.require (node:internal/modules/cjs/loader:1487:12)', 'require (node:internal/modules/helpers:135:16)'])).map((f) => '    at ' + f);
    const rest = own.length ? own.concat(MAIN.map((f) => '    at ' + f)) : [];
    define(error, 'stack', 'Error: ' + error.message + '\n' + tail.concat(rest).slice(0, 10).join('\n'));
  };

  /** An error with one of Node's own codes: its stack names the code, its name does not. */
  N.coded = (Base, code, message) => {
    const error = new Base(message);
    error.code = code;
    define(error, 'stack', String(error.stack).replace(/^[^\n]*?(?=: )/, Base.name + ' [' + code + ']'));
    return error;
  };
  N.invalid = (name, kind, value) =>
    N.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'The ' + (name.includes('.') ? '"' + name + '" property' : '"' + name + '" argument') + ' must be ' + kind + '. Received ' + N.received(value));
  N.received = (value) => {
    if (value === null || value === undefined) return String(value);
    if (typeof value === 'function') return 'function ' + value.name;
    if (typeof value === 'object') return value.constructor && value.constructor.name ? 'an instance of ' + value.constructor.name : N.inspect(value, { depth: -1 });
    let text = N.inspect(value, { colors: false });
    if (text.length > 28) text = text.slice(0, 25) + '...';
    return 'type ' + typeof value + ' (' + text + ')';
  };
  /** Turns the host's failures into errors: errno names, the call and what it was about. */
  N.sys = (syscall, path, dest, result) => {
    if (!result || typeof result !== 'object' || result.errno === undefined) return result;
    throw N.systemError(result, syscall, path, dest);
  };
  const UV = {
    ENOENT: 'no such file or directory', EEXIST: 'file already exists', EACCES: 'permission denied', EPERM: 'operation not permitted',
    EISDIR: 'illegal operation on a directory', ENOTDIR: 'not a directory', ENOTEMPTY: 'directory not empty', EROFS: 'read-only file system',
    EADDRINUSE: 'address already in use', EBADF: 'bad file descriptor', EINVAL: 'invalid argument', ENOSPC: 'no space left on device',
    ECONNREFUSED: 'connection refused', EPIPE: 'broken pipe', EMFILE: 'too many open files', EXDEV: 'cross-device link not permitted',
    ELOOP: 'too many symbolic links encountered', ESRCH: 'no such process', EADDRNOTAVAIL: 'address not available',
  };
  N.systemError = (result, syscall, path, dest) => {
    let text = result.code + ': ' + (UV[result.code] || String(result.message).toLowerCase()) + ', ' + syscall;
    if (path !== undefined) text += " '" + path + "'";
    if (dest !== undefined) text += " -> '" + dest + "'";
    const error = new Error(text);
    error.errno = -result.errno;
    error.code = result.code;
    error.syscall = syscall;
    if (path !== undefined) error.path = path;
    if (dest !== undefined) error.dest = dest;
    return error;
  };
})();
`;
