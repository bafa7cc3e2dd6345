/** which and tree. */
import type { Stat } from '../../kernel/abi.ts';
import { join } from '../format.ts';
import type { Tool } from '../io.ts';
import { parseOptions } from '../options.ts';
import { globRegex } from '../regex.ts';
import { humanSize, modeString } from '../format.ts';
import { peek } from '../files/walk.ts';

/** which(1). */
export const which: Tool = async (io) => {
  const options = await parseOptions(io, { short: io.busybox ? 'a' : 'as', usage: '[-a] COMMAND...', exit: 2 });
  let missing = options.operands.length === 0;
  for (const name of options.operands) {
    const candidates = name.includes('/')
      ? [name]
      : (io.sys.env.PATH ?? '/sbin:/usr/sbin:/bin:/usr/bin')
          .split(':')
          .map((dir) => join(dir === '' ? '.' : dir, name));
    const found = candidates.filter(
      (path) => peek(io, path, true)?.type === 'file' && io.sys.access(path, { execute: true }),
    );
    if (found.length === 0) missing = true;
    for (const path of options.has('a') ? found : found.slice(0, 1)) if (!options.has('s')) await io.out(`${path}\n`);
  }
  return missing ? 1 : 0;
};

/** whereis(1), for programs. */
export const whereis: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'bmsu' });
  for (const name of options.operands) {
    const found = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']
      .map((dir) => join(dir, name))
      .filter((path) => peek(io, path, true)?.type === 'file');
    await io.out(`${[`${name}:`, ...found].join(' ')}\n`);
  }
  return 0;
};

/** tree(1). */
export const tree: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'adfiL:P:I:psuhCnDgFrtxl',
    long: {
      dirsfirst: 'dirsfirst',
      noreport: 'noreport',
      charset: ':charset',
      filelimit: ':filelimit',
      prune: 'prune',
    },
    usage: '[DIR]...',
  });
  const limit = options.get('L') === undefined ? Infinity : Number(options.get('L'));
  const utf8 =
    io.busybox || /UTF-?8/i.test(io.sys.env.LC_ALL ?? io.sys.env.LANG ?? '') || options.get('charset') !== undefined;
  const [tee, corner, bar] = utf8 ? ['├── ', '└── ', '│   '] : ['|-- ', '`-- ', '|   '];
  const nbsp = utf8 && !io.busybox ? '│\u00a0\u00a0 ' : bar;
  let [dirs, files] = [0, 0];
  const ignore = options
    .get('I')
    ?.split('|')
    .map((glob) => globRegex(glob));
  const only = options
    .get('P')
    ?.split('|')
    .map((glob) => globRegex(glob));
  const colour = options.has('C') || (!options.has('n') && io.sys.isatty(1) && io.sys.env.LS_COLORS !== undefined);
  const paint = (text: string, stat: Stat | undefined): string => {
    if (!colour || !stat) return text;
    const code =
      stat.type === 'dir'
        ? '01;34'
        : stat.type === 'symlink'
          ? '01;36'
          : stat.type === 'file' && stat.mode & 0o111
            ? '01;32'
            : '';
    return code === '' ? text : `\x1b[${code}m${text}\x1b[0m`;
  };
  const label = (path: string, name: string, stat: Stat | undefined): string => {
    const shown = options.has('f') ? path : name;
    const extra: string[] = [];
    if (stat && options.has('p')) extra.push(modeString(stat.type, stat.mode));
    if (stat && options.has('h')) extra.push(humanSize(stat.size).padStart(4));
    else if (stat && options.has('s')) extra.push(String(stat.size).padStart(11));
    let text = `${extra.length > 0 ? `[${extra.join(' ')}]  ` : ''}${paint(shown, stat)}`;
    if (stat?.type === 'symlink') text += ` -> ${io.sys.readlink(path)}`;
    if (options.has('F') && stat?.type === 'dir') text += '/';
    return text;
  };
  const walk = async (dir: string, prefix: string, depth: number): Promise<void> => {
    if (depth > limit) return;
    let entries = io.sys.readdir(dir).filter(({ name, type }) => {
      if (!options.has('a') && name.startsWith('.')) return false;
      if (options.has('d') && type !== 'dir') return false;
      if (ignore?.some((pattern) => pattern.test(name))) return false;
      return type === 'dir' || only === undefined || only.some((pattern) => pattern.test(name));
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (options.has('r')) entries.reverse();
    if (options.has('dirsfirst'))
      entries = [...entries.filter((e) => e.type === 'dir'), ...entries.filter((e) => e.type !== 'dir')];
    for (const [i, { name }] of entries.entries()) {
      const path = join(dir, name);
      const last = i === entries.length - 1;
      const stat = peek(io, path);
      const target = stat?.type === 'symlink' ? peek(io, path, true) : stat;
      await io.out(`${options.has('i') ? '' : prefix + (last ? corner : tee)}${label(path, name, stat)}\n`);
      if (target?.type === 'dir') {
        dirs++;
        if (stat?.type === 'dir' || options.has('l')) await walk(path, `${prefix}${last ? '    ' : nbsp}`, depth + 1);
      } else files++;
      await io.sys.tick();
    }
  };
  for (const dir of options.operands.length === 0 ? ['.'] : options.operands) {
    const stat = peek(io, dir, true);
    if (stat?.type !== 'dir') {
      await io.out(`${dir}  [error opening dir]\n`);
      continue;
    }
    dirs++;
    await io.out(`${paint(dir, stat)}\n`);
    await walk(dir, '', 1);
  }
  const shownDirs = io.busybox ? dirs - 1 : dirs;
  if (!options.has('noreport')) {
    await io.out(
      `\n${shownDirs} director${shownDirs === 1 ? 'y' : 'ies'}${options.has('d') ? '' : `, ${files} file${files === 1 ? '' : 's'}`}\n`,
    );
  }
  return 0;
};
