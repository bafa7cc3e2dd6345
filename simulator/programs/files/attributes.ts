/** chmod, chown, chgrp. */
import type { Stat } from '../../kernel/abi.ts';
import { join, modeString, quote } from '../format.ts';
import { Names } from '../identity.ts';
import type { Io, Tool } from '../io.ts';
import { applyMode } from '../modes.ts';
import { missingOperand, parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';
import { peek } from './walk.ts';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
const permissions = (mode: number): string => modeString('file', mode).slice(1);

/** Calls `change` for a path and, with `recursive`, for all below it, parents first. */
async function each(
  io: Io,
  path: string,
  recursive: boolean,
  change: (path: string, stat: Stat) => Promise<boolean>,
  quiet: boolean,
): Promise<boolean> {
  let stat: Stat;
  try {
    const own = io.sys.lstat(path);
    stat = own.type === 'symlink' ? (peek(io, path, true) ?? own) : own;
    if (own.type === 'symlink' && stat === own && !recursive) {
      if (!quiet)
        await io.fail(
          io.busybox ? `${path}: No such file or directory` : `cannot operate on dangling symlink ${quote(path)}`,
        );
      return false;
    }
    if (own.type === 'symlink' && recursive) return true;
  } catch (error) {
    if (!quiet)
      await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `cannot access ${quote(path)}: ${io.reason(error)}`);
    return false;
  }
  let ok = await change(path, stat);
  if (recursive && stat.type === 'dir') {
    try {
      for (const { name } of io.sys.readdir(path)) {
        if (!(await each(io, join(path, name), true, change, quiet))) ok = false;
        await io.sys.tick();
      }
    } catch (error) {
      if (!quiet)
        await io.fail(
          io.busybox ? `${path}: ${io.reason(error)}` : `cannot read directory ${quote(path)}: ${io.reason(error)}`,
        );
      ok = false;
    }
  }
  return ok;
}

/** chmod(1). */
export const chmod: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'Rcfv',
    long: io.busybox
      ? {}
      : {
          changes: 'c',
          silent: 'f',
          quiet: 'f',
          verbose: 'v',
          recursive: 'R',
          reference: ':reference',
          'preserve-root': 'preserve',
          'no-preserve-root': 'no-preserve',
        },
    usage: '[-Rcvf] MODE[,MODE]... FILE...',
  };
  // `-w`, `-x` and the like are modes, not options.
  const at = io.args.findIndex((arg) => /^-[rwxXst]/.test(arg));
  if (at >= 0) io.args = [...io.args.slice(0, at), '--', ...io.args.slice(at)];
  const options = await parseOptions(io, rules);
  const operands = [...options.operands].filter((word, i) => !(word === '--' && i === 0));
  const reference = options.get('reference');
  const text = reference === undefined ? operands.shift() : io.sys.stat(reference).mode.toString(8);
  if (text === undefined) return missingOperand(io, rules);
  if (operands.length === 0) {
    if (io.busybox) return usageError(io, rules);
    return usageFailure(io, rules, `missing operand after ${quote(text)}`);
  }
  if (applyMode(text, 0, false) === undefined) {
    if (io.busybox) return io.die(`invalid mode '${text}'`);
    return usageFailure(io, rules, `invalid mode: ${quote(text)}`);
  }
  const quiet = options.has('f');
  const change = async (path: string, stat: Stat): Promise<boolean> => {
    const mode = applyMode(text, stat.mode, stat.type === 'dir', io.sys.umask())!;
    try {
      io.sys.chmod(path, mode);
    } catch (error) {
      if (!quiet)
        await io.fail(
          io.busybox ? `${path}: ${io.reason(error)}` : `changing permissions of ${quote(path)}: ${io.reason(error)}`,
        );
      return false;
    }
    if (mode !== stat.mode && (options.has('c') || options.has('v'))) {
      await io.out(
        io.busybox
          ? `mode of '${path}' changed to ${octal(mode)} (${permissions(mode)})\n`
          : `mode of ${quote(path)} changed from ${octal(stat.mode)} (${permissions(stat.mode)}) to ${octal(mode)} (${permissions(mode)})\n`,
      );
    } else if (options.has('v')) {
      await io.out(
        io.busybox
          ? `mode of '${path}' retained as ${octal(mode)} (${permissions(mode)})\n`
          : `mode of ${quote(path)} retained as ${octal(mode)} (${permissions(mode)})\n`,
      );
    }
    return true;
  };
  let ok = true;
  for (const path of operands) if (!(await each(io, path, options.has('R'), change, quiet))) ok = false;
  return ok ? 0 : 1;
};

const owning =
  (kind: 'chown' | 'chgrp'): Tool =>
  async (io) => {
    const rules: OptionRules = {
      short: 'RhLHPcfv',
      long: io.busybox
        ? {}
        : {
            changes: 'c',
            silent: 'f',
            quiet: 'f',
            verbose: 'v',
            dereference: 'dereference',
            'no-dereference': 'h',
            from: ':from',
            recursive: 'R',
            reference: ':reference',
            'preserve-root': 'preserve',
            'no-preserve-root': 'no-preserve',
          },
      usage: kind === 'chown' ? '[-Rh]... USER[:[GRP]] FILE...' : '[-RhLHPcvf]... GROUP FILE...',
    };
    const options = await parseOptions(io, rules);
    const operands = [...options.operands];
    const names = new Names(io.sys);
    const reference = options.get('reference');
    const text = reference === undefined ? operands.shift() : undefined;
    if (text === undefined && reference === undefined) return missingOperand(io, rules);
    if (operands.length === 0) {
      if (io.busybox) return usageError(io, rules);
      return usageFailure(io, rules, `missing operand after ${quote(text ?? '')}`);
    }
    let uid = -1;
    let gid = -1;
    if (reference !== undefined) {
      const stat = io.sys.stat(reference);
      gid = stat.gid;
      if (kind === 'chown') uid = stat.uid;
    } else if (kind === 'chgrp') {
      const found = names.findGroup(text!);
      if (found === undefined) return io.die(io.busybox ? `unknown group ${text}` : `invalid group: ${quote(text!)}`);
      gid = found;
    } else {
      const match = /^([^:.]*|[^:]*)(?:([:.])(.*))?$/.exec(text!)!;
      const [, user = '', separator, group] = match;
      if (user !== '') {
        const found = names.findUser(user);
        if (found === undefined) return io.die(io.busybox ? `unknown user ${user}` : `invalid user: ${quote(text!)}`);
        uid = found;
      }
      if (separator !== undefined && group !== undefined && group !== '') {
        const found = names.findGroup(group);
        if (found === undefined)
          return io.die(io.busybox ? `unknown group ${group}` : `invalid group: ${quote(text!)}`);
        gid = found;
      } else if (separator !== undefined && user !== '') gid = names.user(uid)?.gid ?? -1;
    }
    const quiet = options.has('f');
    const change = async (path: string, stat: Stat): Promise<boolean> => {
      try {
        io.sys.chown(path, uid < 0 ? stat.uid : uid, gid < 0 ? stat.gid : gid, { noFollow: options.has('h') });
      } catch (error) {
        const what = kind === 'chown' && uid >= 0 ? 'changing ownership of' : 'changing group of';
        if (!quiet)
          await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `${what} ${quote(path)}: ${io.reason(error)}`);
        return false;
      }
      const changed = (uid >= 0 && uid !== stat.uid) || (gid >= 0 && gid !== stat.gid);
      if (!io.busybox && (options.has('v') || (options.has('c') && changed))) {
        const before =
          kind === 'chgrp'
            ? names.groupName(stat.gid)
            : gid < 0
              ? names.userName(stat.uid)
              : `${names.userName(stat.uid)}:${names.groupName(stat.gid)}`;
        const after =
          kind === 'chgrp'
            ? names.groupName(gid)
            : gid < 0
              ? names.userName(uid)
              : `${names.userName(uid < 0 ? stat.uid : uid)}:${names.groupName(gid)}`;
        const what = kind === 'chgrp' ? 'group' : 'ownership';
        await io.out(
          changed
            ? `changed ${what} of ${quote(path)} from ${before} to ${after}\n`
            : `${what} of ${quote(path)} retained as ${after}\n`,
        );
      }
      return true;
    };
    let ok = true;
    for (const path of operands) if (!(await each(io, path, options.has('R'), change, quiet))) ok = false;
    return ok ? 0 : 1;
  };

export const chown = owning('chown');
export const chgrp = owning('chgrp');
