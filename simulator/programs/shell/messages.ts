/** The words the three shells have for syntax and arithmetic errors. */
import type { ArithmeticError } from './arithmetic.ts';
import type { Flavour } from './ast.ts';
import type { ParseError } from './lexer.ts';
import type { Shell } from './shell.ts';

/** The message of an arithmetic error, without the prefix. */
export function arithmeticText(flavour: Flavour, error: ArithmeticError, text: string): string {
  const { message } = error;
  if (flavour === 'bash') return `${error.expression}: ${message} (error token is "${error.token}")`;
  if (flavour === 'ash')
    return message === 'division by 0'
      ? 'divide by zero'
      : message === 'exponent less than 0'
        ? 'exponent less than 0'
        : 'arithmetic syntax error';
  if (message === 'Illegal number') return `Illegal number: ${error.expression}`;
  if (message === 'division by 0') return `arithmetic expression: division by zero: "${text}"`;
  if (message.startsWith("missing `)'")) return `arithmetic expression: expecting ')': "${text}"`;
  if (message.startsWith("`:' expected")) return `arithmetic expression: expecting ':': "${text}"`;
  if (message.includes('operand expected') || message === 'expression expected')
    return `arithmetic expression: expecting primary: "${text}"`;
  return `arithmetic expression: expecting EOF: "${text}"`;
}

/** The whole message (with newline) of a syntax error. */
export function parseErrorText(sh: Shell, error: ParseError, builtin = ''): string {
  const { problem, line, source } = error;
  if (sh.flavour === 'bash') {
    const script = sh.sources.at(-1);
    const quiet = sh.interactive && script === undefined && builtin === '';
    const name = `${script ?? sh.name}: ${builtin || (script === undefined && sh.commandString && !sh.interactive ? '-c: ' : '')}`;
    const head = (n: number) => (quiet ? name : `${name}line ${n}: `);
    if (problem.kind === 'message')
      return `${head(line)}${problem.text}\n${quiet ? '' : `${head(line)}syntax error near \`${lastWord(source)}'\n${head(line)}\`${source}'\n`}`;
    if (problem.kind === 'unclosed') {
      return `${head(problem.from)}unexpected EOF while looking for matching \`${problem.close}'\n`;
    }
    if (problem.name === 'end of file') return `${head(line)}syntax error: unexpected end of file\n`;
    return `${head(line)}syntax error near unexpected token \`${problem.text}'\n${quiet ? '' : `${head(line)}\`${source}'\n`}`;
  }
  const text = dashWords(sh.flavour, error);
  const saved = sh.line;
  sh.line = line;
  const prefix = sh.prefix(sh.builtin);
  sh.line = saved;
  return `${prefix}${sh.flavour === 'dash' ? 'Syntax' : 'syntax'} error: ${text}\n`;
}

const lastWord = (source: string): string => source.trim().split(/\s+/).at(-1) ?? '';

function dashWords(flavour: Flavour, { problem }: ParseError): string {
  const dash = flavour === 'dash';
  if (problem.kind === 'message') return problem.text;
  if (problem.kind === 'unclosed') {
    switch (problem.close) {
      case '`':
        return dash ? 'EOF in backquote substitution' : 'EOF in backquote substitution';
      case '}':
        return dash ? "Missing '}'" : "missing '}'";
      case ')':
        return dash ? "Missing '))'" : "missing '))'";
      default:
        return dash ? 'Unterminated quoted string' : 'unterminated quoted string';
    }
  }
  const expecting = problem.expecting === undefined ? '' : ` (expecting "${problem.expecting}")`;
  return dash ? `${problem.name} unexpected${expecting}` : `unexpected ${problem.name}${expecting}`;
}
