/** How control leaves a command before its end. */

/** Ends the shell (or subshell) process: `exit`, errexit, fatal errors. EXIT traps still run. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

/** `break`, `continue`: out of `count` loops. */
export class LoopJump extends Error {
  readonly kind: 'break' | 'continue';
  count: number;
  constructor(kind: 'break' | 'continue', count: number) {
    super(kind);
    this.kind = kind;
    this.count = count;
  }
}

/** `return` from a function or sourced script. */
export class Return extends Error {
  readonly code: number;
  constructor(code: number) {
    super('return');
    this.code = code;
  }
}

/**
 * An error of the shell itself, already worded but not yet printed. `exit`: a non-interactive shell ends; `discard`: the
 * rest of the command line is dropped (bash); `command`: only this command fails.
 */
export class ShellError extends Error {
  readonly status: number;
  readonly mode: 'exit' | 'discard' | 'command';
  /** The line it happened on, once it left its command. */
  line: number | undefined;
  constructor(message: string, status: number, mode: 'exit' | 'discard' | 'command') {
    super(message);
    this.status = status;
    this.mode = mode;
  }
}

/** The user's ^C at an interactive shell: back to the prompt. */
export class Interrupted extends Error {}
