/** The shell's syntax tree. Lines are counted from 1 within the script, as `$LINENO` tells them. */

export type Flavour = 'bash' | 'dash' | 'ash';

/** A piece of a word. */
export type Part =
  /** Unquoted text; glob characters, tilde and braces in it are live. */
  | { readonly t: 'lit'; readonly s: string }
  /** Quoted text: by single quotes, a backslash or $'…'. */
  | { readonly t: 'quo'; readonly s: string; readonly by: "'" | '\\' | '$' }
  | { readonly t: 'dq'; readonly parts: readonly Part[] }
  | Param
  | { readonly t: 'cmd'; readonly body: Command | undefined; readonly back?: boolean; readonly file?: Word | undefined }
  | { readonly t: 'arith'; readonly parts: readonly Part[] }
  | { readonly t: 'proc'; readonly dir: '<' | '>'; readonly body: Command | undefined };

/** A parameter expansion. */
export interface Param {
  readonly t: 'param';
  readonly name: string;
  readonly braces?: boolean;
  /** Subscript: `@`, `*` or an expression. */
  readonly index?: readonly Part[] | undefined;
  /** `${#x}` */
  readonly length?: boolean;
  /** `${!x}` */
  readonly indirect?: boolean;
  /** `${!x@}`, `${!x*}`: names with a prefix. */
  readonly prefix?: '@' | '*';
  readonly op?: string;
  readonly arg?: readonly Part[] | undefined;
  readonly arg2?: readonly Part[] | undefined;
  /** Text of an expansion that is no valid one; an error when it is evaluated. */
  readonly bad?: string;
}

export interface Word {
  readonly parts: readonly Part[];
  /** Set where the word is an argument `name=value` of a declaration command. */
  readonly assign?: Assign;
}

export interface ArrayElement {
  readonly index?: readonly Part[] | undefined;
  readonly value: Word;
}

export interface Assign {
  readonly name: string;
  readonly index?: readonly Part[] | undefined;
  readonly append: boolean;
  readonly value: Word;
  readonly array?: readonly ArrayElement[] | undefined;
}

export type RedirOp = '<' | '>' | '>>' | '<>' | '>|' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<-' | '<<<';

export interface Redir {
  readonly op: RedirOp;
  /** The descriptor before the operator, where given. */
  readonly fd?: number | undefined;
  /** `{name}>file` */
  readonly variable?: string | undefined;
  readonly target: Word;
  /** Body of a here-document; filled in when the following lines are read. */
  heredoc?: readonly Part[];
  /** The here-document's delimiter as printed. */
  readonly line: number;
}

interface Base {
  readonly line: number;
  readonly redirs?: readonly Redir[] | undefined;
}
export interface Simple extends Base {
  readonly k: 'simple';
  readonly assigns: readonly Assign[];
  readonly words: readonly Word[];
}
export interface Pipeline extends Base {
  readonly k: 'pipe';
  readonly cmds: readonly Command[];
  readonly not: boolean;
  readonly time?: 'time' | 'time -p' | undefined;
}
export interface AndOr extends Base {
  readonly k: '&&' | '||';
  readonly left: Command;
  readonly right: Command;
}
export interface List extends Base {
  readonly k: 'list';
  readonly items: readonly { readonly cmd: Command; readonly bg: boolean }[];
}
export interface Compound extends Base {
  readonly k: 'sub' | 'group';
  readonly body: Command;
}
export interface If extends Base {
  readonly k: 'if';
  readonly cond: Command;
  readonly then: Command;
  readonly else?: Command | undefined;
  /** The `else` part was written as `elif`. */
  readonly elif?: boolean;
}
export interface While extends Base {
  readonly k: 'while' | 'until';
  readonly cond: Command;
  readonly body: Command;
}
export interface For extends Base {
  readonly k: 'for' | 'select';
  readonly name: string;
  /** Undefined: the positional parameters. */
  readonly words: readonly Word[] | undefined;
  readonly body: Command;
}
export interface CFor extends Base {
  readonly k: 'cfor';
  readonly init: readonly Part[];
  readonly test: readonly Part[];
  readonly step: readonly Part[];
  readonly body: Command;
}
export interface Case extends Base {
  readonly k: 'case';
  readonly word: Word;
  readonly items: readonly {
    readonly patterns: readonly Word[];
    readonly body: Command | undefined;
    readonly end: ';;' | ';&' | ';;&';
  }[];
}
export interface FuncDef extends Base {
  readonly k: 'func';
  readonly name: string;
  readonly body: Command;
}
export interface ArithCommand extends Base {
  readonly k: 'arith';
  readonly parts: readonly Part[];
}
export type Cond =
  | { readonly c: '!'; readonly a: Cond }
  | { readonly c: '&&' | '||'; readonly a: Cond; readonly b: Cond }
  | { readonly c: 'group'; readonly a: Cond }
  | { readonly c: 'unary'; readonly op: string; readonly word: Word }
  | { readonly c: 'binary'; readonly op: string; readonly left: Word; readonly right: Word }
  | { readonly c: 'word'; readonly word: Word };
export interface CondCommand extends Base {
  readonly k: 'cond';
  readonly expr: Cond;
}

export type Command =
  Simple | Pipeline | AndOr | List | Compound | If | While | For | CFor | Case | FuncDef | ArithCommand | CondCommand;

/** Whether no part of the word is quoted or expanded; then the text. */
export function literal(word: Word): string | undefined {
  let s = '';
  for (const part of word.parts) {
    if (part.t !== 'lit') return undefined;
    s += part.s;
  }
  return s;
}
