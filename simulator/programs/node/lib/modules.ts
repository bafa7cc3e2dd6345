/** Part of Node's library, run inside the engine: require, import and how names become files. No backquotes in here. */
export const MODULES = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const path = N.path;
  const cache = Object.create(null);
  const esm = (N.esm = new Set());
  const NOT_SIMULATED = new Set(['cluster', 'worker_threads', 'dgram', 'http2', 'https', 'tls', 'inspector', 'repl', 'sqlite', 'vm', 'wasi', 'trace_events', 'zlib', 'v8', 'domain', 'punycode']);
  const stat = (file) => { const s = host.stat(file, true); return s.errno === undefined ? s.type : undefined; };
  const isFile = (file) => stat(file) === 'file';
  const real = (file) => { const r = host.realpath(file); return typeof r === 'string' ? r : file; };
  const packages = new Map();
  const packageAt = (dir) => {
    if (packages.has(dir)) return packages.get(dir);
    let found;
    const file = path.join(dir, 'package.json');
    if (isFile(file)) {
      try { found = JSON.parse(N.fs.readFileSync(file, 'utf8')); } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw N.coded(Error, 'ERR_INVALID_PACKAGE_CONFIG', 'Invalid package config ' + file + '.');
      }
      found = { json: found, dir };
    }
    packages.set(dir, found);
    return found;
  };
  const scope = (file) => {
    for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
      if (dir.endsWith('/node_modules')) return undefined;
      const found = packageAt(dir);
      if (found || dir === '/') return found;
    }
  };
  const isModule = (file) => {
    if (file.endsWith('.mjs')) return true;
    if (file.endsWith('.cjs') || !file.endsWith('.js')) return false;
    const found = scope(file);
    if (found && found.json.type) return found.json.type === 'module';
    return false;
  };
  /** Whether a file without a say of its own reads like an ES module. */
  const looksLikeModule = (source) => /^[ \t]*(?:import[ \t]*(?:[\w*{$'"]|\{)|export[ \t]+(?:default|const|let|var|function|class|async|\{|\*)|export[ \t]*\{)/m.test(source.replace(/\/\*[^]*?\*\//g, '')) && !/\b(?:module\.exports|exports\.\w+ *=)/.test(source);

  const asFile = (base) => {
    if (isFile(base)) return base;
    for (const ext of ['.js', '.json', '.node', '.cjs']) if (ext !== '.cjs' && isFile(base + ext)) return base + ext;
    return undefined;
  };
  const asDirectory = (base) => {
    if (stat(base) !== 'dir') return undefined;
    const found = packageAt(base);
    if (found && found.json.main) {
      const main = path.resolve(base, found.json.main);
      const file = asFile(main) || asFile(path.join(main, 'index'));
      if (file) return file;
    }
    return asFile(path.join(base, 'index'));
  };
  const target = (value, conditions, star) => {
    if (typeof value === 'string') return star === undefined ? value : value.split('*').join(star);
    if (Array.isArray(value)) { for (const v of value) { const t = target(v, conditions, star); if (t) return t; } return undefined; }
    if (value && typeof value === 'object') {
      for (const key of Object.keys(value)) if (key === 'default' || conditions.includes(key)) { const t = target(value[key], conditions, star); if (t !== undefined) return t; }
      return undefined;
    }
    return value === null ? null : undefined;
  };
  const mapped = (map, name, conditions) => {
    if (Object.prototype.hasOwnProperty.call(map, name) && !name.includes('*')) return target(map[name], conditions);
    for (const key of Object.keys(map)) {
      const at = key.indexOf('*');
      if (at < 0) continue;
      const head = key.slice(0, at); const tail = key.slice(at + 1);
      if (name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length) return target(map[key], conditions, name.slice(head.length, name.length - tail.length));
    }
    return undefined;
  };
  const exported = (found, sub, conditions) => {
    let map = found.json.exports;
    if (typeof map === 'string' || Array.isArray(map) || !Object.keys(map).some((k) => k.startsWith('.'))) map = { '.': map };
    const to = mapped(map, sub, conditions);
    if (!to) {
      const file = path.join(found.dir, 'package.json');
      throw N.coded(Error, 'ERR_PACKAGE_PATH_NOT_EXPORTED', sub === '.' ? 'No "exports" main defined in ' + file : "Package subpath '" + sub + "' is not defined by \"exports\" in " + file);
    }
    return path.join(found.dir, to);
  };
  const bare = (name, from, conditions) => {
    const parts = name.split('/');
    const pkg = name.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
    const sub = '.' + name.slice(pkg.length);
    const own = scope(path.join(from, 'x'));
    if (own && own.json.name === pkg && own.json.exports !== undefined) return exported(own, sub, conditions);
    const dirs = [];
    for (let dir = from; ; dir = path.dirname(dir)) {
      if (path.basename(dir) !== 'node_modules') dirs.push(path.join(dir, 'node_modules'));
      if (dir === '/') break;
    }
    for (const extra of (process.env.NODE_PATH || '').split(':').filter(Boolean)) dirs.push(extra);
    for (const dir of dirs) {
      const base = path.join(dir, pkg);
      if (stat(base) !== 'dir') { if (sub === '.' && asFile(base)) return asFile(base); continue; }
      const found = packageAt(base);
      if (found && found.json.exports !== undefined && found.json.exports !== null) return exported(found, sub, conditions);
      const whole = path.join(dir, name);
      const file = conditions.includes('import') && sub !== '.' ? (isFile(whole) ? whole : undefined) : asFile(whole) || asDirectory(whole);
      if (file) return file;
    }
    return undefined;
  };
  const builtin = (name) => {
    const plain = name.startsWith('node:') ? name.slice(5) : name;
    if (N.builtins.has(plain) && (plain !== 'test' || name.startsWith('node:'))) return plain;
    if (NOT_SIMULATED.has(plain)) throw N.coded(Error, 'ERR_UNKNOWN_BUILTIN_MODULE', "the module '" + plain + "' is not simulated on this machine");
    if (name.startsWith('node:')) throw N.coded(Error, 'ERR_UNKNOWN_BUILTIN_MODULE', 'No such built-in module: ' + name);
    return undefined;
  };
  const CJS = ['node', 'require', 'module-sync', 'node-addons'];
  const ESM = ['node', 'import', 'module-sync', 'node-addons'];
  const missing = (request, parent) => {
    const stack = [];
    for (let m = parent; m && m.id !== undefined; m = m.parent) if (m.filename) stack.push(m.filename);
    const error = new Error("Cannot find module '" + request + "'" + (stack.length ? '\nRequire stack:\n- ' + stack.join('\n- ') : ''));
    error.code = 'MODULE_NOT_FOUND';
    error.requireStack = stack;
    N.missingStack(error);
    return error;
  };
  const resolve = (request, parent) => {
    const from = parent && parent.filename ? path.dirname(parent.filename) : process.cwd();
    let file;
    if (/^(?:\.\.?(?:\/|$)|\/)/.test(request)) {
      const base = path.resolve(from, request);
      file = (request.endsWith('/') ? undefined : asFile(base)) || asDirectory(base);
    } else if (request.startsWith('#')) {
      const own = scope(path.join(from, 'x'));
      const to = own && own.json.imports && mapped(own.json.imports, request, CJS);
      if (to) return to.startsWith('.') ? path.join(own.dir, to) : resolve(to, parent);
    } else file = bare(request, from, CJS);
    if (file === undefined) throw missing(request, parent);
    return real(file);
  };

  function Module(id, parent) {
    this.id = id;
    this.path = path.dirname(id);
    this.exports = {};
    this.filename = null;
    this.loaded = false;
    this.children = [];
    this.paths = [];
    Object.defineProperty(this, 'parent', { value: parent, enumerable: false });
    if (parent && parent.children) parent.children.push(this);
  }
  Module.prototype.require = function (request) { return load(request, this); };
  const requireFor = (module) => {
    const require = function require(request) {
      if (typeof request !== 'string') throw N.invalid('id', 'of type string', request);
      if (request === '') throw N.coded(TypeError, 'ERR_INVALID_ARG_VALUE', "The argument 'id' must be a non-empty string. Received ''");
      return module.require(request);
    };
    require.resolve = (request) => (builtin(request) ? request : resolve(request, module));
    require.cache = cache;
    require.main = main;
    require.extensions = {};
    return require;
  };
  let main;
  const rethrow = (made) => {
    if (made && typeof made === 'object' && 'thrown' in made) throw made.thrown;
    return made;
  };
  const strip = (source) => (source.startsWith('\ufeff') ? source.slice(1) : source).replace(/^#!.*/, '');
  N.compile = (source, file, parameters, name = '__module__') => {
    N.sources.set(file, source);
    N.compiling = true;
    try {
      return rethrow(host.script('(function ' + name + '(' + parameters + ') {\n' + strip(source) + '\n})', file));
    } finally { N.compiling = false; }
  };
  const run = (module, file) => {
    module.filename = file;
    if (file.endsWith('.json')) {
      const text = N.fs.readFileSync(file, 'utf8');
      try { module.exports = JSON.parse(text); } catch (error) { error.message = file + ': ' + error.message; N.hidden(error, { stack: 'SyntaxError: ' + error.message + '\n    at parse (<anonymous>)' }); throw error; }
    } else if (file.endsWith('.node')) {
      throw N.coded(Error, 'ERR_DLOPEN_FAILED', 'native addons are not simulated on this machine: ' + file);
    } else {
      const source = N.fs.readFileSync(file, 'utf8');
      if (isModule(file)) {
        const error = N.coded(Error, 'ERR_REQUIRE_ESM', 'require() of ES Module ' + file + (module.parent && module.parent.filename ? ' from ' + module.parent.filename : '') + ' not supported.\nInstead change the require of ' + path.basename(file) + ' to a dynamic import() which is available in all CommonJS modules.');
        throw error;
      }
      const compiled = N.compile(source, file, 'exports, require, module, __filename, __dirname');
      compiled.call(module.exports, module.exports, requireFor(module), module, file, path.dirname(file));
    }
    module.loaded = true;
  };
  function load(request, parent) {
    const own = builtin(request);
    if (own) return N.builtin(own);
    const file = resolve(request, parent);
    const known = cache[file];
    if (known) { if (parent && parent.children && !parent.children.includes(known)) parent.children.push(known); return known.exports; }
    const module = new Module(file, parent);
    cache[file] = module;
    let done = false;
    try { run(module, file); done = true; } finally { if (!done) delete cache[file]; }
    return module.exports;
  }
  Object.assign(Module, { Module, _cache: cache, _load: load, _resolveFilename: resolve, builtinModules: [...N.builtins.keys()], isBuiltin: (name) => N.builtins.has(String(name).replace(/^node:/, '')) });
  Module.createRequire = (from) => { const file = typeof from === 'string' && !from.startsWith('file:') ? from : new URL(from).pathname; const m = new Module(file); m.filename = file; return requireFor(m); };
  N.define('module', (module) => { Module.builtinModules = [...N.builtins.keys()]; module.exports = Module; });

  // --- ES modules
  const EVAL = '[eval1]';
  N.resolveModule = (base, request) => {
    try { return resolveEsm(base, request); } catch (error) { N.esmError = error; throw error; }
  };
  const imported = (base) => (base === EVAL ? process.cwd() + '/[eval1]' : base);
  const resolveEsm = (base, request) => {
    if (request.startsWith('file://')) request = decodeURIComponent(new URL(request).pathname);
    const own = builtin(request);
    if (own) return 'node:' + own;
    const from = path.dirname(imported(base));
    let file;
    if (/^(?:\.\.?(?:\/|$)|\/)/.test(request)) {
      file = path.resolve(from, request);
      const kind = stat(file);
      if (kind === 'dir') throw notFound(N.coded(Error, 'ERR_UNSUPPORTED_DIR_IMPORT', "Directory import '" + file + "' is not supported resolving ES modules imported from " + imported(base)));
      if (kind !== 'file') throw notFound(N.coded(Error, 'ERR_MODULE_NOT_FOUND', "Cannot find module '" + file + "' imported from " + imported(base)), file);
    } else if (request.startsWith('#')) {
      const found = scope(path.join(from, 'x'));
      const to = found && found.json.imports && mapped(found.json.imports, request, ESM);
      if (to) return to.startsWith('.') ? path.join(found.dir, to) : resolveEsm(base, to);
    } else file = bare(request, from, ESM);
    if (file === undefined) throw notFound(N.coded(Error, 'ERR_MODULE_NOT_FOUND', "Cannot find package '" + request.split('/').slice(0, request.startsWith('@') ? 2 : 1).join('/') + "' imported from " + imported(base)));
    return real(file);
  };
  const notFound = (error, file) => {
    N.hidden(error, { stack: 'Error [' + error.code + ']: ' + error.message + '\n    at finalizeResolution (node:internal/modules/esm/resolve:275:11)\n    at moduleResolve (node:internal/modules/esm/resolve:865:10)\n    at defaultResolve (node:internal/modules/esm/resolve:991:11)\n    at #cachedDefaultResolve (node:internal/modules/esm/loader:719:20)\n    at #resolveAndMaybeBlockOnLoaderThread (node:internal/modules/esm/loader:736:38)\n    at ModuleLoader.resolveSync (node:internal/modules/esm/loader:765:52)\n    at #resolve (node:internal/modules/esm/loader:701:17)\n    at ModuleLoader.getModuleJobForImport (node:internal/modules/esm/loader:621:35)\n    at ModuleJob.syncLink (node:internal/modules/esm/module_job:160:33)' });
    if (file) error.url = 'file://' + file;
    return error;
  };
  const bridges = new Map();
  const bridge = (name, value) => {
    bridges.set(name, value);
    const key = JSON.stringify(name);
    let text = 'const m = globalThis[Symbol.for("drydock.import")](' + key + ');\nexport default m;\n';
    if (value !== null && (typeof value === 'object' || typeof value === 'function'))
      for (const k of new Set([...Object.keys(value), ...(typeof value === 'function' || name.startsWith('node:') ? Object.getOwnPropertyNames(value) : [])])) if (/^[A-Za-z_$][\w$]*$/.test(k) && !/^(?:default|m|break|case|catch|class|const|continue|debugger|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|let|static|await|async|arguments|eval|caller|length|name|prototype|implements|interface|package|private|protected|public)$/.test(k)) text += 'const x_' + k + ' = m[' + JSON.stringify(k) + ']; export { x_' + k + ' as ' + k + ' };\n';
    return text;
  };
  Object.defineProperty(globalThis, Symbol.for('drydock.import'), { value: (name) => bridges.get(name), enumerable: false });
  const meta = (file) => {
    const url = 'file://' + file;
    return 'import.meta.url=' + JSON.stringify(url) + ';import.meta.filename=' + JSON.stringify(file) + ';import.meta.dirname=' + JSON.stringify(path.dirname(file)) + ';import.meta.resolve=(s)=>' + "'file://'+globalThis[Symbol.for('drydock.resolve')](" + JSON.stringify(file) + ',s);\n';
  };
  Object.defineProperty(globalThis, Symbol.for('drydock.resolve'), { value: resolveEsm, enumerable: false });
  N.moduleSource = (name) => {
    try { return sourceOf(name); } catch (error) { N.esmError = error; throw error; }
  };
  const sourceOf = (name) => {
    if (name.startsWith('node:')) return bridge(name, N.builtin(name.slice(5)));
    if (name.endsWith('.json')) return bridge(name, JSON.parse(N.fs.readFileSync(name, 'utf8')));
    const source = N.fs.readFileSync(name, 'utf8');
    if (isModule(name) || (!name.endsWith('.cjs') && !(scope(name) && scope(name).json.type) && looksLikeModule(source))) {
      esm.add(name);
      N.sources.set(name, source);
      return meta(name) + strip(source);
    }
    return bridge(name, load(name, main));
  };
  /** An import of a name that is not there, told as V8 does: with the line that asks for it. */
  const linked = (error, file) => {
    const m = /^could not find export '(.*)' in module '(.*)'$/i.exec(error.message);
    if (!m) return error;
    for (const from of [file, ...esm]) {
      const lines = [].concat(N.sources.get(from) || []).join('\n').split('\n');
      for (let i = 0; i < lines.length; i++) {
        const asked = /\bfrom\s*(['"])(.*?)\1/.exec(lines[i]);
        const at = lines[i].search(new RegExp('\\b' + m[1].replace(/\$/g, '\\$') + '\\b'));
        if (!asked || at < 0 || resolveEsm(from, asked[2]) !== m[2]) continue;
        const made = new SyntaxError("The requested module '" + asked[2] + "' does not provide an export named '" + m[1] + "'");
        N.hidden(made, { head: 'file://' + from + ':' + (i + 1) + '\n' + lines[i] + '\n' + ' '.repeat(at) + '^'.repeat(m[1].length) + '\n', stack: 'SyntaxError: ' + made.message + '\n    at ModuleJob._instantiate (node:internal/modules/esm/module_job:180:21)\n    at async ModuleJob.run (node:internal/modules/esm/module_job:263:5)\n    at async onImport.tracePromise.__proto__ (node:internal/modules/esm/loader:547:26)\n    at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:116:5)' });
        return made;
      }
    }
    return error;
  };
  const runModule = (code, file) => {
    N.esmError = undefined;
    N.compiling = true;
    let made;
    try { made = host.module(code, file); } finally { N.compiling = false; }
    if (made && typeof made === 'object' && 'thrown' in made) throw N.esmError || linked(made.thrown, file);
    if (made && typeof made.then === 'function') { N.hold(); made.then(() => N.release(), (error) => { N.release(); N.fatal(error); }); }
  };

  // --- what is run first
  const entry = (work, phase) => {
    N.phase = phase;
    try { work(); } catch (error) { N.fatal(error); }
  };
  N.runFile = (name, argsText) => {
    process.argv = [process.execPath, path.resolve(name), ...JSON.parse(argsText)];
    entry(() => {
      const base = path.resolve(name);
      let file = asFile(base) || asDirectory(base);
      if (file === undefined) throw missing(base, undefined);
      file = real(file);
      process.argv[1] = file;
      const source = file.endsWith('.json') ? '' : N.fs.readFileSync(file, 'utf8');
      const found = scope(file);
      if (isModule(file) || (file.endsWith('.js') && !(found && found.json.type) && looksLikeModule(source))) {
        N.phase = 'esm';
        esm.add(file);
        N.sources.set(file, source);
        runModule(meta(file) + strip(source), file);
        return;
      }
      main = new Module('.', undefined);
      main.filename = file;
      main.path = path.dirname(file);
      process.mainModule = main;
      cache[file] = main;
      run(main, file);
    }, 'main');
  };
  N.runText = (source, name, print, kind, argsText) => {
    process.argv = [process.execPath, ...(name === '[stdin]' ? ['-'] : []), ...JSON.parse(argsText)];
    entry(() => {
      if (kind === 'module' || (kind === '' && looksLikeModule(source))) {
        N.phase = 'esm';
        esm.add(EVAL);
        N.sources.set(EVAL, source);
        runModule('\n' + source, EVAL);
        return;
      }
      const module = new Module(process.cwd() + '/' + name, undefined);
      module.filename = process.cwd() + '/' + name;
      N.hidden(globalThis, { require: requireFor(module), module, exports: module.exports, __filename: name, __dirname: '.' });
      for (const b of N.builtins.keys()) if (!b.includes('/') && !(b in globalThis)) Object.defineProperty(globalThis, b, { get: () => N.builtin(b), configurable: true });
      N.sources.set(name, source);
      N.compiling = true;
      let value;
      try { value = host.script('\n' + source, name); } finally { N.compiling = false; }
      rethrow(value);
      if (print) console.log(value);
    }, 'eval');
  };
  N.preload = (list, name, ...args) => {
    const parent = new Module(process.cwd() + '/internal/preload', undefined);
    parent.filename = parent.id;
    entry(() => { for (const request of JSON.parse(list)) load(request, parent); }, 'main');
    N[name](...args);
  };
  N.checkFile = (name) => entry(() => {
    const file = resolve(path.resolve(name), undefined);
    N.compile(N.fs.readFileSync(file, 'utf8'), file, 'exports, require, module, __filename, __dirname');
  }, 'main');
  const prompts = { text: '' };
  N.repl = () => {
    N.hidden(globalThis, { require: requireFor(new Module(process.cwd() + '/<repl>', undefined)) });
    process.argv = [process.execPath];
    N.writeOut(1, 'Welcome to Node.js v' + N.about.version + '.\nType ".help" for more information.\n');
    const rl = N.builtin('readline').createInterface({ input: process.stdin });
    const prompt = (text) => N.writeOut(1, text);
    rl.on('close', () => { N.writeOut(1, '\n'); process.exit(0); });
    rl.on('line', (line) => {
      if (prompts.text === '' && /^\s*\.(exit|help)\s*$/.test(line)) {
        if (/exit/.test(line)) process.exit(0);
        N.writeOut(1, '.exit    Exit the REPL\n.help    Print this help message\n\nPress Ctrl+C to abort current expression, Ctrl+D to exit the REPL\n');
        return prompt('> ');
      }
      prompts.text += line + '\n';
      const code = prompts.text.trim();
      if (code === '') { prompts.text = ''; return prompt('> '); }
      const file = 'REPL';
      N.sources.set(file, code);
      let made = /^\{[^]*\}$/.test(code) ? host.script('\n(' + code + ')', file) : { thrown: new SyntaxError('') };
      if (made && made.thrown instanceof SyntaxError) made = host.script('\n' + code.replace(/^(?:const|let) /gm, 'var '), file);
      if (made && typeof made === 'object' && made.thrown instanceof SyntaxError && /end of input/.test(made.thrown.message)) return prompt('... ');
      prompts.text = '';
      if (made && typeof made === 'object' && 'thrown' in made) N.writeOut(1, 'Uncaught ' + (made.thrown instanceof Error ? (made.thrown instanceof SyntaxError || /^\w*Error/.test(made.thrown.name) ? made.thrown.name + ': ' + made.thrown.message : N.inspect(made.thrown)) : N.inspect(made.thrown)) + '\n');
      else { globalThis._ = made; N.writeOut(1, N.inspect(made, { colors: true }) + '\n'); }
      return prompt('> ');
    });
    prompt('> ');
  };
})();
`;
