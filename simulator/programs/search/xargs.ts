/** xargs. */
import { isErrno } from '../../kernel/errno.ts';
import { quote } from '../format.ts';
import { Exit, type Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';
import { resultCode } from '../system/environment.ts';
import { plain } from '../text.ts';
import { ask } from '../files/walk.ts';

/** Splits input into words as xargs does: blanks separate, quotes and backslashes protect. */
function words(text: string): string[] | 'single' | 'double' {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0 || text.slice(i, end).includes('\n')) return c === "'" ? 'single' : 'double';
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (c === '\\' && i + 1 < text.length) word = (word ?? '') + text[++i]!;
    else word = (word ?? '') + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}

/** xargs(1). */
export const xargs: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? '0ptra:n:s:xI:i::P:E:e::oL:l::' : '0a:d:E:eI:i::L:l::n:pP:rs:tx',
    long: io.busybox
      ? { 'no-run-if-empty': 'r' }
      : {
          null: '0',
          'arg-file': ':a',
          delimiter: ':d',
          replace: '?i',
          'max-lines': '?l',
          'max-args': ':n',
          interactive: 'p',
          'max-procs': ':P',
          'no-run-if-empty': 'r',
          'max-chars': ':s',
          verbose: 't',
          exit: 'x',
        },
    stopEarly: true,
    usage: '[OPTIONS] [PROG ARGS]',
  };
  const options = await parseOptions(io, rules);
  const command = options.operands.length === 0 ? ['echo'] : options.operands;
  const file = options.get('a');
  const fd = file === undefined ? 0 : io.open(file);
  const text = plain(await io.allText(fd));
  const replace = options.get('I') ?? (options.has('i') ? (options.get('i') ?? '{}') : undefined);
  const delimiter = options.has('0')
    ? '\0'
    : options.get('d')?.replace('\\n', '\n').replace('\\0', '\0').replace('\\t', '\t');
  const lineMode = options.has('L') || options.has('l');
  let items: string[];
  let lines: string[][] | undefined;
  const split = async (part: string): Promise<string[]> => {
    const result = words(part);
    if (typeof result !== 'string') return result;
    if (io.busybox) return io.die(`unmatched ${result} quote`);
    return io.die(`unmatched ${result} quote; by default quotes are special to xargs unless you use the -0 option`);
  };
  if (delimiter !== undefined) {
    items = text.split(delimiter);
    if (items.at(-1) === '') items.pop();
  } else if (replace !== undefined) {
    items = [];
    for (const line of text.split('\n')) {
      const trimmed = line.replace(/^[ \t]+/, '');
      if (trimmed === '') continue;
      const parts = await split(trimmed.replaceAll(' ', '\\ ').replaceAll('\t', '\\\t'));
      items.push(parts.join(' '));
    }
  } else {
    items = await split(text);
    const end = options.get('E');
    if (end !== undefined && items.includes(end)) items = items.slice(0, items.indexOf(end));
    if (lineMode) {
      lines = [];
      for (const line of text.split('\n')) if (line.trim() !== '') lines.push(await split(line));
    }
  }
  const runs: string[][] = [];
  if (replace !== undefined)
    for (const item of items) runs.push(command.map((word) => word.replaceAll(replace, () => item)));
  else if (lines !== undefined) {
    const per = Number(options.get('L') ?? options.get('l') ?? 1);
    for (let i = 0; i < lines.length; i += per) runs.push([...command, ...lines.slice(i, i + per).flat()]);
  } else {
    const most = options.get('n') === undefined ? Infinity : Number(options.get('n'));
    const size = Number(options.get('s') ?? 131072);
    let run: string[] = [];
    let length = command.reduce((sum, word) => sum + word.length + 1, 0);
    const base = length;
    for (const item of items) {
      if (run.length > 0 && (run.length >= most || length + item.length + 1 > size)) {
        runs.push([...command, ...run]);
        run = [];
        length = base;
      }
      run.push(item);
      length += item.length + 1;
    }
    if (run.length > 0) runs.push([...command, ...run]);
  }
  if (runs.length === 0 && replace === undefined && !options.has('r')) runs.push([...command]);
  const parallel = Number(options.get('P') ?? 1) || Infinity;
  let code = 0;
  const running = new Set<number>();
  const reap = async (): Promise<void> => {
    const result = await io.sys.wait();
    if (result === undefined) return;
    running.delete(result.pid);
    if ('signal' in result.status) {
      await io.fail(`${command[0]}: terminated by signal ${resultCode(result) - 128}`);
      throw new Exit(125);
    }
    const status = resultCode(result);
    if (status === 255) {
      await io.fail(`${command[0]}: exited with status 255; aborting`);
      throw new Exit(124);
    }
    if (status !== 0) code = 123;
  };
  for (const argv of runs) {
    if (options.has('t') || options.has('p')) {
      if (options.has('p')) {
        if (!(await ask(io, `${argv.join(' ')} ?...`))) continue;
      } else await io.error(`${argv.join(' ')}\n`);
    }
    await io.flush();
    while (running.size >= parallel) await reap();
    try {
      const stdin = io.sys.open('/dev/null', { read: true });
      running.add(io.sys.spawn({ argv, fds: { 0: stdin, 1: 1, 2: 2 } }));
      io.sys.close(stdin);
    } catch (error) {
      const missing = isErrno(error, 'ENOENT');
      await io.fail(
        io.busybox
          ? `${argv[0]}: ${io.reason(error)}`
          : `${/[^\w./-]/.test(argv[0]!) ? quote(argv[0]!) : argv[0]}: ${io.reason(error)}`,
      );
      return missing ? 127 : 126;
    }
    if (parallel === 1) await reap();
  }
  while (running.size > 0) await reap();
  return code;
};
