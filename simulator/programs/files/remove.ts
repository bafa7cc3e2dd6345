/** rm, rmdir, unlink. */
import { isErrno } from '../../kernel/errno.ts';
import { baseName, dirName, join, quote } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { missingOperand, parseOptions, usageFailure, type OptionRules, type Options } from '../options.ts';
import { ask, typeName } from './walk.ts';

const RM_GNU: OptionRules = {
  short: 'dfiIrRv',
  long: {
    force: 'f',
    interactive: '?interactive',
    'one-file-system': 'one-file-system',
    'no-preserve-root': 'no-preserve-root',
    'preserve-root': '?preserve-root',
    recursive: 'r',
    dir: 'd',
    verbose: 'v',
  },
};
const RM_BUSYBOX: OptionRules = { short: 'firR', usage: '[-irf] FILE...' };

/** Removes a tree without questions; complains as the tool would and gives whether all is gone. */
export const removeTree = (io: Io, path: string): Promise<boolean> => remove(io, path, undefined);

async function remove(io: Io, path: string, options: Options | undefined): Promise<boolean> {
  const has = (key: string): boolean => options?.has(key) ?? false;
  const force = options === undefined || options.last('f', 'i') === 'f';
  const asks = options?.last('f', 'i', 'interactive') === 'i';
  const recursive = options === undefined || has('r') || has('R');
  const complain = async (error: unknown): Promise<false> => {
    const reason = io.reason(error);
    await io.fail(io.busybox ? `can't remove '${path}': ${reason}` : `cannot remove ${quote(path)}: ${reason}`);
    return false;
  };
  let stat;
  try {
    stat = io.sys.lstat(path);
  } catch (error) {
    if (force && isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return true;
    return complain(error);
  }
  if (stat.type === 'dir') {
    if (!recursive && !has('d')) {
      await io.fail(io.busybox ? `'${path}' is a directory` : `cannot remove ${quote(path)}: Is a directory`);
      return false;
    }
    if (recursive) {
      let entries;
      try {
        entries = io.sys.readdir(path);
      } catch (error) {
        return complain(error);
      }
      if (
        asks &&
        entries.length > 0 &&
        !(await ask(
          io,
          io.busybox ? `rm: descend into directory '${path}'? ` : `rm: descend into directory ${quote(path)}? `,
        ))
      )
        return true;
      let whole = true;
      for (const { name } of entries) {
        if (!(await remove(io, join(path, name), options))) whole = false;
        await io.sys.tick();
      }
      if (!whole && io.busybox) return false;
      if (!whole) return false;
    }
    if (
      asks &&
      !(await ask(io, io.busybox ? `rm: remove directory '${path}'? ` : `rm: remove directory ${quote(path)}? `))
    )
      return true;
    try {
      io.sys.rmdir(path);
    } catch (error) {
      return complain(error);
    }
    if (has('v')) await io.out(`removed directory ${quote(path)}\n`);
    return true;
  }
  const guarded = !force && stat.type !== 'symlink' && io.sys.isatty(0) && !io.sys.access(path, { write: true });
  if (asks || guarded) {
    const what = io.busybox ? `'${path}'` : `${guarded ? 'write-protected ' : ''}${typeName(stat)} ${quote(path)}`;
    if (!(await ask(io, `rm: remove ${what}? `))) return true;
  }
  try {
    io.sys.unlink(path);
  } catch (error) {
    return complain(error);
  }
  if (has('v')) await io.out(`removed ${quote(path)}\n`);
  return true;
}

/** rm(1). */
export const rm: Tool = async (io) => {
  const rules = io.busybox ? RM_BUSYBOX : RM_GNU;
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) {
    if (options.has('f')) return 0;
    return missingOperand(io, rules);
  }
  let ok = true;
  for (const path of options.operands) {
    const name = baseName(path);
    if ((name === '.' || name === '..') && (io.busybox || options.has('r') || options.has('R'))) {
      await io.fail(
        io.busybox ? `can't remove '.' or '..'` : `refusing to remove '.' or '..' directory: skipping ${quote(path)}`,
      );
      ok = false;
      continue;
    }
    if (
      path.replace(/\/+$/, '') === '' &&
      (options.has('r') || options.has('R')) &&
      !io.busybox &&
      !options.has('no-preserve-root')
    ) {
      await io.fail("it is dangerous to operate recursively on '/'");
      await io.fail('use --no-preserve-root to override this failsafe');
      ok = false;
      continue;
    }
    if (!(await remove(io, path, options))) ok = false;
  }
  return ok ? 0 : 1;
};

/** rmdir(1). */
export const rmdir: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'p' : 'pv',
    long: { parents: 'p', 'ignore-fail-on-non-empty': 'ignore', ...(io.busybox ? {} : { verbose: 'v' }) },
    usage: '[-p] DIRECTORY...',
  };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  let failed = false;
  for (const operand of options.operands) {
    for (let path = operand; ; path = dirName(path)) {
      if (options.has('v')) await io.out(`rmdir: removing directory, ${quote(path)}\n`);
      try {
        io.sys.rmdir(path);
      } catch (error) {
        if (!(options.has('ignore') && isErrno(error, 'ENOTEMPTY'))) {
          const what = path === operand ? 'remove' : 'remove directory';
          await io.fail(
            io.busybox ? `'${path}': ${io.reason(error)}` : `failed to ${what} ${quote(path)}: ${io.reason(error)}`,
          );
          failed = true;
        }
        break;
      }
      if (!options.has('p') || dirName(path) === '.' || dirName(path) === '/') break;
    }
  }
  return failed ? 1 : 0;
};

/** unlink(1). */
export const unlink: Tool = async (io) => {
  const rules: OptionRules = { usage: 'FILE' };
  const options = await parseOptions(io, rules);
  const [path, extra] = options.operands;
  if (path === undefined) return missingOperand(io, rules);
  if (extra !== undefined && !io.busybox) return usageFailure(io, rules, `extra operand ${quote(extra)}`);
  try {
    io.sys.unlink(path);
  } catch (error) {
    await io.fail(
      io.busybox ? `can't remove '${path}': ${io.reason(error)}` : `cannot unlink ${quote(path)}: ${io.reason(error)}`,
    );
    return 1;
  }
  return 0;
};
