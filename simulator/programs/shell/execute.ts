/** Runs the syntax tree. */
import { conditional } from './conditional.ts';
import { reportSignal } from './jobs.ts';
import { isErrno } from '../../kernel/errno.ts';
import type {
  AndOr,
  Case,
  CFor,
  Command,
  Cond,
  For,
  FuncDef,
  List,
  Pipeline,
  Redir,
  Simple,
  While,
  Word,
} from './ast.ts';
import { literal } from './ast.ts';
import { assignAll, assignOne } from './assign.ts';
import { builtins, isSpecial } from './builtins.ts';
import { Exit, LoopJump, Return, ShellError } from './errors.ts';
import { arithmetic, expandPattern, expandString, expandWords } from './expand.ts';
import { execFile, findCommand } from './external.ts';
import { ParseError } from './lexer.ts';
import { parseErrorText } from './messages.ts';
import { Parser } from './parser.ts';
import { compile, matches } from './pattern.ts';
import { redirect, Saved } from './redirect.ts';
import type { Shell } from './shell.ts';
import { ReadonlyVariable } from './variables.ts';

/** Deeper recursion than this overflows a real shell's stack. */
const MAX_DEPTH = 5000;

/**
 * Runs a command; resolves to its status, which `$?` holds too. `last`: the process ends with this command, so that a
 * program may take its place without a fork where the flavour does so.
 */
export async function execute(sh: Shell, cmd: Command, last = false): Promise<number> {
  if (sh.pending.length && !sh.inTrap) await sh.runTraps();
  if (sh.interrupted) sh.checkInterrupt();
  if (sh.options.noexec && !sh.interactive) return 0;
  switch (cmd.k) {
    case 'simple': {
      const status = await simple(sh, cmd, last);
      return settle(sh, status, cmd);
    }
    case 'list':
      return list(sh, cmd, last);
    case '&&':
    case '||':
      return andOr(sh, cmd, last);
    case 'pipe':
      return pipeline(sh, cmd);
    case 'func':
      return define(sh, cmd);
    default: {
      const keep = sh.openSubstitutions;
      try {
        if (!cmd.redirs?.length) return await compound(sh, cmd, last);
        const saved = new Saved();
        try {
          try {
            await redirect(sh, cmd.redirs, saved);
          } catch (error) {
            if (!(error instanceof ShellError) || error.mode !== 'command') throw error;
            await sh.complain(error.message);
            return await settle(sh, error.status);
          }
          return await compound(sh, cmd, false);
        } finally {
          saved.restore(sh);
        }
      } finally {
        if (sh.openSubstitutions > keep) sh.closeSubstitutions(keep);
      }
    }
  }
}

/** After a command whose failure counts: ERR trap and errexit. */
async function settle(sh: Shell, status: number, cmd?: Command): Promise<number> {
  sh.status = status;
  if (status !== 0 && sh.tested === 0) {
    if (sh.traps.get('ERR') && (sh.calls.length === 0 || sh.options.errtrace)) {
      await trapCommand(sh, 'ERR', cmd);
      sh.status = status;
    }
    if (sh.options.errexit) throw new Exit(status);
  }
  return status;
}

async function trapCommand(sh: Shell, name: string, cmd?: Command): Promise<void> {
  const command = sh.traps.get(name);
  if (!command || sh.inTrap) return;
  if (cmd && sh.flavour === 'bash') {
    const { printCommand } = await sh.load('print', () => import('./print.ts'));
    sh.command = printCommand(cmd, true);
  }
  const { status, pipeStatus } = sh;
  await runText(sh, command, 'trap');
  sh.status = status;
  sh.pipeStatus = pipeStatus;
}

/** Whether the last command of `cmd` may replace the process (bash only looks at the shape of the whole). */
function replaceable(sh: Shell, cmd: Command): boolean {
  if (sh.flavour !== 'bash') return true;
  return cmd.k === 'simple' && !cmd.redirs?.length;
}

async function list(sh: Shell, cmd: List, last: boolean): Promise<number> {
  let status = 0;
  const { items } = cmd;
  const direct = last && (sh.flavour !== 'bash' || !items.some((i) => i.bg)) && replaceable(sh, items.at(-1)!.cmd);
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    status = item.bg ? background(sh, item.cmd) : await execute(sh, item.cmd, direct && i === items.length - 1);
    if (item.bg) {
      sh.status = 0;
      await sh.jobs?.announce();
    }
  }
  return status;
}

/** Starts a command in the background. */
function background(sh: Shell, cmd: Command): number {
  const control = sh.options.monitor;
  const pid = sh.fork(
    async (child) => {
      if (!control && !(cmd.redirs ?? []).some((r) => r.op[0] === '<' && (r.fd ?? 0) === 0)) {
        const null_ = child.sys.open('/dev/null', { read: true });
        child.moveFd(null_, 0);
      }
      child.tested = 0;
      return execute(child, cmd, true);
    },
    { background: true, ...(control && { pgid: 0 }) },
  );
  sh.lastBackground = pid;
  sh.jobs?.add([pid], cmd, pid, true);
  return 0;
}

async function andOr(sh: Shell, cmd: AndOr, last: boolean): Promise<number> {
  sh.tested++;
  let left: number;
  try {
    left = await execute(sh, cmd.left);
  } finally {
    sh.tested--;
  }
  if (cmd.k === '&&' ? left !== 0 : left === 0) return left;
  return execute(sh, cmd.right, last && replaceable(sh, cmd.right));
}

async function pipeline(sh: Shell, cmd: Pipeline): Promise<number> {
  const started = cmd.time ? sh.sys.now() : 0;
  const before = cmd.time ? sh.sys.times() : undefined;
  let status: number;
  if (cmd.not) sh.tested++;
  try {
    if (cmd.cmds.length === 0) status = 0;
    else if (cmd.cmds.length === 1) status = await execute(sh, cmd.cmds[0]!);
    else status = await pipes(sh, cmd);
  } finally {
    if (cmd.not) sh.tested--;
  }
  if (cmd.time && before) {
    const after = sh.sys.times();
    const cpu = {
      user: after.user + after.childrenUser - before.user - before.childrenUser,
      system: after.system + after.childrenSystem - before.system - before.childrenSystem,
    };
    const { timeReport } = await sh.load('rare', () => import('./rare.ts'));
    await sh.write(2, timeReport(sh, sh.sys.now() - started, cpu, cmd.time === 'time -p'));
  }
  if (cmd.not) {
    sh.status = status === 0 ? 1 : 0;
    return sh.status;
  }
  return cmd.cmds.length > 1 ? settle(sh, status) : status;
}

async function pipes(sh: Shell, cmd: Pipeline): Promise<number> {
  const { sys } = sh;
  const control = sh.options.monitor;
  const inPlace = sh.shopt('lastpipe') && !control;
  const pids: number[] = [];
  let input: number | undefined;
  let group = 0;
  let lastStatus: number | undefined;
  for (let i = 0; i < cmd.cmds.length; i++) {
    const part = cmd.cmds[i]!;
    const final = i === cmd.cmds.length - 1;
    const [r, w] = final ? [undefined, undefined] : sh.pipe();
    const from = input;
    if (final && inPlace) {
      const saved = new Saved();
      saved.keep(sh, 0);
      sh.moveFd(from!, 0);
      try {
        lastStatus = await execute(sh, part);
      } finally {
        saved.restore(sh);
      }
      break;
    }
    const pid = sh.fork(
      async (child) => {
        if (r !== undefined) child.sys.close(r);
        // The read end may sit where the write end has to go: move them in an order that loses neither.
        if (from !== undefined) child.moveFd(from, 0);
        if (w !== undefined) child.moveFd(w, 1);
        child.tested = 0;
        return execute(child, part, true);
      },
      control ? { pgid: group, foreground: true } : {},
    );
    if (control && group === 0) group = pid;
    pids.push(pid);
    if (from !== undefined) sys.close(from);
    if (w !== undefined) sys.close(w);
    input = r;
  }
  const statuses = await foreground(sh, pids, cmd, group);
  if (lastStatus !== undefined) statuses.push(lastStatus);
  sh.pipeStatus = statuses;
  if (sh.options.pipefail) return statuses.findLast((s) => s !== 0) ?? 0;
  return statuses.at(-1)!;
}

/** Waits for the processes of a foreground job. */
export async function foreground(sh: Shell, pids: readonly number[], cmd: Command, group: number): Promise<number[]> {
  await sh.waitFor(pids);
  if (sh.options.monitor) await sh.jobs?.ended(pids, cmd, group);
  const states = pids.map((pid) => sh.children.get(pid));
  const statuses = pids.map((pid) => sh.collect(pid));
  const state = states.at(-1);
  if (state && 'signal' in state) {
    await reportSignal(sh, state, pids.at(-1)!, cmd);
  }
  return statuses;
}

async function compound(sh: Shell, cmd: Command, last: boolean): Promise<number> {
  sh.line = cmd.line;
  switch (cmd.k) {
    case 'group':
      return execute(sh, cmd.body, last && sh.flavour !== 'bash');
    case 'sub':
      return subshell(sh, cmd.body, cmd, last);
    case 'if': {
      sh.tested++;
      let yes: boolean;
      try {
        yes = (await execute(sh, cmd.cond)) === 0;
      } finally {
        sh.tested--;
      }
      const branch = yes ? cmd.then : cmd.else;
      if (!branch) return (sh.status = 0);
      return execute(sh, branch, last && sh.flavour !== 'bash');
    }
    case 'while':
    case 'until':
      return whileLoop(sh, cmd);
    case 'for':
      return forLoop(sh, cmd);
    case 'select': {
      const { select } = await sh.load('rare', () => import('./rare.ts'));
      return select(sh, cmd);
    }
    case 'cfor':
      return cFor(sh, cmd);
    case 'case':
      return caseOf(sh, cmd, last);
    case 'arith': {
      await trapCommand(sh, 'DEBUG');
      try {
        if (sh.options.xtrace) {
          const { printParts } = await sh.load('print', () => import('./print.ts'));
          await trace(sh, `(( ${printParts(cmd.parts)} ))`);
        }
        return await settle(sh, (await arithmetic(sh, cmd.parts)) === 0n ? 1 : 0);
      } catch (error) {
        if (!(error instanceof ShellError) || error.mode === 'exit') throw error;
        await sh.complain(`((: ${error.message}`);
        return settle(sh, 1);
      }
    }
    case 'cond': {
      await trapCommand(sh, 'DEBUG');
      return settle(sh, await condition(sh, cmd.expr));
    }
    default:
      return execute(sh, cmd, last);
  }
}

async function condition(sh: Shell, expr: Cond): Promise<number> {
  return conditional(sh, expr);
}

async function subshell(sh: Shell, body: Command, cmd: Command, last: boolean): Promise<number> {
  if (last && sh.flavour !== 'bash' && !sh.trapped) {
    // ash and dash go on in this process when it has nothing more to do.
    sh.subshell++;
    return execute(sh, body, true);
  }
  const control = sh.options.monitor;
  const pid = sh.fork(
    async (child) => execute(child, body, child.flavour !== 'bash' || body.k === 'list' || replaceable(child, body)),
    control ? { pgid: 0, foreground: true } : {},
  );
  const [status] = await foreground(sh, [pid], cmd, pid);
  return settle(sh, status!);
}

/** Runs a loop's body once. Says whether the loop ends. */
async function once(sh: Shell, body: Command): Promise<boolean> {
  const turn = sh.sys.tick();
  if (turn) await turn;
  try {
    await execute(sh, body);
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.count > 1 && sh.loops > 1) {
      error.count--;
      throw error;
    }
    return error.kind === 'break';
  }
  return false;
}

async function whileLoop(sh: Shell, cmd: While): Promise<number> {
  let status = 0;
  sh.loops++;
  try {
    for (;;) {
      let test: number;
      sh.tested++;
      try {
        test = await execute(sh, cmd.cond);
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        if (error.count > 1 && sh.loops > 1) {
          error.count--;
          throw error;
        }
        if (error.kind === 'break') break;
        continue;
      } finally {
        sh.tested--;
      }
      if ((test === 0) !== (cmd.k === 'while')) break;
      const ended = await once(sh, cmd.body);
      status = sh.status;
      if (ended) break;
    }
  } finally {
    sh.loops--;
  }
  return (sh.status = status);
}

async function forLoop(sh: Shell, cmd: For): Promise<number> {
  if (!/^[A-Za-z_]\w*$/.test(cmd.name)) {
    await sh.complain(`\`${cmd.name}': not a valid identifier`);
    return settle(sh, 1);
  }
  const words = cmd.words ? await expandWords(sh, cmd.words) : [...sh.params];
  let status = 0;
  sh.loops++;
  try {
    for (const word of words) {
      sh.line = cmd.line;
      if (sh.options.xtrace && sh.flavour === 'bash')
        await trace(sh, `for ${cmd.name} in ${words.map((w) => quoteTrace(sh, w)).join(' ')}`);
      sh.assign(cmd.name, word);
      const ended = await once(sh, cmd.body);
      status = sh.status;
      if (ended) break;
    }
  } finally {
    sh.loops--;
  }
  return (sh.status = status);
}

async function cFor(sh: Shell, cmd: CFor): Promise<number> {
  let status = 0;
  sh.loops++;
  try {
    if (cmd.init.length) await arithmetic(sh, cmd.init);
    for (;;) {
      sh.line = cmd.line;
      if (cmd.test.some((p) => p.t !== 'lit' || p.s.trim()) && (await arithmetic(sh, cmd.test)) === 0n) break;
      const ended = await once(sh, cmd.body);
      status = sh.status;
      if (ended) break;
      if (cmd.step.length) await arithmetic(sh, cmd.step);
    }
  } catch (error) {
    if (!(error instanceof ShellError) || error.mode === 'exit') throw error;
    await sh.complain(`((: ${error.message}`);
    status = 1;
  } finally {
    sh.loops--;
  }
  return (sh.status = status);
}

async function caseOf(sh: Shell, cmd: Case, last: boolean): Promise<number> {
  const text = await expandString(sh, cmd.word);
  if (sh.options.xtrace && sh.flavour === 'bash') await trace(sh, `case ${text} in`);
  const options = {
    extglob: sh.extglob,
    narrow: !sh.wide,
    fold: sh.shopt('nocasematch'),
    noCaret: sh.flavour === 'dash',
  };
  let through = false;
  let status = 0;
  sh.status = 0;
  for (const item of cmd.items) {
    let fits = through;
    for (const pattern of fits ? [] : item.patterns) {
      if (matches(compile(await expandPattern(sh, pattern.parts), options), text)) {
        fits = true;
        break;
      }
    }
    if (!fits) continue;
    through = false;
    status = item.body ? await execute(sh, item.body, last && sh.flavour !== 'bash' && item.end === ';;') : 0;
    if (item.end === ';;') return status;
    through = item.end === ';&';
  }
  return status;
}

async function define(sh: Shell, cmd: FuncDef): Promise<number> {
  if (sh.flavour === 'bash' && sh.vars.find(`BASH_FUNC_${cmd.name}%%`)?.readonly) return 1;
  if (sh.flavour !== 'bash' && isSpecial(sh, cmd.name)) throw sh.fatal(`${cmd.name}: is a special built-in`);
  sh.functions.set(cmd.name, cmd);
  return (sh.status = 0);
}

// --- simple commands

/** `set -x` output. */
export async function trace(sh: Shell, text: string): Promise<void> {
  const ps4 = sh.vars.get('PS4') ?? '+ ';
  const saved = sh.status;
  sh.options.xtrace = false;
  let lead = ps4;
  if (/[$`\\]/.test(ps4)) {
    const { expandPrompt } = await sh.load('prompt', () => import('./prompt.ts'));
    lead = await expandPrompt(sh, ps4);
  }
  sh.options.xtrace = true;
  sh.status = saved;
  // bash repeats the first character for every level of substitution.
  if (sh.flavour === 'bash') lead = lead.slice(0, 1).repeat(Math.max(0, sh.evalDepth - 1)) + lead;
  await sh.write(2, `${lead}${text}\n`);
}

/** Quotes a word for `set -x`. */
export function quoteTrace(sh: Shell, s: string): string {
  if (sh.flavour === 'dash') return s;
  if (s === '') return "''";
  if (sh.flavour === 'bash') {
    if (/[\0-\x1f\x7f]/.test(s)) return ansiQuote(s);
    return /^[\w@%+=:,./-]+$/.test(s) || !/[\s'"\\$`&|;<>()*?[\]{}!#~^]/.test(s)
      ? s
      : `'${s.replaceAll("'", "'\\''")}'`;
  }
  // ash leaves these alone: + , - . / digits : @ letters ] ^ _ (and quotes its keywords).
  if (
    /^[+,\-./\d:@A-Z\]^_a-z]+$/.test(s) &&
    !/^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|function)$/.test(s)
  )
    return s;
  return singleQuote(s);
}

/** Quotes as dash and ash do: single quotes, runs of them in double quotes. */
export function singleQuote(s: string): string {
  let out = '';
  for (const m of s.matchAll(/([^']*)('*)/g)) {
    if (m[0] === '' && out) break;
    out += `'${m[1]}'${m[2] ? `"${m[2]}"` : ''}`;
  }
  return out;
}

/** `$'…'` quoting. */
export function ansiQuote(s: string): string {
  const named: Record<string, string> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\x07': '\\a',
    '\b': '\\b',
    '\x1b': '\\E',
    '\f': '\\f',
    '\v': '\\v',
    "'": "\\'",
    '\\': '\\\\',
  };
  return `$'${s.replace(/[\0-\x1f\x7f'\\]/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;
}

async function simple(sh: Shell, cmd: Simple, last: boolean): Promise<number> {
  sh.line = cmd.line;
  const keep = sh.openSubstitutions;
  try {
    if (sh.traps.size) await trapCommand(sh, 'DEBUG', cmd);
    sh.substitutionStatus = undefined;
    const args = await (sh.flavour === 'ash' && cmd.words[0] && literal(cmd.words[0]) === '[['
      ? unglobbed(sh, cmd.words)
      : expandWords(sh, cmd.words));
    if (args.length === 0) return await onlyAssignments(sh, cmd);
    if (sh.flavour === 'bash') sh.lastArgument = args.at(-1)!;
    return await dispatch(sh, cmd, args, last);
  } catch (error) {
    if (!(error instanceof ShellError) || error.mode !== 'command') throw error;
    if (error.message) await sh.complain(error.message, sh.builtin);
    return error.status;
  } finally {
    if (sh.openSubstitutions > keep) sh.closeSubstitutions(keep);
  }
}

/** The words of ash's `[[`: no pathnames. */
async function unglobbed(sh: Shell, words: readonly Word[]): Promise<string[]> {
  const { noglob } = sh.options;
  sh.options.noglob = true;
  try {
    return await expandWords(sh, words);
  } finally {
    sh.options.noglob = noglob;
  }
}

async function onlyAssignments(sh: Shell, cmd: Simple): Promise<number> {
  const assigned = await assignAll(sh, cmd.assigns, { trace: sh.options.xtrace });
  if (assigned.length) await trace(sh, assigned.join(' '));
  if (cmd.redirs?.length) {
    const saved = new Saved();
    try {
      await redirect(sh, cmd.redirs, saved);
    } finally {
      saved.restore(sh);
    }
  }
  if (cmd.assigns.length && sh.flavour === 'bash') sh.pipeStatus = [sh.substitutionStatus ?? 0];
  return sh.substitutionStatus ?? 0;
}

async function traceCommand(
  sh: Shell,
  cmd: Simple,
  args: readonly string[],
  assigned: readonly string[] = [],
): Promise<void> {
  if (!sh.options.xtrace) return;
  await trace(sh, [...assigned, ...args.map((a) => quoteTrace(sh, a))].join(' '));
  void cmd;
}

async function dispatch(sh: Shell, cmd: Simple, args: string[], last: boolean): Promise<number> {
  const name = args[0]!;
  const special = isSpecial(sh, name);
  const func = special && sh.flavour !== 'bash' ? undefined : sh.functions.get(name);
  if (func) return callFunction(sh, func, cmd, args);
  const builtin = builtins(sh).get(name);
  if (builtin && sh.shopt(`-n ${name}`) !== true) {
    const persistent = special && sh.flavour !== 'bash';
    const scoped = cmd.assigns.length > 0 && !persistent;
    const saved = new Saved();
    const outer = sh.builtin;
    if (scoped) sh.vars.push();
    let kept = false;
    try {
      try {
        if (sh.flavour !== 'bash') sh.builtin = undefined;
        if (cmd.redirs?.length) await redirect(sh, cmd.redirs, saved);
      } catch (error) {
        if (!(error instanceof ShellError)) throw error;
        if (special && sh.flavour !== 'bash' && !sh.interactive)
          throw new ShellError(error.message, error.status, 'exit');
        throw error;
      }
      const assigned = await assignAll(sh, cmd.assigns, {
        trace: sh.options.xtrace,
        ...(scoped && { scope: sh.vars.local, export: true }),
      });
      await traceCommand(sh, cmd, args, assigned);
      sh.builtin = name;
      const status = await builtin(sh, args, cmd);
      if (name === 'exec') {
        saved.drop(sh);
        kept = true;
      }
      sh.pipeStatus = [status];
      return status;
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      // The message goes where the command's own redirections say.
      if (error.message) await sh.complain(error.message, sh.builtin);
      const ends =
        error.mode === 'command' && (special || name === 'local') && sh.flavour !== 'bash' && !sh.interactive;
      throw new ShellError('', error.status, ends ? 'exit' : error.mode);
    } finally {
      sh.builtin = outer;
      if (!kept) saved.restore(sh);
      if (scoped) sh.vars.pop();
    }
  }
  // A program: in a child, or in this process when it has nothing more to do.
  if (last && !sh.trapped && !sh.options.monitor) {
    sh.lowerLevel();
    return runProgram(sh, cmd, args);
  }
  const control = sh.options.monitor;
  const pid = sh.fork((child) => runProgram(child, cmd, args), control ? { pgid: 0, foreground: true } : {});
  const [status] = await foreground(sh, [pid], cmd, pid);
  sh.pipeStatus = [status!];
  return status!;
}

/** Becomes a program. Returns the status when that fails. */
async function runProgram(sh: Shell, cmd: Simple, args: string[]): Promise<number> {
  if (cmd.redirs?.length) {
    try {
      await redirect(sh, cmd.redirs);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await sh.complain(error.message);
      throw new Exit(error.status);
    }
  }
  let assigned: string[] = [];
  if (cmd.assigns.length) {
    sh.vars.push();
    assigned = await assignAll(sh, cmd.assigns, { trace: sh.options.xtrace, scope: sh.vars.local, export: true });
  }
  await traceCommand(sh, cmd, args, assigned);
  throw new Exit(await execFile(sh, args, findCommand));
}

async function callFunction(sh: Shell, func: FuncDef, cmd: Simple, args: string[]): Promise<number> {
  const saved = new Saved();
  const scoped = cmd.assigns.length > 0;
  if (cmd.redirs?.length) {
    try {
      await redirect(sh, cmd.redirs, saved);
    } catch (error) {
      saved.restore(sh);
      throw error;
    }
  }
  if (scoped) sh.vars.push();
  try {
    const assigned = scoped
      ? await assignAll(sh, cmd.assigns, { trace: sh.options.xtrace, scope: sh.vars.local, export: true })
      : [];
    await traceCommand(sh, cmd, args, assigned);
    const status = await runFunction(sh, func, args);
    if (sh.options.functrace) await trapCommand(sh, 'RETURN');
    return status;
  } finally {
    if (scoped) sh.vars.pop();
    saved.restore(sh);
  }
}

/** Calls a function with `args` (its name first). */
export async function runFunction(sh: Shell, func: FuncDef, args: readonly string[]): Promise<number> {
  const turn = sh.sys.tick();
  if (turn) await turn;
  const limit = Number(sh.vars.get('FUNCNEST') ?? 0);
  if (sh.flavour === 'bash' && limit > 0 && sh.calls.length >= limit) {
    await sh.complain(`${func.name}: maximum function nesting level exceeded (${limit})`);
    throw new ShellError('', 1, 'discard');
  }
  if (sh.calls.length > MAX_DEPTH) throw new RangeError('stack');
  const { params, loops, line } = sh;
  sh.params = args.slice(1);
  sh.loops = 0;
  sh.calls.push({ name: func.name, line, source: sh.sources.at(-1) ?? (sh.commandString ? 'environment' : 'main') });
  sh.vars.push();
  try {
    return await execute(sh, func.body);
  } catch (error) {
    if (!(error instanceof Return)) throw error;
    return (sh.status = error.code);
  } finally {
    sh.vars.pop();
    sh.calls.pop();
    sh.params = params;
    sh.loops = loops;
    if (sh.flavour !== 'bash' || sh.traps.get('RETURN') === undefined) sh.line = line;
  }
}

/**
 * Parses and runs text: `eval`, traps, sourced files, `-c`. Syntax errors and dropped lines are the caller's to catch,
 * but one command at a time is read, so that aliases and earlier output come first. `last`: the process ends with it.
 */
export async function runText(
  sh: Shell,
  text: string,
  kind: 'eval' | 'trap' | 'source' | 'main',
  last = false,
): Promise<number> {
  if (++sh.evalDepth > 1000) {
    sh.evalDepth--;
    throw new RangeError('stack');
  }
  const inTrap = sh.inTrap;
  if (kind === 'trap') sh.inTrap = true;
  const line = sh.line;
  const parser = new Parser(text, {
    flavour: sh.flavour,
    line: kind === 'trap' || (kind === 'eval' && sh.flavour === 'bash') ? Math.max(1, sh.line) : 1,
    extglob: sh.extglob,
    narrow: !sh.wide,
    alias: (name: string) => (sh.aliasesActive ? sh.aliases.get(name) : undefined),
  });
  let status = 0;
  try {
    for (;;) {
      const command = parser.command();
      await warnUnfinished(sh, parser);
      if (!command) break;
      if (kind === 'source' || kind === 'main') {
        try {
          status = await execute(sh, command, last && atEnd(parser, sh));
        } catch (caught) {
          const error = caught instanceof ReadonlyVariable ? sh.readonlyError(caught.variable) : caught;
          // A dropped command line: in a script the next line goes on; a -c string is dropped whole.
          if (
            kind === 'source' &&
            error instanceof ShellError &&
            error.mode === 'discard' &&
            sh.sources.length === 1 &&
            sh.calls.length === 0 &&
            sh.subshell === 0
          ) {
            await sh.report(error);
            status = sh.status;
          } else throw error;
        }
      } else status = await execute(sh, command, last && atEnd(parser, sh));
    }
  } catch (caught) {
    const error = caught instanceof ReadonlyVariable ? sh.readonlyError(caught.variable) : caught;
    if (error instanceof ShellError) error.line ??= sh.line;
    if (error instanceof ParseError && kind === 'eval') {
      if (sh.flavour !== 'bash') {
        const { builtin } = sh;
        sh.builtin = 'eval';
        await sh.report(error);
        sh.builtin = builtin;
        throw new ShellError('', 2, 'exit');
      }
      await sh.write(2, parseErrorText(sh, error, 'eval: '));
      return (sh.status = 2);
    }
    throw error;
  } finally {
    sh.inTrap = inTrap;
    sh.evalDepth--;
    if (kind !== 'main') sh.line = line;
  }
  return status;
}

/** Whether nothing but blanks (for ash: nothing at all) follows. */
function atEnd(parser: Parser, sh: Shell): boolean {
  const rest = parser.src.slice(parser.pos);
  if (sh.flavour === 'ash') return rest === '' && !parser.src.endsWith('\n');
  return rest.trim() === '';
}

export async function warnUnfinished(sh: Shell, parser: Parser): Promise<void> {
  for (const { line, at, delimiter } of parser.unfinished.splice(0)) {
    if (sh.flavour !== 'bash') continue;
    const saved = sh.line;
    sh.line = line;
    await sh.complain(`warning: here-document at line ${at} delimited by end-of-file (wanted \`${delimiter}')`);
    sh.line = saved;
  }
}

export { assignOne, isErrno, literal };
export type { Redir, Word };
