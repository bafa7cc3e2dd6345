/** The state of one shell process, and what the other parts ask of it. */
import { copyFile } from './redirect.ts';
import type { ForkOptions, Sys, WaitResult } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { SIGNALS, signalNumber, type SignalName } from '../../kernel/signals.ts';
import type { ArithmeticError, ArithmeticScope } from './arithmetic.ts';
import { evaluate } from './arithmetic.ts';
import type { Command, Flavour, FuncDef } from './ast.ts';
import { decode, encode } from './bytes.ts';
import { Exit, Interrupted, LoopJump, Return, ShellError } from './errors.ts';
import { execute, runText } from './execute.ts';
import { Jobs } from './jobs.ts';
import { ParseError } from './lexer.ts';
import { arithmeticText, parseErrorText } from './messages.ts';
import { inBuckets, ReadonlyVariable, Variables } from './variables.ts';
import { installDynamics } from './specials.ts';

/** `set` options by their long names. */
export const OPTION_LETTERS = {
  allexport: 'a',
  braceexpand: 'B',
  errexit: 'e',
  errtrace: 'E',
  functrace: 'T',
  hashall: 'h',
  histexpand: 'H',
  ignoreeof: 'I',
  interactive: 'i',
  keyword: 'k',
  monitor: 'm',
  noclobber: 'C',
  noexec: 'n',
  noglob: 'f',
  notify: 'b',
  nounset: 'u',
  onecmd: 't',
  physical: 'P',
  pipefail: '',
  posix: '',
  privileged: 'p',
  stdin: 's',
  verbose: 'v',
  vi: 'V',
  emacs: '',
  history: '',
  xtrace: 'x',
} as const;
export type OptionName = keyof typeof OPTION_LETTERS;
export type Options = Record<OptionName, boolean>;

/** A child as `wait` reported it. */
export type ChildState = WaitResult['status'] | undefined;

export class Shell {
  sys: Sys;
  readonly flavour: Flavour;
  vars = new Variables();
  functions = new Map<string, FuncDef>();
  aliases = new Map<string, string>();
  options: Options;
  shopts = new Map<string, boolean>();
  /** `$0`. */
  name: string;
  params: string[] = [];
  status = 0;
  /** `$!` */
  lastBackground: number | undefined;
  /** `$$`: the pid of the shell that forked the subshells. */
  shellPid: number;
  line = 1;
  /** Signal name (without SIG) or EXIT, ERR, DEBUG, RETURN → command; '' ignores. */
  traps = new Map<string, string>();
  /** Signals ignored when the shell started: they cannot be trapped. */
  pending: SignalName[] = [];
  inTrap = false;
  /** The `exit` builtin was called (and not errexit). */
  exiting = false;
  /** Nesting of `eval`, traps and sourced scripts. */
  evalDepth = 0;
  /** Nesting of sourced files. */
  sourcing = 0;
  interactive = false;
  login = false;
  /** Running `-c`: error texts have no script name. */
  commandString = false;
  /** Names of scripts being read by `.` and of the script file. */
  sources: string[] = [];
  /** Names of functions being run, innermost last, and the lines they were called at. */
  calls: { name: string; line: number; source: string }[] = [];
  loops = 0;
  /** Above 0 a failing command does not end the shell (`if`, `&&`, `!`). */
  tested = 0;
  subshell = 0;
  hash = new Map<string, string>();
  /** Name of the running builtin, for error texts. */
  builtin: string | undefined;
  pipeStatus: number[] = [];
  /** Text of the command a trap is run for. */
  command = '';
  /** Status of the last command substitution of a command without a name. */
  substitutionStatus: number | undefined;
  children = new Map<number, ChildState>();
  jobs: Jobs | undefined = new Jobs(this);
  /** Statuses of background children already waited for. */
  ended = new Map<number, number>();
  /** The controlling terminal's descriptor of an interactive shell. */
  terminalFd: number | undefined;
  interrupted = false;
  history: string[] = [];
  started: number;
  /** Limits set with `ulimit`. */
  limits = new Map<string, string>();
  optionIndex = { word: 1, char: 0 };
  lastArgument = '';
  /** Called when the PATH changes or memory is to be charged. */
  private charged = 0;
  directories: string[] = [];
  /** Logical working directory. */
  pwd = '/';
  private procFds: number[] = [];

  constructor(sys: Sys, flavour: Flavour, name: string) {
    this.sys = sys;
    this.flavour = flavour;
    this.name = name;
    this.shellPid = sys.pid;
    this.started = sys.now();
    this.lastArgument = name;
    this.options = Object.fromEntries(Object.keys(OPTION_LETTERS).map((k) => [k, false])) as Options;
    this.options.hashall = flavour === 'bash';
    this.options.braceexpand = flavour === 'bash';
    this.hook();
  }

  private hook(): void {
    this.vars.changed = (name) => {
      if (name === 'PATH') this.hash.clear();
      else if (name === 'OPTIND') this.optionIndex = { word: Number(this.vars.get('OPTIND')) || 1, char: 0 };
      if (this.vars.size - this.charged > 262_144 || this.charged - this.vars.size > 4_000_000) {
        this.charged = this.vars.size;
        this.sys.memory(4_000_000 + this.charged * 2);
      }
    };
    this.vars.evaluate = (text) => evaluate(text, this.arithmeticScope, this.flavour).toString();
    installDynamics(this);
  }

  /** A copy for a subshell process. */
  copy(): Shell {
    const twin = new Shell(this.sys, this.flavour, this.name);
    const dynamics = this.vars.dynamic;
    twin.vars = this.vars.copy();
    twin.hook();
    for (const name of twin.vars.dynamic.keys()) if (!dynamics.has(name)) twin.vars.dynamic.delete(name);
    twin.functions = new Map(this.functions);
    twin.aliases = new Map(this.aliases);
    twin.options = { ...this.options, monitor: false };
    twin.shopts = new Map(this.shopts);
    twin.params = [...this.params];
    twin.status = this.status;
    twin.lastBackground = this.lastBackground;
    twin.shellPid = this.shellPid;
    twin.line = this.line;
    twin.traps = new Map(this.traps);
    twin.commandString = this.commandString;
    twin.interactive = this.interactive;
    twin.sources = [...this.sources];
    twin.calls = [...this.calls];
    twin.evalDepth = this.evalDepth;
    twin.sourcing = this.sourcing;
    twin.login = this.login;
    twin.loops = this.loops;
    twin.tested = this.tested;
    twin.subshell = this.subshell + 1;
    twin.hash = new Map(this.hash);
    twin.pipeStatus = [...this.pipeStatus];
    twin.history = this.history;
    twin.started = this.started;
    twin.optionIndex = { ...this.optionIndex };
    twin.lastArgument = this.lastArgument;
    twin.directories = [...this.directories];
    twin.modules = new Map(this.modules);
    twin.pwd = this.pwd;
    twin.charged = this.charged;
    twin.builtin = this.builtin;
    return twin;
  }

  // --- processes

  /** Forks a child that goes on as a copy of this shell. */
  fork(main: (child: Shell) => Promise<number>, options: ForkOptions & { readonly background?: boolean } = {}): number {
    const child = this.copy();
    const jobControl = this.options.monitor;
    const handled = jobControl || this.interactive;
    const { background, ...rest } = options;
    const parentTraps = [...this.traps].filter(([, command]) => command !== '').map(([name]) => name);
    const run = async (sys: Sys): Promise<number> => {
      child.sys = sys;
      for (const name of parentTraps) if (`SIG${name}` in SIGNALS) sys.signal(`SIG${name}` as SignalName, 'default');
      for (const [name, command] of child.traps) if (command !== '') child.traps.delete(name);
      if (handled)
        for (const s of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) {
          if (child.traps.get(s.slice(3)) !== '') sys.signal(s, 'default');
        }
      if (background && !jobControl) {
        sys.signal('SIGINT', 'ignore');
        sys.signal('SIGQUIT', 'ignore');
      }
      return child.process(() => main(child));
    };
    let pid: number;
    try {
      pid = this.sys.fork(run, rest);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (this.flavour === 'bash') throw new ShellError(`fork: ${error.message}`, 254, 'exit');
      throw new ShellError(this.flavour === 'ash' ? `can't fork: ${error.message}` : 'Cannot fork', 2, 'exit');
    }
    this.children.set(pid, undefined);
    return pid;
  }

  /** Runs the body of a process to its end: how it leaves, and the EXIT trap. */
  async process(body: () => Promise<number>): Promise<number> {
    let code: number;
    try {
      code = await body();
    } catch (error) {
      code = await this.leave(error);
    }
    return this.exitTrap(code);
  }

  /** The exit status for what ended the main body. */
  async leave(error: unknown): Promise<number> {
    if (error instanceof Exit) return error.code;
    if (error instanceof Return) return error.code;
    if (error instanceof LoopJump) return 0;
    if (error instanceof Interrupted) return 130;
    if (await this.report(error)) return this.status;
    throw error;
  }

  async exitTrap(code: number): Promise<number> {
    const command = this.traps.get('EXIT');
    if (!command) return code;
    this.traps.delete('EXIT');
    this.status = code;
    try {
      await runText(this, command, 'trap');
    } catch (error) {
      return this.leave(error);
    }
    return code;
  }

  /** Prints an error that ends a command and sets the status; false when it is none of the shell's. */
  async report(error: unknown): Promise<boolean> {
    if (error instanceof ReadonlyVariable) {
      error = this.readonlyError(error.variable);
    }
    if (error instanceof ParseError) {
      await this.write(2, parseErrorText(this, error));
      this.status = 2;
      return true;
    }
    if (error instanceof ShellError) {
      if (error.line !== undefined) this.line = error.line;
      if (error.message) await this.complain(error.message, this.builtin);
      this.status = error.status;
      return true;
    }
    if (error instanceof RangeError && error.message.startsWith('Invalid')) {
      // A string longer than can be: allocation failed.
      await this.complain(
        this.flavour === 'bash'
          ? 'xrealloc: cannot allocate 1073741824 bytes'
          : this.flavour === 'dash'
            ? 'Out of space'
            : 'out of memory',
      );
      this.status = 2;
      return true;
    }
    if (error instanceof RangeError) {
      // Out of stack or of string space: a real shell crashes.
      this.sys.signal('SIGSEGV', 'default');
      this.sys.kill(this.sys.pid, 'SIGSEGV');
      this.status = 139;
      return true;
    }
    if (isErrno(error)) {
      await this.complain(error.message);
      this.status = 1;
      return true;
    }
    return false;
  }

  /** Takes in one change of a child. Returns false when there is none (left). */
  private async reap(noHang: boolean): Promise<boolean> {
    let result: WaitResult | undefined;
    try {
      result = await this.sys.wait(-1, { noHang, untraced: this.options.monitor });
    } catch (error) {
      if (isErrno(error, 'ECHILD')) return false;
      throw error;
    }
    if (!result) return false;
    if ('continued' in result.status) this.children.set(result.pid, undefined);
    else if (this.children.has(result.pid)) this.children.set(result.pid, result.status);
    this.jobs?.update(result.pid, result.status);
    return true;
  }

  /** Reaps all children that have ended, without waiting. */
  async poll(): Promise<void> {
    while (await this.reap(true));
  }

  /** Waits until all of `pids` have ended or stopped. With `interruptible` a trapped signal rejects with EINTR. */
  async waitFor(pids: readonly number[], interruptible = false): Promise<void> {
    this.jobs?.killed.clear();
    while (pids.some((pid) => this.children.has(pid) && this.children.get(pid) === undefined)) {
      try {
        if (!(await this.reap(false))) {
          for (const pid of pids) if (this.children.get(pid) === undefined) this.children.set(pid, { code: 127 });
        }
      } catch (error) {
        if (!isErrno(error, 'EINTR') || interruptible) throw error;
      }
    }
  }

  /** Waits until one of `pids` has changed. Rejects EINTR for a trapped signal. */
  async waitForAny(pids: readonly number[]): Promise<void> {
    while (pids.every((pid) => this.children.get(pid) === undefined && this.children.has(pid))) {
      if (!(await this.reap(false))) for (const pid of pids) this.children.set(pid, { code: 127 });
    }
  }
  /** Keeps the status of a child that ended, for a later `wait`. */
  remember(pid: number): void {
    const state = this.children.get(pid);
    if (state && !('stopped' in state)) this.ended.set(pid, this.collect(pid));
  }
  /** Gives the terminal to a process group. */
  giveTerminal(group: number): void {
    this.terminal((fd) => this.sys.foregroundGroup(fd, group));
  }
  takeTerminal(): void {
    this.terminal((fd) => this.sys.foregroundGroup(fd, this.sys.pgid));
  }
  private terminal(act: (fd: number) => void): void {
    for (const fd of [this.terminalFd ?? 2, 0, 1]) {
      try {
        if (!this.sys.isatty(fd)) continue;
        act(fd);
        return;
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
    }
  }

  /** `$?` for a child that ended (or stopped), which is forgotten unless it stopped. */
  collect(pid: number): number {
    const state = this.children.get(pid);
    if (!state || 'continued' in state) return 127;
    if ('stopped' in state) return 128 + signalNumber(state.stopped);
    this.children.delete(pid);
    return 'code' in state ? state.code : 128 + signalNumber(state.signal);
  }

  /** Output of a command substitution, without its trailing newlines. */
  async capture(body: Command | undefined): Promise<string> {
    if (!body) {
      this.substitutionStatus = 0;
      return '';
    }
    const file =
      this.flavour === 'bash' &&
      body.k === 'simple' &&
      !body.words.length &&
      !body.assigns.length &&
      body.redirs?.length === 1 &&
      body.redirs[0]!.op === '<'
        ? body.redirs[0]!
        : undefined;
    const [r, w] = this.pipe();
    const pid = this.fork(async (child) => {
      child.sys.close(r);
      child.moveFd(w, 1);
      child.options.errexit &&= child.flavour !== 'bash' || child.options.posix || child.shopt('inherit_errexit');
      if (file) {
        return copyFile(child, file);
      }
      child.tested = 0;
      child.evalDepth++;
      return execute(child, body, true);
    });
    this.sys.close(w);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const chunk = await this.retry(() => this.sys.read(r));
      if (!chunk.length) break;
      chunks.push(chunk);
      size += chunk.length;
      if (size > 1_000_000 && size - chunk.length < Math.floor(size / 1_000_000) * 1_000_000)
        this.sys.memory(4_000_000 + this.vars.size * 2 + size * 2);
    }
    this.sys.close(r);
    await this.waitFor([pid]);
    this.substitutionStatus = this.collect(pid);
    // `$?` later in the same command sees it in bash only.
    if (this.flavour === 'bash') this.status = this.substitutionStatus;
    if (this.interactive && this.substitutionStatus === 130) throw new Interrupted();
    const all = chunks.length === 1 ? chunks[0]! : concat(chunks, size);
    let text = decode(all);
    if (text.includes('\0')) {
      if (this.flavour === 'bash') await this.complain('warning: command substitution: ignored null byte in input');
      text = text.replaceAll('\0', '');
    }
    let end = text.length;
    while (end > 0 && text[end - 1] === '\n') end--;
    return text.slice(0, end);
  }

  /** Starts the command of `<(…)` or `>(…)` and gives the path to its end. */
  async processSubstitution(dir: '<' | '>', body: Command | undefined): Promise<string> {
    const [r, w] = this.pipe();
    const pid = this.fork(async (child) => {
      child.sys.close(dir === '<' ? r : w);
      child.moveFd(dir === '<' ? w : r, dir === '<' ? 1 : 0);
      return body ? execute(child, body, true) : 0;
    });
    this.sys.close(dir === '<' ? w : r);
    let fd = dir === '<' ? r : w;
    // Like bash: from 63 downwards, where descriptors seldom are.
    for (let wanted = 63; wanted > 10; wanted--) {
      if (this.sys.fds().includes(wanted)) continue;
      this.sys.dup2(fd, wanted);
      this.sys.close(fd);
      fd = wanted;
      break;
    }
    this.procFds.push(fd);
    this.lastBackground = pid;
    return `/dev/fd/${fd}`;
  }
  /** bash leaves its level of SHLVL to a program that takes its place. */
  lowerLevel(): void {
    if (this.flavour !== 'bash' || this.subshell) return;
    const v = this.vars.find('SHLVL');
    if (v && !v.readonly) v.value = String(Math.max(0, (Number(v.value) || 0) - 1));
  }
  /** Closes the ends of process substitutions opened since there were `keep`. */
  closeSubstitutions(keep: number): void {
    for (const fd of this.procFds.splice(keep)) this.sys.close(fd);
  }
  get openSubstitutions(): number {
    return this.procFds.length;
  }

  /** A pipe on descriptors scripts do not use. */
  pipe(): [number, number] {
    return this.sys.pipe();
  }
  /** Makes `fd` the descriptor `target`. */
  moveFd(fd: number, target: number): void {
    if (fd === target) return;
    this.sys.dup2(fd, target);
    this.sys.close(fd);
  }

  /** What busybox calls itself in the messages of applets that ash runs as builtins. */
  get applet(): string {
    const called = this.sys.argv[0] ?? 'sh';
    return called.slice(called.lastIndexOf('/') + 1).replace(/^-/, '');
  }

  /** Repeats a call that a handled signal interrupted; an interactive shell leaves on ^C. */
  async retry<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
        this.checkInterrupt();
      }
    }
  }

  checkInterrupt(): void {
    if (!this.interrupted) return;
    this.interrupted = false;
    throw new Interrupted();
  }

  /** Code loaded already in this process or one it was forked from. */
  private modules = new Map<string, unknown>();
  /** Loads a part of the shell on first use. Kept by process, so that timing does not depend on other machines. */
  async load<T>(name: string, load: () => Promise<T>): Promise<T> {
    const cached = this.modules.get(name);
    if (cached) return cached as T;
    const loaded = await this.sys.external(load());
    this.modules.set(name, loaded);
    return loaded;
  }

  // --- output

  async write(fd: number, text: string): Promise<void> {
    try {
      await this.retry(() => this.sys.write(fd, encode(text)));
    } catch (error) {
      // Messages to a closed standard error are lost; a builtin's own output failing is its caller's affair.
      if (!isErrno(error) || fd !== 2) throw error;
    }
  }
  async out(text: string): Promise<void> {
    if (text === '') return;
    try {
      await this.retry(() => this.sys.write(1, encode(text)));
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (this.flavour === 'ash') await this.write(2, `${this.applet}: write error: ${error.message}\n`);
      else
        await this.complain(
          this.flavour === 'bash' ? `write error: ${error.message}` : `${this.builtin ?? ''}: I/O error`,
          this.builtin,
        );
      throw new ShellError('', 1, 'command');
    }
  }
  /** Prints an error of the shell. */
  async complain(text: string, builtin?: string): Promise<void> {
    await this.write(2, `${this.prefix(builtin)}${text}\n`);
  }

  /** What stands before an error text: the shell's or script's name, the line, the builtin. */
  prefix(builtin?: string): string {
    const source = this.sources.at(-1);
    switch (this.flavour) {
      case 'bash': {
        const name = (this.interactive ? undefined : this.calls.at(-1)?.source) ?? source ?? this.name;
        const b = builtin ? `${builtin}: ` : '';
        if (source === undefined && this.interactive) return `${name}: ${b}`;
        return `${name}: line ${this.line}: ${b}`;
      }
      case 'dash': {
        const command = builtin ?? this.builtin ?? (this.sourcing ? source : undefined);
        return `${this.name}: ${this.line}: ${command !== undefined && command !== this.name ? `${command}: ` : ''}`;
      }
      case 'ash': {
        const command = builtin ?? this.builtin ?? (this.commandString && !this.sourcing ? undefined : source);
        if (command === undefined) return `${this.name}: `;
        const c = command === this.name ? '' : `${command}: `;
        return `${this.name}: ${c}${this.interactive && source === undefined ? '' : `line ${this.commandString && !this.sourcing ? 0 : this.line}: `}`;
      }
    }
  }

  // --- errors, in the flavour's words

  /** An error that ends the command line (bash) or the shell (dash, ash). */
  fatal(message: string, bashStatus = 1): ShellError {
    return this.flavour === 'bash'
      ? new ShellError(message, bashStatus, 'discard')
      : new ShellError(message, 2, 'exit');
  }
  unbound(name: string): ShellError {
    return this.flavour === 'bash'
      ? new ShellError(
          `${/^\d+$/.test(name) ? `$${name}` : name}: unbound variable`,
          this.commandString ? 127 : 1,
          'exit',
        )
      : this.fatal(`${name}: parameter not set`);
  }
  missing(name: string, text: string, colon: boolean): ShellError {
    const message =
      text ||
      (this.flavour === 'bash'
        ? `parameter ${colon ? 'null or ' : ''}not set`
        : `parameter not set${colon ? ' or null' : ''}`);
    return new ShellError(
      `${name}: ${text === '' && this.flavour === 'dash' ? `parameter not set${colon ? ' or null' : ''}` : message}`,
      this.flavour === 'bash' ? (this.commandString ? 127 : 1) : 2,
      'exit',
    );
  }
  badSubstitution(text: string): ShellError {
    if (this.flavour === 'bash') return new ShellError(`${text}: bad substitution`, 1, 'discard');
    return this.fatal(this.flavour === 'dash' ? 'Bad substitution' : 'syntax error: bad substitution');
  }
  cannotAssign(name: string): ShellError {
    return this.fatal(this.flavour === 'bash' ? `$${name}: cannot assign in this way` : `${name}: bad variable name`);
  }
  readonlyError(name: string): ShellError {
    return this.flavour === 'bash'
      ? new ShellError(`${name}: readonly variable`, 1, this.builtin ? 'command' : 'discard')
      : this.fatal(`${name}: is read only`);
  }
  arithmeticError(error: ArithmeticError, text: string): ShellError {
    return this.fatal(arithmeticText(this.flavour, error, text));
  }
  tooManyWords(count: number): void {
    void this.complain(`brace expansion: failed to allocate memory for ${count} elements`);
  }

  // --- variables

  lookup(name: string): string | undefined {
    switch (name) {
      case '?':
        return String(this.status);
      case '#':
        return String(this.params.length);
      case '$':
        return String(this.shellPid);
      case '!':
        return this.lastBackground === undefined
          ? this.flavour === 'bash'
            ? undefined
            : ''
          : String(this.lastBackground);
      case '-':
        return this.flags;
      case '0':
        return this.name;
      case '_':
        return this.flavour === 'bash' ? this.lastArgument : this.vars.get('_');
      default:
        if (/^\d+$/.test(name)) return this.params[Number(name) - 1];
        return this.vars.get(name);
    }
  }
  get flags(): string {
    const letters = this.flavour === 'bash' ? 'abefhikmnptuvxBCEHPTcs' : 'efIimnsxvVECabuc';
    const on = new Set<string>(
      Object.entries(OPTION_LETTERS).flatMap(([name, letter]) =>
        this.options[name as OptionName] && letter ? [letter] : [],
      ),
    );
    if (this.commandString && this.flavour !== 'dash') on.add('c');
    if (this.flavour !== 'bash') on.delete('h');
    return [...letters].filter((l) => on.has(l)).join('');
  }
  elements(name: string): [number | string, string][] {
    const v = this.vars.find(name);
    if (v?.array) return [...v.array].sort(([a], [b]) => a - b);
    if (v?.assoc) return inBuckets(v.assoc);
    const special = this.arrayOf(name);
    if (special) return special.map((s, i) => [i, s]);
    const one = this.lookup(name);
    return one === undefined ? [] : [[0, one]];
  }
  /** Arrays that the shell itself keeps. */
  private arrayOf(name: string): string[] | undefined {
    if (this.flavour !== 'bash') return undefined;
    if (name === 'PIPESTATUS') return this.pipeStatus.map(String);
    if (name === 'FUNCNAME')
      return this.calls.length
        ? [...this.calls.map((c) => c.name).reverse(), ...(this.sources.length ? ['main'] : [])]
        : [];
    if (name === 'BASH_LINENO') return [...this.calls.map((c) => String(c.line)).reverse(), '0'];
    if (name === 'BASH_SOURCE')
      return [...this.calls.map((c) => c.source).reverse(), ...[...this.sources].reverse().slice(0, 1)];
    if (name === 'DIRSTACK') return [this.pwd, ...this.directories];
    if (name === 'GROUPS') return [this.sys.gid, ...this.sys.groups.filter((g) => g !== this.sys.gid)].map(String);
    return undefined;
  }
  element(name: string, key: string | number): string | undefined {
    const v = this.vars.find(name);
    if (v?.assoc) return v.assoc.get(String(key));
    let k = Number(key);
    if (k < 0) {
      const keys = this.elements(name).map(([i]) => Number(i));
      k += (keys.at(-1) ?? -1) + 1;
    }
    if (v?.array) return v.array.get(k);
    const special = v ? undefined : this.arrayOf(name);
    if (special) return special[k];
    return k === 0 ? this.lookup(name) : undefined;
  }
  setElement(name: string, key: string | number, value: string, append = false): void {
    const v = this.vars.find(name);
    if (!v?.assoc && Number(key) < 0) {
      const keys = this.elements(name).map(([i]) => Number(i));
      const k = Number(key) + (keys.at(-1) ?? -1) + 1;
      if (k < 0) throw this.fatal(`${name}[${key}]: bad array subscript`);
      key = k;
    }
    this.vars.setElement(name, key, value, append);
  }
  assign(name: string, value: string): void {
    this.vars.set(name, value);
  }
  readonly arithmeticScope: ArithmeticScope = {
    get: (name, index) => {
      const value =
        index === undefined
          ? this.lookup(name)
          : this.element(
              name,
              this.vars.find(name)?.assoc ? index : Number(evaluate(index, this.arithmeticScope, this.flavour)),
            );
      if (value === undefined && this.options.nounset) throw this.unbound(name);
      return value;
    },
    set: (name, index, value) => {
      if (index === undefined) this.assign(name, value);
      else
        this.setElement(
          name,
          this.vars.find(name)?.assoc ? index : Number(evaluate(index, this.arithmeticScope, this.flavour)),
          value,
        );
    },
  };

  get ifs(): string {
    return this.vars.get('IFS') ?? ' \t\n';
  }
  get ifsSeparator(): string {
    const ifs = this.vars.get('IFS');
    return ifs === undefined ? ' ' : ifs.slice(0, 1);
  }
  /** Whether the locale's characters are UTF-8 (else bytes). */
  get wide(): boolean {
    if (this.flavour === 'dash') return false;
    const locale = this.vars.get('LC_ALL') || this.vars.get('LC_CTYPE') || this.vars.get('LANG') || '';
    return /utf-?8/i.test(locale);
  }
  get extglob(): boolean {
    return this.shopt('extglob');
  }
  shopt(name: string): boolean {
    return this.shopts.get(name) ?? false;
  }
  /** Whether aliases are expanded: in bash only interactively, unless asked for. */
  get aliasesActive(): boolean {
    return this.flavour !== 'bash' || this.shopt('expand_aliases');
  }
  get globOptions() {
    return {
      extglob: this.extglob,
      dotglob: this.shopt('dotglob'),
      globstar: this.shopt('globstar'),
      dots: this.flavour !== 'bash',
      fold: this.shopt('nocaseglob'),
      noCaret: this.flavour === 'dash',
    };
  }
  /** The directory a tilde prefix names; undefined leaves it as it is. */
  home(user: string): string | undefined {
    if (user === '') return this.vars.get('HOME') ?? this.passwd((f) => f[2] === String(this.sys.uid));
    if (this.flavour === 'bash' && user === '+') return this.pwd;
    if (this.flavour === 'bash' && user === '-') return this.vars.get('OLDPWD');
    return this.passwd((f) => f[0] === user);
  }
  /** Home directory of the first account that fits. */
  passwd(fits: (fields: string[]) => boolean): string | undefined {
    return this.account(fits)?.[5];
  }
  account(fits: (fields: string[]) => boolean): string[] | undefined {
    try {
      return this.sys
        .readText('/etc/passwd')
        .split('\n')
        .map((l) => l.split(':'))
        .find((f) => f.length > 5 && fits(f));
    } catch (error) {
      if (isErrno(error)) return undefined;
      throw error;
    }
  }

  // --- traps

  /** Sets a signal's disposition for a trap command (undefined: the default). */
  arm(name: string, command: string | undefined): void {
    const signal = `SIG${name}`;
    if (command === undefined) this.traps.delete(name);
    else this.traps.set(name, command);
    if (!(signal in SIGNALS) || name === 'KILL' || name === 'STOP') return;
    const s = signal as SignalName;
    if (command === '') this.sys.signal(s, 'ignore');
    else if (command !== undefined) this.sys.signal(s, (got) => void this.pending.push(got), { restart: false });
    else if (
      this.interactive &&
      (name === 'INT' || name === 'TERM' || name === 'QUIT' || name.startsWith('TT') || name === 'TSTP')
    )
      this.guard();
    else this.sys.signal(s, 'default');
  }
  /** What an interactive shell does with the terminal's signals. */
  guard(): void {
    const { sys } = this;
    if (!this.traps.has('INT')) {
      sys.signal(
        'SIGINT',
        () => {
          this.interrupted = true;
        },
        { restart: false },
      );
    }
    for (const s of ['SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) {
      if (!this.traps.has(s.slice(3))) sys.signal(s, 'ignore');
    }
  }
  get trapped(): boolean {
    for (const command of this.traps.values()) if (command !== '') return true;
    return false;
  }
  /** Runs the traps of signals that arrived. */
  async runTraps(): Promise<void> {
    while (this.pending.length) {
      const signal = this.pending.shift()!;
      const command = this.traps.get(signal.slice(3));
      if (!command) continue;
      const { status, pipeStatus } = this;
      await runText(this, command, 'trap');
      this.status = status;
      this.pipeStatus = pipeStatus;
    }
  }
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
