/** Tab completion: commands, files, variables, and what programs say about their own arguments. */
import { isErrno } from '../../kernel/errno.ts';
import { builtins } from './builtins.ts';
import { decode } from './bytes.ts';
import type { Completion } from './editor.ts';
import { Exit } from './errors.ts';
import { execFile, findCommand, searchPath } from './external.ts';
import { byBytes } from './glob.ts';
import type { Shell } from './shell.ts';

const KEYWORDS = 'if then else elif fi do done case esac while until for function select time'.split(' ');

/** All names that may stand as a command. */
export function commandNames(sh: Shell): string[] {
  const names = new Set<string>([...builtins(sh).keys(), ...sh.functions.keys(), ...sh.aliases.keys(), ...KEYWORDS]);
  for (const dir of searchPath(sh).split(':')) {
    try {
      for (const entry of sh.sys.readdir(dir || '.')) if (entry.type !== 'dir') names.add(entry.name);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return [...names].sort(byBytes);
}

/** Paths that start with `prefix`; directories end in a slash. */
export function fileNames(sh: Shell, prefix: string, onlyDirs: boolean, executables = false): string[] {
  const slash = prefix.lastIndexOf('/') + 1;
  const dir = prefix.slice(0, slash);
  const base = prefix.slice(slash);
  const home = /^~([^/]*)\//.exec(dir);
  const real = home ? (sh.home(home[1]!) ?? dir) + dir.slice(home[0].length - 1) : dir;
  const found: string[] = [];
  try {
    for (const { name, type } of sh.sys.readdir(real || '.')) {
      if (!name.startsWith(base) || (name.startsWith('.') && !base.startsWith('.'))) continue;
      let isDir = type === 'dir';
      if (type === 'symlink') {
        try {
          isDir = sh.sys.stat(real + name).type === 'dir';
        } catch (error) {
          if (!isErrno(error)) throw error;
        }
      }
      if (onlyDirs && !isDir) continue;
      if (executables && !isDir && !sh.sys.access(real + name, { execute: true })) continue;
      found.push(dir + name + (isDir ? '/' : ''));
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  return found.sort(byBytes);
}

/** Splits what is before the cursor at blanks and operators, with quotes taken out. */
function words(text: string): { word: string; from: number; quote: string }[] {
  let list: { word: string; from: number; quote: string }[] = [];
  let current: { word: string; from: number; quote: string } | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"' && '"\\$`'.includes(text[i + 1] ?? '')) current!.word += text[++i] ?? '';
      else current!.word += c;
      if (current) current.quote = quote;
      continue;
    }
    if (/[;&|(]/.test(c)) {
      list = [];
      current = undefined;
      continue;
    }
    if (/[\s<>]/.test(c)) {
      current = undefined;
      continue;
    }
    if (!current) list.push((current = { word: '', from: i, quote: '' }));
    if (c === '"' || c === "'") {
      quote = c;
      current.quote = c;
    } else if (c === '\\') current.word += text[++i] ?? '';
    else current.word += c;
  }
  if (!current) list.push({ word: '', from: text.length, quote: '' });
  return list;
}

/** Completions for the word before the cursor. */
export async function complete(sh: Shell, line: string, cursor: number): Promise<Completion> {
  const chars = Array.from(line).slice(0, cursor);
  const text = chars.join('');
  const list = words(text);
  const last = list.at(-1)!;
  const fromChar = (at: number) => Array.from(text.slice(0, at)).length;
  const variable = /\$(\{?)(\w*)$/.exec(text);
  if (variable && last.quote !== "'" && sh.flavour === 'bash') {
    const names = sh.vars.names().filter((n) => n.startsWith(variable[2]!));
    return {
      from: fromChar(text.length - variable[2]!.length),
      candidates: names,
      suffix: variable[1] ? '}' : names.length === 1 && isDir(sh, sh.vars.get(names[0]!) ?? '') ? '/' : ' ',
    };
  }
  const escape = (s: string) => (last.quote ? s : s.replace(/[\s'"\\$`&|;<>()*?[\]{}!#]/g, '\\$&'));
  const start = last.from + (last.quote ? 1 : 0);
  const offer = (found: readonly string[], suffix = ' '): Completion => {
    const only = found.length === 1 ? found[0]! : '';
    return {
      from: fromChar(start),
      candidates: found.map(escape),
      shown: found.map((f) =>
        f.endsWith('/')
          ? `${f.slice(0, -1).slice(f.slice(0, -1).lastIndexOf('/') + 1)}/`
          : f.slice(f.lastIndexOf('/') + 1),
      ),
      suffix: only.endsWith('/') ? '' : last.quote ? `${last.quote}${suffix}` : suffix,
    };
  };
  const redirected = /[<>]\s*$/.test(text.slice(0, last.from));
  const assigned = list.findIndex((w) => !/^[A-Za-z_]\w*=/.test(w.word));
  const command = list[Math.max(0, assigned)]!;
  if (command === last && !redirected) {
    if (last.word.includes('/')) return offer(fileNames(sh, last.word, false, true));
    const names = commandNames(sh).filter((n) => n.startsWith(last.word));
    return offer([...new Set([...names, ...fileNames(sh, last.word, true)])].sort(byBytes));
  }
  if (!redirected) {
    const own = await ask(
      sh,
      command.word,
      list.slice(list.indexOf(command) + 1).map((w) => w.word),
    );
    if (own) {
      const found = own.candidates.filter((c) => c.startsWith(last.word));
      if (found.length || !own.files) return { ...offer(found, own.noSpace ? '' : ' '), shown: found };
    }
  }
  return offer(fileNames(sh, last.word, command.word === 'cd' || command.word === 'rmdir' || command.word === 'pushd'));
}

/**
 * Asks a program for the completions of its arguments, where its completion file says that it knows them: it is run as
 * `PROGRAM __complete ARGUMENTS` and prints a candidate a line, then `:` and flags (2: no blank after it, 4: no files).
 */
async function ask(
  sh: Shell,
  name: string,
  args: readonly string[],
): Promise<{ candidates: string[]; files: boolean; noSpace: boolean } | undefined> {
  if (sh.flavour !== 'bash' || !/^[\w.-]+$/.test(name)) return undefined;
  try {
    if (!sh.sys.readText(`/usr/share/bash-completion/completions/${name}`).includes('__complete')) return undefined;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
  const [r, w] = sh.pipe();
  const pid = sh.fork(async (child) => {
    child.sys.close(r);
    child.moveFd(w, 1);
    const nothing = child.sys.open('/dev/null', { read: true, write: true });
    child.sys.dup2(nothing, 0);
    child.sys.dup2(nothing, 2);
    throw new Exit(await execFile(child, [name, '__complete', ...args], findCommand));
  });
  sh.sys.close(w);
  const bytes: number[] = [];
  for (;;) {
    const chunk = await sh.retry(() => sh.sys.read(r));
    if (!chunk.length) break;
    for (const b of chunk) bytes.push(b);
  }
  sh.sys.close(r);
  await sh.waitFor([pid]);
  if (sh.collect(pid) !== 0) return undefined;
  const lines = decode(new Uint8Array(bytes)).split('\n').filter(Boolean);
  const directive = Number(/^:(\d+)$/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
  const candidates = lines
    .filter((l) => !l.startsWith(':') && !l.startsWith('_activeHelp_'))
    .map((l) => l.split('\t')[0]!);
  return { candidates, files: (directive & 4) === 0, noSpace: (directive & 2) !== 0 };
}

function isDir(sh: Shell, path: string): boolean {
  try {
    return path !== '' && sh.sys.stat(path).type === 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
