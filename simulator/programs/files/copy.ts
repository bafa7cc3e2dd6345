/** cp, mv and install. */
import type { Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { baseName, dirName, join, quote } from '../format.ts';
import { Names } from '../identity.ts';
import type { Io, Tool } from '../io.ts';
import { applyMode } from '../modes.ts';
import { missingOperand, parseOptions, usageError, usageFailure, type OptionRules, type Options } from '../options.ts';
import { ask, peek } from './walk.ts';
import { removeTree } from './remove.ts';

const CP_GNU: OptionRules = {
  short: 'abdfHilLnprst:uvxPRS:TZ',
  long: {
    archive: 'a',
    'attributes-only': 'attributes-only',
    backup: '?b',
    'copy-contents': 'copy-contents',
    dereference: 'L',
    force: 'f',
    interactive: 'i',
    link: 'l',
    'no-clobber': 'n',
    'no-dereference': 'P',
    'no-target-directory': 'T',
    'one-file-system': 'x',
    parents: 'parents',
    preserve: '?preserve',
    'no-preserve': ':no-preserve',
    recursive: 'R',
    reflink: '?reflink',
    'remove-destination': 'remove-destination',
    sparse: ':sparse',
    'strip-trailing-slashes': 'strip',
    suffix: ':S',
    'symbolic-link': 's',
    'target-directory': ':t',
    update: 'u',
    verbose: 'v',
  },
  usage: '[OPTION]... [-T] SOURCE DEST',
};
const CP_BUSYBOX: OptionRules = {
  short: 'pdRrfilsLHarPvuTt:n',
  long: {
    archive: 'a',
    force: 'f',
    interactive: 'i',
    link: 'l',
    dereference: 'L',
    'no-dereference': 'P',
    recursive: 'R',
    'symbolic-link': 's',
    verbose: 'v',
    update: 'u',
    parents: 'parents',
    'remove-destination': 'remove-destination',
  },
  usage: '[-arPLHpfilsTu] SOURCE DEST\nor: cp [-arPLHpfilsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
};
const MV_GNU: OptionRules = {
  short: 'bfint:uvS:TZ',
  long: {
    backup: '?b',
    force: 'f',
    interactive: 'i',
    'no-clobber': 'n',
    'no-target-directory': 'T',
    suffix: ':S',
    'target-directory': ':t',
    update: 'u',
    verbose: 'v',
    'strip-trailing-slashes': 'strip',
  },
};
const MV_BUSYBOX: OptionRules = {
  short: 'fint:Tvu',
  long: { force: 'f', interactive: 'i', 'no-clobber': 'n', verbose: 'v' },
  usage: '[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }',
};

/** Where sources go: checks the operands as GNU and busybox do. */
async function targets(
  io: Io,
  rules: OptionRules,
  options: Options,
): Promise<{ sources: string[]; dir: string | undefined; dest: string }> {
  const operands = [...options.operands];
  const given = options.get('t');
  if (given !== undefined) {
    if (operands.length === 0) await missingFile(io, rules);
    return { sources: operands, dir: given, dest: given };
  }
  if (operands.length === 0) await missingFile(io, rules);
  if (operands.length === 1) {
    if (io.busybox) await usageError(io, rules);
    await usageFailure(io, rules, `missing destination file operand after ${quote(operands[0]!)}`);
  }
  const dest = operands.pop()!;
  if (options.has('T')) {
    if (operands.length > 1) {
      if (io.busybox) await usageError(io, rules);
      await usageFailure(io, rules, `extra operand ${quote(operands[1]!)}`);
    }
    return { sources: operands, dir: undefined, dest };
  }
  const stat = peek(io, dest, true);
  if (stat?.type === 'dir') return { sources: operands, dir: dest, dest };
  if (operands.length > 1) {
    if (io.busybox)
      await io.die(stat ? `'${dest}' is not a directory` : `can't stat '${dest}': No such file or directory`);
    await io.die(`target ${quote(dest)}${stat ? ': Not a directory' : ': No such file or directory'}`);
  }
  if (!io.busybox && dest.endsWith('/') && !stat && peek(io, operands[0]!, true)?.type !== 'dir') {
    await io.die(`cannot create regular file ${quote(dest)}: Not a directory`);
  }
  return { sources: operands, dir: undefined, dest };
}

const missingFile = (io: Io, rules: OptionRules): Promise<never> =>
  io.busybox ? missingOperand(io, rules) : usageFailure(io, rules, 'missing file operand');

/** How a copy treats what it meets. */
interface CopyPlan {
  readonly io: Io;
  readonly recursive: boolean;
  readonly follow: 'always' | 'operands' | 'never';
  readonly keep: { mode: boolean; owner: boolean; times: boolean };
  readonly force: boolean;
  readonly interactive: boolean;
  readonly noClobber: boolean;
  readonly update: boolean;
  readonly verbose: boolean;
  readonly link: boolean;
  readonly symbolic: boolean;
  readonly removeFirst: boolean;
  /** Hard links met with -d/-a: inode → first copy. */
  readonly links: Map<string, string>;
  readonly keepLinks: boolean;
  failed: boolean;
}

async function copy(plan: CopyPlan, source: string, dest: string, operand: boolean): Promise<void> {
  const { io } = plan;
  const follow = plan.follow === 'always' || (operand && plan.follow === 'operands');
  const fail = async (gnu: string, busybox: string): Promise<void> => {
    plan.failed = true;
    await io.fail(io.busybox ? busybox : gnu);
  };
  let stat: Stat;
  try {
    stat = follow ? io.sys.stat(source) : io.sys.lstat(source);
  } catch (error) {
    const reason = io.reason(error);
    await fail(`cannot stat ${quote(source)}: ${reason}`, `can't stat '${source}': ${reason}`);
    return;
  }
  if (stat.type === 'dir' && !plan.recursive) {
    await fail(`-r not specified; omitting directory ${quote(source)}`, `omitting directory '${source}'`);
    return;
  }
  const there = peek(io, dest, stat.type !== 'symlink');
  if (there && there.dev === stat.dev && there.ino === stat.ino && !plan.symbolic) {
    if (stat.type === 'dir')
      await fail(
        `cannot copy a directory, ${quote(source)}, into itself, ${quote(dest)}`,
        `'${source}' and '${dest}' are the same file`,
      );
    else
      await fail(
        `${quote(source)} and ${quote(dest)} are the same file`,
        `'${source}' and '${dest}' are the same file`,
      );
    return;
  }
  if (stat.type === 'dir') {
    await copyDirectory(plan, source, dest, stat, there);
    return;
  }
  if (there) {
    if (there.type === 'dir') {
      await fail(`cannot overwrite directory ${quote(dest)} with non-directory`, `'${dest}' is a directory`);
      return;
    }
    if (plan.noClobber || (plan.update && there.mtime >= stat.mtime)) return;
    if (plan.interactive && !(await ask(io, `${io.name}: overwrite ${quote(dest)}? `))) return;
    if (plan.removeFirst || stat.type === 'symlink' || plan.link || plan.symbolic) io.sys.unlink(dest);
  }
  const key = `${stat.dev}:${stat.ino}`;
  const earlier = plan.keepLinks && stat.nlink > 1 ? plan.links.get(key) : undefined;
  try {
    if (plan.link) io.sys.link(source, dest);
    else if (plan.symbolic) io.sys.symlink(source, dest);
    else if (earlier !== undefined) {
      if (there && !plan.removeFirst) io.sys.unlink(dest);
      io.sys.link(earlier, dest);
    } else if (stat.type === 'symlink') io.sys.symlink(io.sys.readlink(source), dest);
    else if (stat.type === 'file' || (!plan.recursive && stat.type !== 'socket')) {
      if (!(await copyContent(plan, source, dest, stat, there !== undefined))) return;
    } else if (stat.type === 'fifo' || stat.type === 'char' || stat.type === 'block') {
      io.sys.mknod(dest, stat.type, stat.mode, stat.rdev);
    }
  } catch (error) {
    const reason = io.reason(error);
    const what = plan.link
      ? 'create hard link'
      : stat.type === 'symlink' || plan.symbolic
        ? 'create symbolic link'
        : 'create special file';
    await fail(`cannot ${what} ${quote(dest)}: ${reason}`, `can't create '${dest}': ${reason}`);
    return;
  }
  plan.links.set(key, dest);
  if (plan.verbose) await io.out(io.busybox ? `'${source}' -> '${dest}'\n` : `${quote(source)} -> ${quote(dest)}\n`);
  if (!plan.link && !plan.symbolic) preserve(plan, dest, stat);
}

async function copyContent(
  plan: CopyPlan,
  source: string,
  dest: string,
  stat: Stat,
  exists: boolean,
): Promise<boolean> {
  const { io } = plan;
  let from: number;
  try {
    from = io.sys.open(source, { read: true });
  } catch (error) {
    const reason = io.reason(error);
    plan.failed = true;
    await io.fail(
      io.busybox ? `can't open '${source}': ${reason}` : `cannot open ${quote(source)} for reading: ${reason}`,
    );
    return false;
  }
  let to: number;
  try {
    const open = (): number => io.sys.open(dest, { write: true, create: true, truncate: true }, stat.mode & 0o777);
    try {
      to = open();
    } catch (error) {
      if (!exists || !plan.force || !isErrno(error)) throw error;
      io.sys.unlink(dest);
      to = open();
    }
  } catch (error) {
    const reason = io.reason(error);
    plan.failed = true;
    io.sys.close(from);
    await io.fail(
      io.busybox ? `can't create '${dest}': ${reason}` : `cannot create regular file ${quote(dest)}: ${reason}`,
    );
    return false;
  }
  try {
    for await (const block of io.blocks(from, 131072)) await io.sys.write(to, block);
  } catch (error) {
    const reason = io.reason(error);
    plan.failed = true;
    await io.fail(io.busybox ? `write error: ${reason}` : `error writing ${quote(dest)}: ${reason}`);
  }
  io.sys.close(from);
  io.sys.close(to);
  return true;
}

async function copyDirectory(
  plan: CopyPlan,
  source: string,
  dest: string,
  stat: Stat,
  there: Stat | undefined,
): Promise<void> {
  const { io } = plan;
  if (there && there.type !== 'dir') {
    plan.failed = true;
    await io.fail(
      io.busybox
        ? `target '${dest}' is not a directory`
        : `cannot overwrite non-directory ${quote(dest)} with directory ${quote(source)}`,
    );
    return;
  }
  const inside = `${io.sys.realpath(source)}/`;
  const parent = peek(io, dirName(dest), true) ? `${io.sys.realpath(dirName(dest))}/` : '';
  if (parent.startsWith(inside)) {
    plan.failed = true;
    await io.fail(
      io.busybox
        ? `recursion detected, omitting directory '${source}'`
        : `cannot copy a directory, ${quote(source)}, into itself, ${quote(dest)}`,
    );
    return;
  }
  let entries;
  try {
    entries = io.sys.readdir(source);
    if (!there) {
      io.sys.mkdir(dest, (stat.mode & 0o777) | 0o700);
      if (plan.verbose) await io.out(`${quote(source)} -> ${quote(dest)}\n`);
    }
  } catch (error) {
    const reason = io.reason(error);
    plan.failed = true;
    const reading = entries === undefined;
    if (io.busybox)
      await io.fail(reading ? `can't open '${source}': ${reason}` : `can't create directory '${dest}': ${reason}`);
    else
      await io.fail(
        reading ? `cannot access ${quote(source)}: ${reason}` : `cannot create directory ${quote(dest)}: ${reason}`,
      );
    return;
  }
  for (const { name } of entries) {
    await copy(plan, join(source, name), join(dest, name), false);
    await io.sys.tick();
  }
  if (!there && !plan.keep.mode && (stat.mode & 0o700) !== 0o700)
    io.sys.chmod(dest, stat.mode & 0o777 & ~io.sys.umask());
  preserve(plan, dest, stat);
}

function preserve(plan: CopyPlan, dest: string, stat: Stat): void {
  const { sys } = plan.io;
  const link = stat.type === 'symlink';
  const quiet = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      if (!isErrno(error, 'EPERM')) throw error; // only root may give files away; cp says nothing
    }
  };
  if (plan.keep.owner) quiet(() => sys.chown(dest, stat.uid, stat.gid, { noFollow: link }));
  if (plan.keep.mode && !link) quiet(() => sys.chmod(dest, stat.mode));
  if (plan.keep.times) quiet(() => sys.utimes(dest, stat.atime, stat.mtime, { noFollow: link }));
}

/** cp(1). */
export const cp: Tool = async (io) => {
  const rules = io.busybox ? CP_BUSYBOX : CP_GNU;
  const options = await parseOptions(io, rules);
  const { sources, dir, dest } = await targets(io, rules, options);
  const archive = options.has('a');
  const list = options.has('preserve') ? (options.get('preserve') ?? 'mode,ownership,timestamps').split(',') : [];
  const all = archive || options.has('p') || list.includes('all');
  const recursive = options.has('R') || options.has('r') || archive;
  const links = options.last('L', 'P', 'H', 'd', 'a');
  const plan: CopyPlan = {
    io,
    recursive,
    follow:
      links === 'L' ? 'always' : links === 'H' ? 'operands' : links !== undefined || recursive ? 'never' : 'always',
    keep: {
      mode: all || list.includes('mode'),
      owner: all || list.includes('ownership'),
      times: all || list.includes('timestamps'),
    },
    force: options.has('f'),
    interactive: options.last('i', 'f', 'n') === 'i',
    noClobber: options.last('i', 'f', 'n') === 'n',
    update: options.has('u'),
    verbose: options.has('v'),
    link: options.has('l'),
    symbolic: options.has('s'),
    removeFirst: options.has('remove-destination'),
    links: new Map(),
    keepLinks: archive || options.has('d') || list.includes('links') || list.includes('all'),
    failed: false,
  };
  for (const source of sources) {
    if (dir === undefined) {
      await copy(plan, source, dest, true);
      continue;
    }
    if (options.has('parents')) {
      let made = dir;
      for (const part of dirName(source)
        .split('/')
        .filter((p) => p !== '' && p !== '.')) {
        made = join(made, part);
        if (!peek(io, made)) io.sys.mkdir(made);
      }
      await copy(plan, source, join(dir, source.replace(/^\/+/, '')), true);
      continue;
    }
    const name = baseName(source);
    await copy(plan, source, name === '.' || name === '..' ? dir : join(dir, name), true);
  }
  return plan.failed ? 1 : 0;
};

/** mv(1). */
export const mv: Tool = async (io) => {
  const rules = io.busybox ? MV_BUSYBOX : MV_GNU;
  const options = await parseOptions(io, rules);
  const { sources, dir, dest } = await targets(io, rules, options);
  let failed = false;
  const mode = options.last('i', 'f', 'n');
  for (const source of sources) {
    const target = dir === undefined ? dest : join(dir, baseName(source));
    const fail = async (gnu: string, busybox: string): Promise<void> => {
      failed = true;
      await io.fail(io.busybox ? busybox : gnu);
    };
    let stat: Stat;
    try {
      stat = io.sys.lstat(source);
    } catch (error) {
      const reason = io.reason(error);
      await fail(`cannot stat ${quote(source)}: ${reason}`, `can't rename '${source}': ${reason}`);
      continue;
    }
    const there = peek(io, target);
    if (there) {
      if (there.dev === stat.dev && there.ino === stat.ino && stat.nlink === 1) {
        await fail(
          `${quote(source)} and ${quote(target)} are the same file`,
          `'${source}' and '${target}' are the same file`,
        );
        continue;
      }
      if (mode === 'n' || (options.has('u') && there.mtime >= stat.mtime)) continue;
      const guarded =
        mode !== 'f' && io.sys.isatty(0) && there.type === 'file' && !io.sys.access(target, { write: true });
      if (
        (mode === 'i' || guarded) &&
        !(await ask(io, `${io.name}: ${io.busybox ? `overwrite '${target}'` : `overwrite ${quote(target)}`}? `))
      )
        continue;
      if (there.type === 'dir' && stat.type !== 'dir') {
        await fail(
          `cannot overwrite directory ${quote(target)} with non-directory`,
          `can't rename '${source}': Is a directory`,
        );
        continue;
      }
      if (there.type !== 'dir' && stat.type === 'dir') {
        await fail(
          `cannot overwrite non-directory ${quote(target)} with directory ${quote(source)}`,
          `can't rename '${source}': Not a directory`,
        );
        continue;
      }
    }
    try {
      io.sys.rename(source, target);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'EXDEV') {
        // Another file system: copy, then remove.
        const plan: CopyPlan = {
          io,
          recursive: true,
          follow: 'never',
          keep: { mode: true, owner: true, times: true },
          force: true,
          interactive: false,
          noClobber: false,
          update: false,
          verbose: false,
          link: false,
          symbolic: false,
          removeFirst: true,
          links: new Map(),
          keepLinks: true,
          failed: false,
        };
        await copy(plan, source, target, false);
        if (plan.failed) {
          failed = true;
          continue;
        }
        if (!(await removeTree(io, source))) {
          failed = true;
          continue;
        }
      } else {
        const into = error.code === 'EINVAL' && stat.type === 'dir';
        await fail(
          into
            ? `cannot move ${quote(source)} to a subdirectory of itself, ${quote(target)}`
            : `cannot move ${quote(source)} to ${quote(target)}: ${error.message}`,
          `can't rename '${source}': ${error.message}`,
        );
        continue;
      }
    }
    if (options.has('v'))
      await io.out(io.busybox ? `'${source}' -> '${target}'\n` : `renamed ${quote(source)} -> ${quote(target)}\n`);
  }
  return failed ? 1 : 0;
};

/** install(1). */
export const install: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'bcCdDg:m:o:pst:Tv',
    long: {
      directory: 'd',
      group: ':g',
      mode: ':m',
      owner: ':o',
      'preserve-timestamps': 'p',
      strip: 's',
      'target-directory': ':t',
      'no-target-directory': 'T',
      verbose: 'v',
    },
    usage: '[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST',
  };
  const options = await parseOptions(io, rules);
  const names = new Names(io.sys);
  const mode = applyMode(options.get('m') ?? '755', 0, false);
  if (mode === undefined) return io.die(`invalid mode ${quote(options.get('m')!)}`);
  const owner = options.get('o') === undefined ? -1 : (names.findUser(options.get('o')!) ?? -1);
  const group = options.get('g') === undefined ? -1 : (names.findGroup(options.get('g')!) ?? -1);
  const makeDirs = (path: string): void => {
    let made = path.startsWith('/') ? '/' : '';
    for (const part of path.split('/').filter((p) => p !== '')) {
      made = made === '' || made === '/' ? made + part : `${made}/${part}`;
      if (!peek(io, made, true)) io.sys.mkdir(made, 0o755);
    }
  };
  if (options.has('d')) {
    for (const path of options.operands) {
      makeDirs(path);
      io.sys.chmod(path, mode);
      if (owner >= 0 || group >= 0) io.sys.chown(path, owner, group);
      if (options.has('v')) await io.out(`install: creating directory ${quote(path)}\n`);
    }
    return 0;
  }
  if (options.has('D') && options.operands.length === 2) makeDirs(dirName(options.operands[1]!));
  const { sources, dir, dest } = await targets(io, rules, options);
  const plan: CopyPlan = {
    io,
    recursive: false,
    follow: 'always',
    keep: { mode: false, owner: false, times: options.has('p') },
    force: true,
    interactive: false,
    noClobber: false,
    update: false,
    verbose: options.has('v'),
    link: false,
    symbolic: false,
    removeFirst: true,
    links: new Map(),
    keepLinks: false,
    failed: false,
  };
  for (const source of sources) {
    const target = dir === undefined ? dest : join(dir, baseName(source));
    await copy(plan, source, target, true);
    if (plan.failed) continue;
    io.sys.chmod(target, mode);
    if (owner >= 0 || group >= 0) io.sys.chown(target, owner, group);
  }
  return plan.failed ? 1 : 0;
};
