/** The interactive shell: prompts, lines, job messages, the end. */
import { isErrno } from '../../kernel/errno.ts';
import { decode } from './bytes.ts';
import { Exit, Interrupted, LoopJump, Return } from './errors.ts';
import { execute, warnUnfinished, runText } from './execute.ts';
import { loadHistory, remember, saveHistory } from './history.ts';
import { stateOf } from './jobs.ts';
import { ParseError } from './lexer.ts';
import { parseErrorText } from './messages.ts';
import { Parser } from './parser.ts';
import { expandPrompt } from './prompt.ts';
import type { Shell } from './shell.ts';
import type { LineEditor } from './editor.ts';

/** Reads lines of a terminal (or whatever standard input is) until the end and runs them. */
export async function interact(sh: Shell, startup: () => Promise<void>): Promise<number> {
  const session = new Session(sh);
  return session.run(startup);
}

class Session {
  private readonly sh: Shell;
  private editor: LineEditor | undefined;
  private line = 1;
  private warned = false;

  constructor(sh: Shell) {
    this.sh = sh;
  }

  async run(startup: () => Promise<void>): Promise<number> {
    const { sh } = this;
    const { sys } = sh;
    const terminal = isTerminal(sh, 0);
    sh.guard();
    if (terminal) {
      sh.options.monitor = true;
      try {
        if (sys.pgid !== sys.pid && sys.sid !== sys.pid) sys.setpgid(0, 0);
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
      sh.takeTerminal();
    }
    const bash = sh.flavour === 'bash';
    if (bash) {
      sh.options.histexpand = true;
      sh.options.history = true;
      sh.options.emacs = true;
      sh.shopts.set('expand_aliases', true);
      if (sh.vars.get('PS1') === undefined) sh.vars.set('PS1', '\\s-\\v\\$ ');
      if (sh.vars.get('PS2') === undefined) sh.vars.set('PS2', '> ');
      sh.vars.set('HISTSIZE', '500');
      sh.vars.set('HISTFILESIZE', '500');
      const home = sh.vars.get('HOME');
      if (home) sh.vars.set('HISTFILE', `${home}/.bash_history`);
      this.size();
    } else if (sh.flavour === 'ash') {
      await sh.write(
        1,
        "\n\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n",
      );
    }
    await startup();
    // Debian's busybox keeps no history file.
    if (sh.flavour === 'bash') loadHistory(sh);
    if (terminal && sh.flavour !== 'dash') {
      const { LineEditor } = await sh.load('editor', () => import('./editor.ts'));
      this.editor = new LineEditor(sh, 0);
    }
    try {
      for (;;) {
        const again = await this.once();
        if (!again) break;
      }
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      this.end();
      throw error;
    }
    this.end();
    return sh.status;
  }

  private end(): void {
    const { sh } = this;
    if (sh.flavour === 'bash') {
      saveHistory(sh);
      for (const job of sh.jobs?.list ?? []) {
        if (!stateOf(sh, job).startsWith('Stopped') && !sh.shopt('huponexit')) continue;
        try {
          sh.sys.kill(-job.group, 'SIGHUP');
          sh.sys.kill(-job.group, 'SIGCONT');
        } catch (error) {
          if (!isErrno(error)) throw error;
        }
      }
    }
  }

  private size(): void {
    try {
      const { columns, rows } = this.sh.sys.windowSize(0);
      this.sh.vars.set('COLUMNS', String(columns));
      this.sh.vars.set('LINES', String(rows));
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  /** Reads and runs one command; false at the end of input. */
  private async once(): Promise<boolean> {
    const { sh } = this;
    try {
      await sh.jobs?.notify();
      if (sh.pending.length) await sh.runTraps();
      const command = sh.vars.get('PROMPT_COMMAND');
      if (command && sh.flavour === 'bash') {
        const { status } = sh;
        await runText(sh, command, 'trap');
        sh.status = status;
      }
      sh.interrupted = false;
      const found = await this.command();
      if (found === 'eof') {
        if (await this.stopped()) return true;
        if (sh.flavour === 'bash') await sh.write(2, sh.login ? 'logout\n' : 'exit\n');
        return false;
      }
      if (found === undefined) return true;
      try {
        await execute(sh, found);
        if (sh.interrupted) throw new Interrupted();
      } catch (error) {
        if (error instanceof Exit && (await this.leaving())) return true;
        throw error;
      }
      this.warned = false;
    } catch (error) {
      if (error instanceof Interrupted) {
        sh.interrupted = false;
        sh.status = 130;
        await sh.write(2, '\n');
      } else if (error instanceof LoopJump || error instanceof Return)
        sh.status = error instanceof Return ? error.code : 0;
      else if (error instanceof Exit) throw error;
      else if (error instanceof ParseError) {
        await sh.write(2, parseErrorText(sh, error));
        sh.status = 2;
      } else if (!(await sh.report(error))) throw error;
      sh.loops = 0;
      sh.tested = 0;
      sh.calls = [];
      sh.builtin = undefined;
      while (sh.vars.depth > 1) sh.vars.pop();
    }
    return true;
  }

  /** `exit` was given: says so, and refuses once while jobs are stopped. */
  private async leaving(): Promise<boolean> {
    const { sh } = this;
    if (sh.flavour === 'bash' && sh.exiting) await sh.write(2, sh.login ? 'logout\n' : 'exit\n');
    const stay = sh.exiting && (await this.stopped());
    sh.exiting = false;
    return stay;
  }
  private async stopped(): Promise<boolean> {
    const { sh } = this;
    if (this.warned || !sh.jobs?.list.some((j) => stateOf(sh, j).startsWith('Stopped'))) return false;
    this.warned = true;
    await sh.write(2, sh.flavour === 'bash' ? 'There are stopped jobs.\n' : 'You have stopped jobs.\n');
    return true;
  }

  private async command() {
    const { sh } = this;
    let text = '';
    let history = '';
    for (let first = true; ; first = false) {
      const prompt = await expandPrompt(sh, sh.vars.get(first ? 'PS1' : 'PS2') ?? '');
      const got = await this.input(prompt);
      if (got === 'interrupt') {
        sh.status = 130;
        if (sh.traps.get('INT')) {
          sh.pending.push('SIGINT');
          await sh.runTraps();
        }
        return undefined;
      }
      if (got === 'eof') {
        if (first) return 'eof' as const;
        const parser = this.parser(text, false);
        const parsed = parser.command();
        await warnUnfinished(sh, parser);
        return parsed;
      }
      let line = got;
      if (sh.options.histexpand && line.includes('!')) {
        const { expandHistory } = await sh.load('histexpand', () => import('./histexpand.ts'));
        const expanded = expandHistory(sh.history, line);
        if ('error' in expanded) {
          await sh.write(2, `${sh.name}: ${expanded.error}: event not found\n`);
          return undefined;
        }
        if (expanded.text !== line) {
          line = expanded.text;
          await sh.write(2, `${line}\n`);
        }
      }
      text += `${line}\n`;
      if (sh.flavour === 'ash') remember(sh, line);
      else history = first ? line : joinLines(history, line);
      const parser = this.parser(text, true);
      parser.more = true;
      try {
        const command = parser.command();
        if (sh.flavour === 'bash') remember(sh, history);
        this.line = parser.line;
        await warnUnfinished(sh, parser);
        return command;
      } catch (error) {
        if (error instanceof ParseError && error.incomplete) continue;
        if (sh.flavour === 'bash') remember(sh, history);
        this.line += text.split('\n').length - 1;
        throw error;
      }
    }
  }

  private parser(text: string, more: boolean): Parser {
    const { sh } = this;
    const parser = new Parser(text, {
      flavour: sh.flavour,
      line: this.line,
      extglob: sh.extglob,
      narrow: !sh.wide,
      alias: (name: string) => (sh.aliasesActive ? sh.aliases.get(name) : undefined),
    });
    parser.more = more;
    return parser;
  }

  private async input(prompt: string): Promise<string | 'eof' | 'interrupt'> {
    const { sh } = this;
    if (this.editor) {
      const line = await this.editor.read(prompt, async (text, cursor) => {
        const { complete } = await sh.load('completion', () => import('./completion.ts'));
        return complete(sh, text, cursor);
      });
      this.size();
      return typeof line === 'string' ? line : line.text;
    }
    await sh.write(2, prompt);
    const bytes: number[] = [];
    for (;;) {
      let chunk: Uint8Array;
      try {
        chunk = await sh.sys.read(0, 1);
      } catch (error) {
        if (isErrno(error, 'EIO')) return 'eof';
        if (!isErrno(error, 'EINTR')) throw error;
        if (sh.interrupted) {
          sh.interrupted = false;
          await sh.write(2, '\n');
          return 'interrupt';
        }
        if (sh.pending.length) await sh.runTraps();
        continue;
      }
      if (!chunk.length) {
        if (!bytes.length) {
          if (sh.flavour !== 'bash') await sh.write(2, '\n');
          return 'eof';
        }
        break;
      }
      if (chunk[0] === 10) break;
      bytes.push(chunk[0]!);
    }
    return decode(new Uint8Array(bytes));
  }
}

/** Puts the lines of one command together as bash's `cmdhist` does. */
function joinLines(before: string, line: string): string {
  const quotes = (before.match(/(?<!\\)["']/g) ?? []).length % 2 === 1;
  if (quotes || /<<-?\s*\S+/.test(before)) return `${before}\n${line}`;
  if (/\\$/.test(before)) return before.slice(0, -1) + line;
  if (/(^|\s|;)(then|do|else|elif|in|\{|\(|&&|\|\||\||;;)\s*$|[;&|({]\s*$/.test(before) || before.trim() === '')
    return `${before} ${line}`;
  return `${before}; ${line}`;
}

function isTerminal(sh: Shell, fd: number): boolean {
  try {
    return sh.sys.isatty(fd);
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
