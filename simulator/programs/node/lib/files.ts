/** Part of Node's library, run inside the engine: fs, os, crypto and child processes. No backquotes in here. */
export const FILES = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const host = N.host;
  const S = { S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFLNK: 40960, S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFSOCK: 49152 };
  const TYPES = { file: S.S_IFREG, dir: S.S_IFDIR, symlink: S.S_IFLNK, char: S.S_IFCHR, block: S.S_IFBLK, fifo: S.S_IFIFO, socket: S.S_IFSOCK };
  const p = (path, name = 'path') => {
    if (path instanceof URL) return decodeURIComponent(path.pathname);
    if (path instanceof Uint8Array) return N.fromBytes(path);
    if (typeof path !== 'string') throw N.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "' + name + '" argument must be of type string or an instance of Buffer or URL. Received ' + N.received(path));
    return path;
  };
  /** The host answers null where it has to wait: it ends this code and runs the program again up to here, with the answer. */
  const block = (answer) => {
    if (answer === null) for (;;);
    return answer;
  };
  class Stats {
    constructor(s) {
      Object.assign(this, { dev: s.dev, mode: s.mode | TYPES[s.type], nlink: s.nlink, uid: s.uid, gid: s.gid, rdev: 0, blksize: 4096, ino: s.ino, size: s.size, blocks: s.blocks, atimeMs: s.atime, mtimeMs: s.mtime, ctimeMs: s.ctime, birthtimeMs: s.ctime });
      this.atime = new Date(s.atime); this.mtime = new Date(s.mtime); this.ctime = new Date(s.ctime); this.birthtime = new Date(s.ctime);
    }
  }
  class Dirent {
    constructor(name, type, parent) { this.name = name; this.parentPath = parent; Object.defineProperty(this, 'type', { value: type, enumerable: false }); }
  }
  for (const [name, type] of [['isFile', 'file'], ['isDirectory', 'dir'], ['isSymbolicLink', 'symlink'], ['isFIFO', 'fifo'], ['isSocket', 'socket'], ['isCharacterDevice', 'char'], ['isBlockDevice', 'block']]) {
    N.hidden(Stats.prototype, { [name]() { return (this.mode & S.S_IFMT) === TYPES[type]; } });
    N.hidden(Dirent.prototype, { [name]() { return this.type === type; } });
  }
  const encoding = (options) => (typeof options === 'string' ? options : options && options.encoding);
  const flag = (options, fallback) => (options && typeof options === 'object' && options.flag) || fallback;
  const modeOf = (mode, fallback) => (mode === undefined ? fallback : typeof mode === 'string' ? parseInt(mode, 8) : mode);
  const bytesOf = (data) => {
    if (typeof data === 'string') return data;
    if (data instanceof Uint8Array || ArrayBuffer.isView(data)) return data;
    throw N.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ' + N.received(data));
  };
  const open = (path, how = 'r', mode) => N.sys('open', path, undefined, host.open(path, typeof how === 'number' ? how === 0 ? 'r' : 'r+' : how, modeOf(mode, 0o666)));
  const out = (bytes, options) => { const e = encoding(options); return e && e !== 'buffer' ? N.fromBytes(bytes, e) : N.bufferOf(bytes); };
  const sync = {
    readFile(path, options) {
      if (typeof path === 'number') return out(N.sys('read', undefined, undefined, block(host.readFd(path, Number.MAX_SAFE_INTEGER, -1))), options);
      path = p(path);
      const got = block(host.readFile(path));
      if (got.errno === undefined) return out(got, options);
      const directory = got.code === 'EISDIR';
      const error = N.systemError(got, directory ? 'read' : 'open', directory ? undefined : path);
      if (!directory) N.hidden(error, { stack: String(error.stack).replace('\n', '\n    at Object.openSync (node:fs:562:18)\n    at Object.readFileSync (node:fs:446:35)\n') });
      throw error;
    },
    writeFile(path, data, options) {
      if (typeof path === 'number') { N.sys('write', undefined, undefined, host.writeFd(path, N.toBytes(bytesOf(data), encoding(options)), -1)); return; }
      path = p(path);
      N.sys('open', path, undefined, host.writeFile(path, N.toBytes(bytesOf(data), encoding(options)), flag(options, 'w'), modeOf(options && options.mode, 0o666)));
    },
    appendFile(path, data, options) { sync.writeFile(path, data, { encoding: encoding(options), flag: 'a' }); },
    exists(path) { try { return host.stat(p(path), true).errno === undefined; } catch { return false; } },
    access(path, mode = 0) { path = p(path); N.sys('access', path, undefined, host.access(path, mode)); },
    stat(path, options) { path = p(path); const r = host.stat(path, true); if (r.errno !== undefined && options && options.throwIfNoEntry === false) return undefined; return new Stats(N.sys('stat', path, undefined, r)); },
    lstat(path, options) { path = p(path); const r = host.stat(path, false); if (r.errno !== undefined && options && options.throwIfNoEntry === false) return undefined; return new Stats(N.sys('lstat', path, undefined, r)); },
    fstat(fd) { return new Stats(N.sys('fstat', undefined, undefined, host.fstat(fd))); },
    readdir(path, options) {
      path = p(path);
      const list = (dir) => N.sys('scandir', dir, undefined, host.readdir(dir)).map(([name, type]) => ({ name, type })).sort((a, b) => (a.name < b.name ? -1 : 1));
      const typed = options && options.withFileTypes;
      if (options && options.recursive) {
        const all = [];
        const walk = (dir, prefix) => { for (const e of list(dir)) { all.push(typed ? new Dirent(e.name, e.type, dir) : prefix + e.name); if (e.type === 'dir') walk(dir + '/' + e.name, prefix + e.name + '/'); } };
        walk(path, '');
        return all;
      }
      return list(path).map((e) => (typed ? new Dirent(e.name, e.type, path) : e.name));
    },
    mkdir(path, options) {
      path = p(path);
      const mode = modeOf(options && typeof options === 'object' ? options.mode : options, 0o777);
      if (!(options && options.recursive)) { N.sys('mkdir', path, undefined, host.mkdir(path, mode)); return undefined; }
      let first;
      let at = '';
      for (const part of N.path.resolve(path).split('/').filter(Boolean)) {
        at += '/' + part;
        const there = host.stat(at, true);
        if (there.errno === undefined) { if (there.type !== 'dir') throw N.systemError({ errno: 17, code: 'EEXIST' }, 'mkdir', path); continue; }
        N.sys('mkdir', path, undefined, host.mkdir(at, mode));
        if (first === undefined) first = at;
      }
      return first;
    },
    mkdtemp(prefix) { const path = prefix + host.letters(6); N.sys('mkdtemp', prefix + 'XXXXXX', undefined, host.mkdir(path, 0o700)); return path; },
    rmdir(path) { path = p(path); N.sys('rmdir', path, undefined, host.rmdir(path)); },
    unlink(path) { path = p(path); N.sys('unlink', path, undefined, host.unlink(path)); },
    rm(path, options = {}) {
      path = p(path);
      const s = host.stat(path, false);
      if (s.errno !== undefined) { if (options.force && s.code === 'ENOENT') return; N.sys('lstat', path, undefined, s); }
      if (s.type !== 'dir') { sync.unlink(path); return; }
      if (!options.recursive) { const e = N.coded(Error, 'ERR_FS_EISDIR', 'Path is a directory: rm returned EISDIR (is a directory) ' + path); throw e; }
      for (const name of sync.readdir(path)) sync.rm(path + '/' + name, options);
      sync.rmdir(path);
    },
    rename(from, to) { from = p(from); to = p(to); N.sys('rename', from, to, host.rename(from, to)); },
    copyFile(from, to, mode = 0) {
      from = p(from); to = p(to);
      if (mode & 1 && sync.exists(to)) throw N.systemError({ errno: 17, code: 'EEXIST' }, 'copyfile', from, to);
      const data = N.sys('copyfile', from, to, host.readFile(from));
      N.sys('copyfile', from, to, host.writeFile(to, data, 'w', host.stat(from, true).mode));
    },
    cp(from, to, options = {}) {
      from = p(from); to = p(to);
      const s = sync.stat(from);
      if (!s.isDirectory()) { sync.mkdir(N.path.dirname(to), { recursive: true }); sync.copyFile(from, to); return; }
      if (!options.recursive) throw N.coded(Error, 'ERR_FS_EISDIR', 'Recursive option not enabled, cannot copy a directory: cp returned EISDIR (' + from + ' is a directory (not copied)) ' + from);
      sync.mkdir(to, { recursive: true });
      for (const name of sync.readdir(from)) sync.cp(from + '/' + name, to + '/' + name, options);
    },
    link(from, to) { N.sys('link', p(from), p(to), host.link(p(from), p(to))); },
    symlink(target, path) { N.sys('symlink', p(target), p(path), host.symlink(p(target), p(path))); },
    readlink(path) { return N.sys('readlink', p(path), undefined, host.readlink(p(path))); },
    realpath(path) { return N.sys('realpath', p(path), undefined, host.realpath(p(path))); },
    chmod(path, mode) { N.sys('chmod', p(path), undefined, host.chmod(p(path), modeOf(mode))); },
    chown(path, uid, gid) { N.sys('chown', p(path), undefined, host.chown(p(path), uid, gid)); },
    utimes(path, atime, mtime) { const ms = (t) => (t instanceof Date ? t.getTime() : Number(t) * 1000); N.sys('utime', p(path), undefined, host.utimes(p(path), ms(atime), ms(mtime))); },
    truncate(path, size = 0) { N.sys('open', p(path), undefined, host.truncate(p(path), size)); },
    open: (path, how, mode) => open(p(path), how, mode),
    close(fd) { N.sys('close', undefined, undefined, host.close(fd)); },
    read(fd, buffer, offset = 0, length, position = null) {
      if (offset !== null && typeof offset === 'object') ({ offset = 0, length, position = null } = offset);
      const bytes = N.sys('read', undefined, undefined, block(host.readFd(fd, length === undefined ? buffer.length - offset : length, position === null ? -1 : Number(position))));
      buffer.set(bytes, offset);
      return bytes.length;
    },
    write(fd, data, offset, length, position) {
      const bytes = typeof data === 'string' ? N.toBytes(data, typeof length === 'string' ? length : undefined) : data.subarray(offset || 0, length === undefined ? undefined : (offset || 0) + length);
      const at = typeof data === 'string' ? offset : position;
      N.sys('write', undefined, undefined, host.writeFd(fd, N.toBytes(bytes), typeof at === 'number' ? at : -1));
      return bytes.length;
    },
    fsync() {}, fdatasync() {}, fchmod() {}, futimes() {},
    statfs(path) { const s = N.sys('statfs', p(path), undefined, host.statfs(p(path))); return { type: 61267, bsize: 4096, blocks: Math.floor(s.size / 4096), bfree: Math.floor(s.available / 4096), bavail: Math.floor(s.available / 4096), files: 0, ffree: 0 }; },
  };
  const fs = { constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, ...S }, Stats, Dirent };
  Object.assign(fs, { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 });
  const promises = { constants: fs.constants };
  /** Errors of calls that were waited for have no frames of the caller's. */
  const bare = (error, name) => {
    if (error && error.syscall) { N.hidden(error, { stack: 'Error: ' + error.message + (name ? '\n    at async Object.' + name + ' (node:internal/fs/promises:1242:14)' : '') }); N.where.delete(error); }
    return error;
  };
  for (const name of Object.keys(sync)) {
    fs[name + 'Sync'] = sync[name];
    fs[name] = (...args) => {
      const callback = args.pop();
      if (typeof callback !== 'function') throw N.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "cb" argument must be of type function. Received ' + N.received(callback));
      N.start('turn', [], () => {
        let value;
        try { value = sync[name](...args); } catch (error) { callback(bare(error)); return; }
        if (name === 'exists') callback(value); else if (value === undefined) callback(null); else if (name === 'read' || name === 'write') callback(null, value, args[1]); else callback(null, value);
      });
    };
    promises[name] = async (...args) => { await N.call('turn', []); try { return sync[name](...args); } catch (error) { throw bare(error, name); } };
  }
  fs.realpathSync.native = sync.realpath;
  delete promises.exists;
  promises.open = async (path, how, mode) => {
    await N.call('turn', []);
    const fd = sync.open(path, how, mode);
    return {
      fd, close: async () => sync.close(fd), readFile: async (o) => sync.readFile(fd, o), writeFile: async (d, o) => sync.writeFile(fd, d, o), appendFile: async (d, o) => sync.writeFile(fd, d, o),
      read: async (b, ...rest) => ({ bytesRead: sync.read(fd, b, ...rest), buffer: b }), write: async (d, ...rest) => ({ bytesWritten: sync.write(fd, d, ...rest), buffer: d }), stat: async () => sync.fstat(fd), sync: async () => {},
    };
  };
  fs.promises = promises;
  fs.createReadStream = (path, options = {}) => {
    const e = encoding(options);
    let fd;
    let at = options.start || 0;
    const stream = new N.stream.Readable({
      highWaterMark: 65536,
      read() {
        N.start('turn', [], () => {
          try {
            if (fd === undefined) { fd = typeof options.fd === 'number' ? options.fd : open(p(path)); stream.emit('open', fd); }
            const most = Math.min(65536, options.end === undefined ? 65536 : options.end - at + 1);
            const bytes = most > 0 ? N.sys('read', undefined, undefined, host.readFd(fd, most, options.fd === undefined ? at : -1)) : new Uint8Array(0);
            at += bytes.length;
            stream.bytesRead = at;
            stream.push(bytes.length ? N.bufferOf(bytes) : null);
          } catch (error) { stream.destroy(error); }
        });
      },
      destroy(error, done) { if (fd !== undefined && options.fd === undefined) host.close(fd); done(error); },
    });
    stream.path = path;
    if (e) stream.setEncoding(e);
    return stream;
  };
  fs.createWriteStream = (path, options = {}) => {
    const how = typeof options === 'object' && options.flags ? options.flags : 'w';
    let fd;
    const stream = new N.stream.Writable({
      write(chunk, enc, done) { try { begin(); N.sys('write', undefined, undefined, host.writeFd(fd, N.toBytes(chunk), -1)); stream.bytesWritten += chunk.length; done(); } catch (error) { done(error); } },
      final(done) { try { begin(); done(); } catch (error) { done(error); } },
      destroy(error, done) { if (fd !== undefined) host.close(fd); done(error); },
    });
    const begin = () => { if (fd === undefined) { fd = open(p(path), how); stream.emit('open', fd); } };
    stream.path = path;
    stream.bytesWritten = 0;
    process.nextTick(() => { if (stream.destroyed) return; try { begin(); } catch (error) { stream.destroy(error); } });
    return stream;
  };
  fs.watch = fs.watchFile = () => { throw N.coded(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'watching files is not simulated on this machine'); };
  N.fs = fs;
  N.define('fs', (module) => { module.exports = fs; });
  N.define('fs/promises', (module) => { module.exports = promises; });

  N.define('os', (module) => {
    const about = N.about;
    module.exports = {
      EOL: '\n', hostname: () => host.hostname(), platform: () => 'linux', type: () => 'Linux', release: () => about.release, version: () => about.kernel, arch: () => 'x64', machine: () => 'x86_64', endianness: () => 'LE',
      tmpdir: () => process.env.TMPDIR || '/tmp', homedir: () => process.env.HOME || about.home, uptime: () => JSON.parse(host.load()).uptime, loadavg: () => [0, 0, 0],
      totalmem: () => JSON.parse(host.load()).total, freemem: () => JSON.parse(host.load()).free, availableParallelism: () => about.cpus,
      cpus: () => Array.from({ length: about.cpus }, () => ({ model: about.cpu, speed: 2600, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } })),
      userInfo: () => ({ uid: about.uid, gid: about.gid, username: about.user, homedir: about.home, shell: about.shell }),
      networkInterfaces: () => JSON.parse(host.interfaces()), devNull: '/dev/null',
      constants: { signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGUSR1: 10, SIGUSR2: 12, SIGPIPE: 13, SIGTERM: 15, SIGCHLD: 17 }, errno: {} },
    };
  });

  N.define('crypto', (module) => {
    const bytes = (n) => { const b = Buffer.alloc(n); host.random(b.length).forEach((v, i) => { b[i] = v; }); return b; };
    const uuid = () => { const b = bytes(16); b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128; const h = b.toString('hex'); return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join('-'); };
    const known = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
    const named = (algorithm) => { const a = String(algorithm).toLowerCase().replace('-', ''); if (!known.includes(a)) throw new Error('Digest method not supported'); return a; };
    const digest = (algorithm, data) => N.bufferOf(host.hash(algorithm, data));
    class Hash {
      constructor(algorithm) { this.algorithm = named(algorithm); this.parts = []; N.hidden(this, { algorithm: this.algorithm, parts: this.parts }); }
      update(data, enc) { this.parts.push(N.toBytes(data, enc)); return this; }
      digest(enc) { if (this.done) throw N.coded(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called'); N.hidden(this, { done: true }); const d = this.finish(Buffer.concat(this.parts)); return enc ? d.toString(enc) : d; }
      finish(all) { return digest(this.algorithm, N.toBytes(all)); }
    }
    class Hmac extends Hash {
      constructor(algorithm, key) { super(algorithm); N.hidden(this, { key: N.toBytes(key) }); }
      finish(all) {
        const block = /512|384/.test(this.algorithm) ? 128 : 64;
        const key = Buffer.alloc(block);
        key.set(this.key.length > block ? digest(this.algorithm, this.key) : this.key);
        const inner = digest(this.algorithm, N.toBytes(Buffer.concat([key.map((b) => b ^ 0x36), all])));
        return digest(this.algorithm, N.toBytes(Buffer.concat([key.map((b) => b ^ 0x5c), inner])));
      }
    }
    const crypto = {
      randomUUID: uuid, randomBytes: (n, callback) => { const b = bytes(n); if (callback) { setImmediate(() => callback(null, b)); return undefined; } return b; },
      randomInt: (min, max) => { if (max === undefined) { max = min; min = 0; } return min + host.below(max - min); },
      randomFillSync: (b) => { host.random(b.length).forEach((v, i) => { b[i] = v; }); return b; }, getRandomValues: (b) => crypto.randomFillSync(b),
      createHash: (a) => new Hash(a), createHmac: (a, k) => new Hmac(a, k), hash: (a, data, enc = 'hex') => new Hash(a).update(data).digest(enc), getHashes: () => known.slice(),
      timingSafeEqual: (a, b) => { if (a.length !== b.length) throw N.coded(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length'); return Buffer.compare(a, b) === 0; },
    };
    crypto.webcrypto = { randomUUID: uuid, getRandomValues: crypto.getRandomValues, subtle: { digest: async (a, data) => N.toBytes(digest(named(a.name || a), N.toBytes(data))).buffer } };
    module.exports = crypto;
  });
  Object.defineProperty(globalThis, 'crypto', { get: () => N.builtin('crypto').webcrypto, configurable: true });

  N.define('child_process', (module) => {
    const { EventEmitter, stream } = N;
    const reader = (fd) => new stream.Readable({
      read() { N.start('read', [fd, 65536], (error, bytes) => { if (error) this.destroy(error); else this.push(bytes.length ? N.bufferOf(bytes) : null); }); },
      destroy(error, done) { host.close(fd); done(error); },
    });
    const writer = (fd) => new stream.Writable({
      write(chunk, enc, done) { N.start('write', [fd, N.toBytes(chunk)], (error) => done(error), 'write'); },
      final(done) { host.close(fd); done(); },
    });
    const spawn = (file, args, options) => {
      if (!Array.isArray(args)) { options = args; args = []; }
      options = options || {};
      if (options.shell) { args = ['-c', [file, ...args].join(' ')]; file = typeof options.shell === 'string' ? options.shell : '/bin/sh'; }
      const child = new EventEmitter();
      const stdio = Array.isArray(options.stdio) ? options.stdio : Array(3).fill(options.stdio || 'pipe');
      const made = host.spawn(JSON.stringify({ file, args: args.map(String), cwd: options.cwd && String(options.cwd), env: options.env, stdio: [0, 1, 2].map((i) => (stdio[i] === undefined || stdio[i] === null ? 'pipe' : stdio[i])), detached: !!options.detached }));
      child.spawnfile = file; child.spawnargs = [file, ...args]; child.exitCode = null; child.signalCode = null; child.killed = false; child.stdin = child.stdout = child.stderr = null;
      if (made.errno !== undefined) {
        process.nextTick(() => { const e = N.systemError(made, 'spawn ' + file); e.message = 'spawn ' + file + ' ' + made.code; e.path = file; e.spawnargs = args; N.hidden(e, { stack: String(e.stack).replace(/^.*\n?/, 'Error: ' + e.message + '\n') }); child.emit('error', e); });
        for (const i of [1, 2]) if (stdio[i] === 'pipe' || stdio[i] === undefined) child[['stdin', 'stdout', 'stderr'][i]] = stream.Readable.from([]);
        child.kill = () => false;
        return child;
      }
      child.pid = made.pid;
      if (made.fds[0] >= 0) child.stdin = writer(made.fds[0]);
      let open = 1;
      let status;
      const done = () => { if (--open === 0) child.emit('close', ...status); };
      for (const i of [1, 2]) if (made.fds[i] >= 0) {
        const s = reader(made.fds[i]);
        open++;
        s.on('close', done);
        child[i === 1 ? 'stdout' : 'stderr'] = s;
        process.nextTick(() => { if (s._r.flowing === null && !s.listenerCount('readable')) s.resume(); });
      }
      const handle = N.start('wait', [made.pid], (error, value) => {
        status = value ? [value.code === undefined ? null : value.code, value.signal === undefined ? null : value.signal] : [1, null];
        [child.exitCode, child.signalCode] = status;
        child.emit('exit', ...status);
        done();
      });
      child.kill = (signal = 'SIGTERM') => { child.killed = true; return host.kill(made.pid, String(signal)) === undefined; };
      child.ref = () => handle.ref();
      child.unref = () => handle.unref();
      process.nextTick(() => child.emit('spawn'));
      return child;
    };
    const collect = (file, args, options, callback, shown) => {
      const child = spawn(file, args, options);
      const parts = [[], []];
      child.stdout.on('data', (c) => parts[0].push(c));
      child.stderr.on('data', (c) => parts[1].push(c));
      let failed;
      const end = (code, signal) => {
        const [out, err] = parts.map((l) => { const all = Buffer.concat(l); return options.encoding === 'buffer' ? all : all.toString(options.encoding || 'utf8'); });
        if (failed || code !== 0) {
          const error = failed || new Error('Command failed: ' + shown + '\n' + err);
          Object.assign(error, { code: failed ? failed.code : code, killed: child.killed, signal, cmd: shown, stdout: out, stderr: err });
          callback(error, out, err);
        } else callback(null, out, err);
      };
      child.on('error', (e) => { failed = e; end(null, null); });
      child.on('close', (code, signal) => { if (!failed) end(code, signal); });
      if (options.timeout) setTimeout(() => child.kill(options.killSignal), options.timeout).unref();
      return child;
    };
    const exec = (command, options, callback) => { if (typeof options === 'function') { callback = options; options = {}; } return collect(command, [], { ...options, shell: true, stdio: 'pipe' }, callback || (() => {}), command); };
    const execFile = (file, args, options, callback) => {
      if (typeof args === 'function') { callback = args; args = []; options = {}; }
      if (!Array.isArray(args)) { callback = options; options = args; args = []; }
      if (typeof options === 'function') { callback = options; options = {}; }
      return collect(file, args || [], { ...options, stdio: 'pipe' }, callback || (() => {}), [file, ...(args || [])].join(' '));
    };
    const promised = (work) => (...args) => new Promise((resolve, reject) => work(...args, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr }))));
    exec[Symbol.for('nodejs.util.promisify.custom')] = promised(exec);
    execFile[Symbol.for('nodejs.util.promisify.custom')] = promised(execFile);
    const spawnSync = (file, args, options) => {
      if (!Array.isArray(args)) { options = args; args = []; }
      options = options || {};
      if (options.shell) { args = ['-c', [file, ...args].join(' ')]; file = '/bin/sh'; }
      const r = block(host.spawnSync(JSON.stringify({ file, args, cwd: options.cwd, env: options.env, inherit: options.stdio === 'inherit' || (Array.isArray(options.stdio) && options.stdio[1] === 'inherit') }), N.toBytes(options.input === undefined ? '' : options.input)));
      const text = (b) => (options.encoding && options.encoding !== 'buffer' ? N.fromBytes(b, options.encoding) : N.bufferOf(b));
      if (r.errno !== undefined) { const error = N.systemError(r, 'spawnSync ' + file); error.path = file; return { error, status: null, signal: null, pid: 0, output: null, stdout: null, stderr: null }; }
      const stdout = text(r.stdout); const stderr = text(r.stderr);
      return { pid: r.pid, status: r.code === undefined ? null : r.code, signal: r.signal === undefined ? null : r.signal, output: [null, stdout, stderr], stdout, stderr };
    };
    const checked = (r, shown, options) => {
      if (r.error) throw r.error;
      if (r.stderr.length && !(options && options.stdio)) N.writeOut(2, r.stderr);
      if (r.status !== 0) throw Object.assign(new Error('Command failed: ' + shown + (r.stderr.length ? '\n' + r.stderr.toString() : '')), r);
      return r.stdout;
    };
    const execSync = (command, options = {}) => checked(spawnSync(command, [], { ...options, shell: true }), command, options);
    const execFileSync = (file, args = [], options = {}) => checked(spawnSync(file, args, options), [file, ...args].join(' '), options);
    const fork = (file, args = [], options = {}) => spawn(process.execPath, [file, ...args], { stdio: 'inherit', ...options });
    module.exports = { spawn, exec, execFile, spawnSync, execSync, execFileSync, fork };
  });
})();
`;
