/** tar: create, list and extract, with gzip. */
import { Gunzip, Gzip } from 'fflate';
import type { Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { strftime } from '../dates.ts';
import { dirName, join, modeString } from '../format.ts';
import { Names } from '../identity.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { parseOptions, usageError, type OptionRules, type Options } from '../options.ts';
import { globRegex } from '../regex.ts';
import { concat, plain } from '../text.ts';
import { peek } from '../files/walk.ts';
import { headers, NotTar, readEntry, type TarEntry } from './format.ts';

const LONG: Record<string, string> = {
  create: 'c',
  extract: 'x',
  get: 'x',
  list: 't',
  append: 'r',
  update: 'u',
  file: ':f',
  directory: ':C',
  verbose: 'v',
  gzip: 'z',
  gunzip: 'z',
  bzip2: 'j',
  xz: 'J',
  'auto-compress': 'a',
  exclude: ':exclude',
  'exclude-from': ':X',
  'files-from': ':T',
  'strip-components': ':strip',
  'keep-old-files': 'k',
  overwrite: 'overwrite',
  'to-stdout': 'O',
  'preserve-permissions': 'p',
  'same-permissions': 'p',
  'same-owner': 'same-owner',
  'no-same-owner': 'o',
  'numeric-owner': 'numeric-owner',
  owner: ':owner',
  group: ':group',
  dereference: 'h',
  'absolute-names': 'P',
  'one-file-system': 'one',
  sort: ':sort',
  mtime: ':mtime',
  wildcards: 'wildcards',
  'no-recursion': 'no-recursion',
  touch: 'm',
};

/** tar(1). */
export const tar: Tool = async (io) => {
  // Old style: the first word holds letters whose values follow in order.
  const first = io.args[0];
  if (first !== undefined && /^[A-Za-z]/.test(first)) {
    const rest = io.args.slice(1);
    const words: string[] = [];
    for (const letter of first) {
      words.push(`-${letter}`);
      if ('fCTX'.includes(letter)) words.push(rest.shift() ?? '');
    }
    io.args = [...words, ...rest];
  }
  const rules: OptionRules = {
    short: io.busybox ? 'cxtf:C:zjJahOvpokmT:X:P' : 'cxtruf:C:zjJaZhOvwpokmT:X:PSUWl',
    long: LONG,
    exit: io.busybox ? 1 : 2,
    usage: 'c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
  };
  // -C may come between operands; its place matters.
  const placed: { dir: string; path: string }[] = [];
  const options = await parseOptions(io, { ...rules, stopEarly: false });
  const dirs = options.all('C');
  const mode = options.last('c', 'x', 't', 'r', 'u');
  if (mode === undefined) {
    if (io.busybox) return usageError(io, rules);
    await io.fail("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
    await io.error("Try 'tar --help' or 'tar --usage' for more information.\n");
    return 2;
  }
  let dir = '.';
  const words = [...io.args];
  let at = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '-C' || word === '--directory') {
      dir = (words[++i] ?? '').startsWith('/') ? words[i]! : join(dir, words[i] ?? '');
    } else if (/^-C./.test(word)) dir = word.slice(2);
    else if (word === options.operands[at] && words[i - 1] !== '-f') {
      placed.push({ dir, path: word });
      at++;
    }
  }
  const listed = options.get('T');
  if (listed !== undefined) {
    for (const line of plain(await io.allText(io.open(listed))).split('\n'))
      if (line !== '') placed.push({ dir, path: line });
  }
  const archive = new Archive(io, options);
  if (dirs.length > 0 && mode !== 'c') {
    try {
      archive.base = dir;
      io.sys.stat(dir);
    } catch (error) {
      await io.fail(
        io.busybox
          ? `can't change directory to '${dir}': ${io.reason(error)}`
          : `${dirs.at(-1)}: Cannot open: ${io.reason(error)}`,
      );
      if (!io.busybox) await io.fail('Error is not recoverable: exiting now');
      return io.busybox ? 1 : 2;
    }
  }
  if (mode === 'c') {
    if (placed.length === 0 && listed === undefined) {
      if (io.busybox) return io.die('empty archive');
      await io.fail('Cowardly refusing to create an empty archive');
      await io.error("Try 'tar --help' or 'tar --usage' for more information.\n");
      return 2;
    }
    return archive.create(placed);
  }
  if (mode === 'r' || mode === 'u') return io.die('appending is not simulated', 2);
  return archive.read(mode === 't', options.operands);
};

class Archive {
  base = '.';
  readonly #io: Io;
  readonly #options: Options;
  readonly #names: Names;
  readonly #exclude: RegExp[];
  readonly #name: string;
  #failed = false;
  #stripped = new Set<string>();

  constructor(io: Io, options: Options) {
    this.#io = io;
    this.#options = options;
    this.#names = new Names(io.sys);
    this.#exclude = options.all('exclude').flatMap((glob) => [globRegex(glob), globRegex(`*/${glob}`)]);
    this.#name = options.get('f') ?? '-';
  }

  #excluded(path: string): boolean {
    return this.#exclude.some((pattern) => pattern.test(path.replace(/\/$/, '')));
  }

  async #openFailure(error: unknown): Promise<never> {
    const io = this.#io;
    const reason = io.reason(error);
    if (io.busybox) return io.die(`can't open '${this.#name}': ${reason}`);
    await io.fail(`${this.#name}: Cannot open: ${reason}`);
    return io.die('Error is not recoverable: exiting now', 2);
  }

  async create(placed: readonly { dir: string; path: string }[]): Promise<number> {
    const io = this.#io;
    let fd = 1;
    try {
      if (this.#name !== '-') fd = io.sys.open(this.#name, { write: true, create: true, truncate: true });
      else if (io.sys.isatty(1)) {
        await io.fail('Refusing to write archive contents to terminal (missing -f option?)');
        if (!io.busybox) await io.fail('Error is not recoverable: exiting now');
        return 2;
      }
    } catch (error) {
      await this.#openFailure(error);
    }
    const own = io.sys.fstat(fd);
    const zip = this.#options.has('z') || (this.#options.has('a') && /\.(?:tgz|gz)$/.test(this.#name));
    let pending: Uint8Array[] = [];
    const gzip = zip ? new Gzip({ level: 6, mtime: 0 }, (chunk) => pending.push(chunk)) : undefined;
    let total = 0;
    const write = async (data: Uint8Array, last = false): Promise<void> => {
      total += data.length;
      if (gzip) {
        gzip.push(data, last);
        const chunks = pending;
        pending = [];
        for (const chunk of chunks) if (chunk.length > 0) await io.sys.write(fd, chunk);
      } else if (data.length > 0) await io.sys.write(fd, data);
    };
    const links = new Map<string, string>();
    for (const { dir, path } of placed) await this.#add(dir, path, write, links, own);
    // Two empty blocks, then up to the record size of 20 blocks.
    const end = Math.ceil((total + 1024) / 10240) * 10240 - total;
    await write(new Uint8Array(io.busybox ? 1024 : end), true);
    io.close(fd);
    if (this.#failed)
      await io.fail(
        io.busybox ? 'error exit delayed from previous errors' : 'Exiting with failure status due to previous errors',
      );
    return this.#failed ? (io.busybox ? 1 : 2) : 0;
  }

  async #add(
    dir: string,
    path: string,
    write: (data: Uint8Array) => Promise<void>,
    links: Map<string, string>,
    own: Stat,
  ): Promise<void> {
    const io = this.#io;
    if (this.#excluded(path)) return;
    const real = path.startsWith('/') || dir === '.' ? path : join(dir, path);
    let stat: Stat;
    try {
      stat = this.#options.has('h') ? io.sys.stat(real) : io.sys.lstat(real);
    } catch (error) {
      await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `${path}: Cannot stat: ${io.reason(error)}`);
      this.#failed = true;
      return;
    }
    if (stat.type === 'socket' || (stat.ino === own.ino && stat.dev === own.dev && stat.type === 'file')) {
      if (stat.type === 'file')
        await io.fail(
          io.busybox ? `${path}: file is the archive; skipping` : `${path}: archive cannot contain itself; not dumped`,
        );
      return;
    }
    let name = path;
    if (!this.#options.has('P')) {
      const prefix = /^(?:\/+|(?:.*\/)?\.\.\/)+/.exec(path)?.[0];
      if (prefix !== undefined) {
        name = path.slice(prefix.length) || './';
        if (!this.#stripped.has(prefix)) {
          this.#stripped.add(prefix);
          await io.fail(
            io.busybox
              ? `removing leading '${prefix}' from member names`
              : `Removing leading \`${prefix}' from member names`,
          );
        }
      }
    }
    if (stat.type === 'dir' && !name.endsWith('/')) name += '/';
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = stat.nlink > 1 && stat.type === 'file' ? links.get(key) : undefined;
    const owner = this.#options.get('owner');
    const group = this.#options.get('group');
    const entry: TarEntry = {
      name,
      type: earlier !== undefined ? 'hardlink' : stat.type,
      mode: stat.mode,
      uid: owner === undefined ? stat.uid : (this.#names.findUser(owner.split(':')[0]!) ?? 0),
      gid: group === undefined ? stat.gid : (this.#names.findGroup(group.split(':')[0]!) ?? 0),
      uname: owner ?? this.#names.user(stat.uid)?.name ?? '',
      gname: group ?? this.#names.group(stat.gid)?.name ?? '',
      mtime: Math.floor(stat.mtime / 1000),
      size: stat.type === 'file' && earlier === undefined ? stat.size : 0,
      linkname: earlier ?? (stat.type === 'symlink' ? io.sys.readlink(real) : ''),
      rdev: stat.rdev,
    };
    if (stat.nlink > 1 && stat.type === 'file' && earlier === undefined) links.set(key, name);
    if (this.#options.has('v')) await this.#tell(entry, this.#name === '-' && !io.busybox);
    if (stat.type === 'file' && earlier === undefined) {
      let fd: number;
      try {
        fd = io.sys.open(real, { read: true });
      } catch (error) {
        await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `${path}: Cannot open: ${io.reason(error)}`);
        this.#failed = true;
        return;
      }
      for (const block of headers(entry)) await write(block);
      let left = stat.size;
      while (left > 0) {
        const data = await io.sys.read(fd, Math.min(left, 131072));
        if (data.length === 0) break;
        left -= data.length;
        await write(data);
      }
      await write(new Uint8Array(left + ((512 - (stat.size % 512)) % 512)));
      io.sys.close(fd);
    } else for (const block of headers(entry)) await write(block);
    if (stat.type === 'dir' && !this.#options.has('no-recursion')) {
      const entries = [...io.sys.readdir(real)];
      if (this.#options.get('sort') === 'name') entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const child of entries) {
        await this.#add(dir, join(path, child.name), write, links, own);
        await io.sys.tick();
      }
    }
  }

  async #tell(entry: TarEntry, toError: boolean): Promise<void> {
    const io = this.#io;
    let line = entry.name;
    if (this.#options.count('v') > 1 || (this.#options.has('t') && this.#options.has('v'))) {
      const mode = modeString(entry.type === 'hardlink' ? 'file' : entry.type, entry.mode);
      const numeric = this.#options.has('numeric-owner');
      const who = `${numeric || entry.uname === '' ? entry.uid : entry.uname}/${numeric || entry.gname === '' ? entry.gid : entry.gname}`;
      const date = strftime(io.busybox ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M', entry.mtime * 1000);
      const shown = entry.type === 'hardlink' ? `h${mode.slice(1)}` : mode;
      const size =
        entry.type === 'char' || entry.type === 'block' ? `${entry.rdev[0]},${entry.rdev[1]}` : String(entry.size);
      line = io.busybox
        ? `${mode} ${who.padEnd(8)} ${size.padStart(9)} ${date} ${entry.name}`
        : `${shown} ${who}${size.padStart(Math.max(1 + size.length, 19 - who.length - 1))} ${date} ${entry.name}`;
      if (entry.type === 'symlink') line += ` -> ${entry.linkname}`;
      if (entry.type === 'hardlink') line += io.busybox ? ` -> ${entry.linkname}` : ` link to ${entry.linkname}`;
    }
    if (toError) await io.error(`${line}\n`);
    else await io.out(`${line}\n`);
  }

  async read(listing: boolean, wanted: readonly string[]): Promise<number> {
    const io = this.#io;
    let fd = 0;
    try {
      if (this.#name !== '-') fd = io.sys.open(this.#name, { read: true });
      else if (io.sys.isatty(0)) {
        await io.fail('Refusing to read archive contents from terminal (missing -f option?)');
        if (!io.busybox) await io.fail('Error is not recoverable: exiting now');
        return 2;
      }
    } catch (error) {
      await this.#openFailure(error);
    }
    const source = new Source(io, fd, this.#options.has('z') || !this.#options.has('j'));
    const found = new Set<string>();
    const clean = (path: string): string => path.replace(/\/+$/, '');
    const globs = wanted.map((path) => globRegex(clean(path)));
    const dirs: { path: string; entry: TarEntry }[] = [];
    let first = true;
    for (;;) {
      let entry: TarEntry | undefined;
      try {
        entry = await readEntry((n) => source.take(n), first);
      } catch (error) {
        if (!(error instanceof NotTar)) throw error;
        if (io.busybox) return io.die(error.message === 'short read' ? 'short read' : 'invalid tar magic');
        if (error.message === 'short read') {
          await io.fail('Unexpected EOF in archive');
          return io.die('Error is not recoverable: exiting now', 2);
        }
        await io.fail('This does not look like a tar archive');
        if (first) return io.die('Exiting with failure status due to previous errors', 2);
        await io.fail('Skipping to next header');
        return io.die('Exiting with failure status due to previous errors', 2);
      }
      if (entry === undefined) {
        if (first && source.empty && io.busybox) return io.die('short read');
        break;
      }
      first = false;
      const name = clean(entry.name);
      const index = globs.findIndex(
        (glob, i) => glob.test(name) || name.startsWith(`${clean(wanted[i]!)}/`) || name === clean(wanted[i]!),
      );
      const takes = (wanted.length === 0 || index >= 0) && !this.#excluded(entry.name);
      if (index >= 0) found.add(wanted[index]!);
      const padded = Math.ceil(entry.size / 512) * 512;
      if (!takes) {
        await source.skip(padded);
        continue;
      }
      if (listing) {
        await this.#tell(entry, false);
        await source.skip(padded);
        continue;
      }
      await this.#extract(entry, source, dirs);
      await io.sys.tick();
    }
    for (const { path, entry } of dirs.reverse()) this.#attributes(path, entry);
    for (const path of wanted) {
      if (found.has(path)) continue;
      await io.fail(io.busybox ? `${path}: not found in archive` : `${path}: Not found in archive`);
      this.#failed = true;
    }
    if (this.#failed && !io.busybox) await io.fail('Exiting with failure status due to previous errors');
    return this.#failed ? (io.busybox ? 1 : 2) : 0;
  }

  #attributes(path: string, entry: TarEntry): void {
    const { sys } = this.#io;
    const quiet = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        if (!isErrno(error)) throw error; // the entry may have been replaced since
      }
    };
    const root = sys.uid === 0;
    const link = entry.type === 'symlink';
    if (root && !this.#options.has('o')) {
      const uid =
        this.#options.has('numeric-owner') || this.#io.busybox
          ? entry.uid
          : (this.#names.users.find((u) => u.name === entry.uname)?.uid ?? entry.uid);
      const gid =
        this.#options.has('numeric-owner') || this.#io.busybox
          ? entry.gid
          : (this.#names.groups.find((g) => g.name === entry.gname)?.gid ?? entry.gid);
      quiet(() => sys.chown(path, uid, gid, { noFollow: link }));
    }
    const mask = root || this.#options.has('p') ? 0o7777 : 0o777 & ~sys.umask();
    if (!link) quiet(() => sys.chmod(path, entry.mode & mask));
    if (!this.#options.has('m')) quiet(() => sys.utimes(path, sys.now(), entry.mtime * 1000, { noFollow: link }));
  }

  async #extract(entry: TarEntry, source: Source, dirs: { path: string; entry: TarEntry }[]): Promise<void> {
    const io = this.#io;
    let name = entry.name;
    const padded = Math.ceil(entry.size / 512) * 512;
    const strip = Number(this.#options.get('strip') ?? 0);
    if (strip > 0) {
      name = name.split('/').slice(strip).join('/');
      if (name === '') {
        await source.skip(padded);
        return;
      }
    }
    if (!this.#options.has('P') && name.startsWith('/')) {
      if (!this.#stripped.has('/')) {
        this.#stripped.add('/');
        await io.fail(io.busybox ? "removing leading '/' from member names" : "Removing leading `/' from member names");
      }
      name = name.replace(/^\/+/, '');
    }
    if (this.#options.has('v')) await this.#tell({ ...entry, name: entry.name }, this.#options.has('O'));
    if (this.#options.has('O')) {
      await io.bytes((await source.take(padded)).subarray(0, entry.size));
      return;
    }
    const path = this.base === '.' ? name : join(this.base, name);
    const clean = path.replace(/\/+$/, '') || path;
    try {
      const parents = (p: string): void => {
        const parent = dirName(p);
        if (parent === '.' || parent === '/' || peek(io, parent, true)) return;
        parents(parent);
        io.sys.mkdir(parent, 0o755);
      };
      parents(clean);
      const there = peek(io, clean);
      if (entry.type === 'dir') {
        if (there?.type !== 'dir') {
          if (there && peek(io, clean, true)?.type !== 'dir') io.sys.unlink(clean);
          if (!peek(io, clean, true)) io.sys.mkdir(clean, 0o755);
        }
        dirs.push({ path: clean, entry });
        return;
      }
      if (there) {
        if (this.#options.has('k')) {
          await source.skip(padded);
          await io.fail(`${entry.name}: Cannot open: File exists`);
          this.#failed = true;
          return;
        }
        if (there.type === 'dir') io.sys.rmdir(clean);
        else io.sys.unlink(clean);
      }
      if (entry.type === 'symlink') io.sys.symlink(entry.linkname, clean);
      else if (entry.type === 'hardlink') {
        io.sys.link(this.base === '.' ? entry.linkname : join(this.base, entry.linkname), clean);
        return;
      } else if (entry.type === 'file') {
        const fd = io.sys.open(clean, { write: true, create: true, truncate: true }, entry.mode & 0o777);
        let left = entry.size;
        while (left > 0) {
          const data = await source.take(Math.min(left, 131072));
          if (data.length === 0) break;
          left -= data.length;
          await io.sys.write(fd, data);
        }
        io.sys.close(fd);
        await source.skip(padded - entry.size);
      } else io.sys.mknod(clean, entry.type, entry.mode, entry.rdev);
      this.#attributes(clean, entry);
    } catch (error) {
      const reason = io.reason(error);
      await io.fail(io.busybox ? `can't open '${name}': ${reason}` : `${entry.name}: Cannot open: ${reason}`);
      this.#failed = true;
      if (io.busybox) throw new Exit(1);
      await source.skip(padded);
    }
  }
}

/** Bytes of an archive as they arrive, unpacked when they are gzip. */
class Source {
  empty = true;
  readonly #io: Io;
  readonly #fd: number;
  #chunks: Uint8Array[] = [];
  #have = 0;
  #ended = false;
  #gunzip: Gunzip | undefined;
  #started = false;
  readonly #detect: boolean;

  constructor(io: Io, fd: number, detect: boolean) {
    this.#io = io;
    this.#fd = fd;
    this.#detect = detect;
  }

  async #fill(): Promise<void> {
    const data = await this.#io.sys.read(this.#fd, 65536);
    if (data.length === 0) {
      this.#ended = true;
      return;
    }
    this.empty = false;
    if (!this.#started) {
      this.#started = true;
      if (this.#detect && data[0] === 0x1f && data[1] === 0x8b) {
        this.#gunzip = new Gunzip((chunk) => this.#keep(chunk));
      }
    }
    if (this.#gunzip) this.#gunzip.push(data.slice());
    else this.#keep(data);
  }

  #keep(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#have += chunk.length;
  }

  async take(size: number): Promise<Uint8Array> {
    while (this.#have < size && !this.#ended) await this.#fill();
    const all = this.#chunks.length === 0 ? new Uint8Array(0) : concat(this.#chunks);
    const out = all.subarray(0, size);
    const rest = all.subarray(size);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#have = rest.length;
    return out;
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) {
      const data = await this.take(Math.min(left, 131072));
      if (data.length === 0) return;
      left -= data.length;
    }
  }
}
