/** Prints syntax trees as bash does (`declare -f`, `type`, job texts); what it prints parses to the same tree. */
import type { Assign, Command, Cond, Param, Part, Redir, Word } from './ast.ts';

/** Prints the parts of a word. */
export function printParts(parts: readonly Part[], dq = false): string {
  return parts.map((p) => printPart(p, dq)).join('');
}

function printPart(p: Part, dq: boolean): string {
  switch (p.t) {
    case 'lit':
      return p.s;
    case 'quo':
      if (p.by === "'") return `'${p.s}'`;
      if (p.by === '\\') return `\\${p.s}`;
      return `$'${p.s
        .replace(/[\\']/g, '\\$&')
        .replaceAll('\n', '\\n')
        .replace(/[\0-\x1f\x7f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;
    case 'dq':
      return `"${printParts(p.parts, true)}"`;
    case 'param':
      return printParam(p, dq);
    case 'cmd':
      return `$(${p.body ? printCommand(p.body, true) : ''})`;
    case 'arith':
      return `$((${printParts(p.parts)}))`;
    case 'proc':
      return `${p.dir}(${p.body ? printCommand(p.body, true) : ''})`;
  }
}

function printParam(p: Param, dq: boolean): string {
  if (p.bad !== undefined) return p.bad;
  if (!p.braces) return `$${p.name}`;
  let s = `\${${p.length ? '#' : ''}${p.indirect || p.prefix ? '!' : ''}${p.name}`;
  if (p.index) s += `[${printParts(p.index)}]`;
  if (p.prefix) s += p.prefix;
  if (p.op) {
    s += p.op;
    if (p.arg) s += printParts(p.arg, dq && /[-=?+]$/.test(p.op));
    if (p.arg2) s += `${p.op === ':' ? ':' : '/'}${printParts(p.arg2)}`;
  }
  return `${s}}`;
}

/** Prints a word. */
export const printWord = (word: Word): string => (word.assign ? printAssign(word.assign) : printParts(word.parts));

function printAssign(a: Assign): string {
  const head = `${a.name}${a.index ? `[${printParts(a.index)}]` : ''}${a.append ? '+' : ''}=`;
  if (!a.array) return head + printWord(a.value);
  return `${head}(${a.array.map((e) => `${e.index ? `[${printParts(e.index)}]=` : ''}${printWord(e.value)}`).join(' ')})`;
}

interface Printer {
  /** Here-documents whose bodies come at the end of the line. */
  heredocs: string[];
}

function printRedir(r: Redir, p: Printer): string {
  const lead = r.variable !== undefined ? `{${r.variable}}` : r.fd === undefined ? '' : String(r.fd);
  if (r.op === '<<' || r.op === '<<-') {
    const delimiter = r.target.parts.map((x) => ('s' in x ? x.s : x.t === 'dq' ? printParts(x.parts) : '')).join('');
    p.heredocs.push(`${printParts(r.heredoc ?? []).replace(/^'([^]*)'$/, '$1')}${delimiter}\n`);
    return `${lead}${r.op}${printWord(r.target)}`;
  }
  const target = printWord(r.target);
  if (r.op === '>&' || r.op === '<&') return `${lead}${r.op}${target}`;
  return `${lead}${r.op} ${target}`;
}

const indent = (n: number): string => '    '.repeat(n);

/** Prints a command; `flat` on one line where that can be (job texts). */
export function printCommand(cmd: Command, flat = false, level = 0): string {
  const p: Printer = { heredocs: [] };
  return flushed(print(cmd, p, flat, level), p);
}

function flushed(text: string, p: Printer): string {
  if (!p.heredocs.length) return text;
  return `${text}\n${p.heredocs.splice(0).join('')}`.replace(/\n$/, '');
}

function print(cmd: Command, p: Printer, flat: boolean, level: number): string {
  const text = bare(cmd, p, flat, level);
  if (cmd.k === 'simple' || !cmd.redirs?.length) return text;
  return `${text} ${cmd.redirs.map((r) => printRedir(r, p)).join(' ')}`;
}

/** The commands of a body, ended as they must be before the next keyword. */
function block(cmd: Command, p: Printer, flat: boolean, level: number): string {
  const text = print(cmd, p, flat, level);
  const ended = text.endsWith('&') ? text : `${text};`;
  if (p.heredocs.length) return `${text}\n${p.heredocs.splice(0).join('').replace(/\n$/, '')}`;
  return ended;
}

function lines(flat: boolean, level: number, head: string, body: string, tail: string): string {
  return flat ? `${head} ${body} ${tail}` : `${head}\n${indent(level + 1)}${body}\n${indent(level)}${tail}`;
}

function bare(cmd: Command, p: Printer, flat: boolean, level: number): string {
  switch (cmd.k) {
    case 'simple':
      return [
        ...cmd.assigns.map(printAssign),
        ...cmd.words.map(printWord),
        ...(cmd.redirs ?? []).map((r) => printRedir(r, p)),
      ].join(' ');
    case 'list': {
      let out = '';
      cmd.items.forEach((item, i) => {
        const text = print(item.cmd, p, flat, level);
        const last = i === cmd.items.length - 1;
        if (p.heredocs.length) {
          out += `${text}${item.bg ? ' &' : ''}\n${p.heredocs.splice(0).join('')}`;
          if (last && flat) out = out.replace(/\n$/, '');
          else if (!last) out += indent(flat ? 0 : level);
          return;
        }
        out += text + (item.bg ? ' &' : last ? '' : ';');
        if (!last) out += flat ? ' ' : `\n${indent(level)}`;
      });
      return out;
    }
    case '&&':
    case '||':
      return `${print(cmd.left, p, flat, level)} ${cmd.k} ${print(cmd.right, p, flat, level)}`;
    case 'pipe':
      return `${cmd.time ? `${cmd.time} ` : ''}${cmd.not ? '! ' : ''}${cmd.cmds.map((c) => print(c, p, flat, level)).join(' | ')}`.trimEnd();
    case 'group':
      return flat
        ? `{ ${block(cmd.body, p, flat, level + 1)} }`
        : `{ \n${indent(level + 1)}${printedBody(cmd.body, p, flat, level + 1)}\n${indent(level)}}`;
    case 'sub':
      return `( ${print(cmd.body, p, flat, level)}${p.heredocs.length ? `\n${p.heredocs.splice(0).join('')}` : ' '})`;
    case 'if':
      return ifText(cmd, p, flat, level, 'if');
    case 'while':
    case 'until':
      return lines(
        flat,
        level,
        `${cmd.k} ${block(cmd.cond, p, flat, level + 1)} do`,
        block(cmd.body, p, flat, level + 1),
        'done',
      );
    case 'for':
    case 'select': {
      const list = cmd.words ? ` in ${cmd.words.map(printWord).join(' ')}`.trimEnd() : '';
      const head = `${cmd.k} ${cmd.name}${list};`;
      return flat
        ? `${head} do ${block(cmd.body, p, flat, level)} done`
        : `${head}\n${indent(level)}do\n${indent(level + 1)}${block(cmd.body, p, flat, level + 1)}\n${indent(level)}done`;
    }
    case 'cfor': {
      const head = `for ((${printParts(cmd.init)}; ${printParts(cmd.test)}; ${printParts(cmd.step)}))`;
      return flat
        ? `${head}; do ${block(cmd.body, p, flat, level)} done`
        : `${head}\n${indent(level)}do\n${indent(level + 1)}${block(cmd.body, p, flat, level + 1)}\n${indent(level)}done`;
    }
    case 'case': {
      const items = cmd.items.map((item) => {
        const patterns = item.patterns.map(printWord).join(' | ');
        const body = item.body ? printedBody(item.body, p, flat, level + 2) : '';
        return flat
          ? `${patterns}) ${body} ${item.end}`
          : `${indent(level + 1)}${patterns})\n${indent(level + 2)}${body}\n${indent(level + 1)}${item.end}`;
      });
      return flat
        ? `case ${printWord(cmd.word)} in ${items.join(' ')} esac`
        : `case ${printWord(cmd.word)} in \n${items.join('\n')}\n${indent(level)}esac`;
    }
    case 'func': {
      const own = print(cmd.body, p, flat, flat || cmd.body.k === 'group' ? level : level + 1);
      // bash shows the body of a function in braces, whatever it is.
      const body = flat || cmd.body.k === 'group' ? own : `{ \n${indent(level + 1)}${own}\n${indent(level)}}`;
      const head = /^[A-Za-z_][\w-]*$/.test(cmd.name) ? `${cmd.name} ()` : `function ${cmd.name} ()`;
      return flat ? `${head} ${body}` : `${head} \n${indent(level)}${body}`;
    }
    case 'arith':
      return `((${printParts(cmd.parts)}))`;
    case 'cond':
      return `[[ ${printCond(cmd.expr)} ]]`;
  }
}

function printedBody(cmd: Command, p: Printer, flat: boolean, level: number): string {
  const text = print(cmd, p, flat, level);
  return p.heredocs.length ? `${text}\n${p.heredocs.splice(0).join('')}` : text;
}

function ifText(cmd: Command & { k: 'if' }, p: Printer, flat: boolean, level: number, word: string): string {
  const head = `${word} ${block(cmd.cond, p, flat, level + 1)} then`;
  const then = block(cmd.then, p, flat, level + 1);
  if (!cmd.else) return lines(flat, level, head, then, 'fi');
  if (flat && cmd.elif && cmd.else.k === 'if') return `${head} ${then} ${ifText(cmd.else, p, flat, level, 'elif')}`;
  return flat
    ? `${head} ${then} else ${block(cmd.else, p, flat, level)} fi`
    : `${head}\n${indent(level + 1)}${then}\n${indent(level)}else\n${indent(level + 1)}${block(cmd.else, p, flat, level + 1)}\n${indent(level)}fi`;
}

function printCond(expr: Cond): string {
  switch (expr.c) {
    case '!':
      return `! ${printCond(expr.a)}`;
    case '&&':
    case '||':
      return `${printCond(expr.a)} ${expr.c} ${printCond(expr.b)}`;
    case 'group':
      return `( ${printCond(expr.a)} )`;
    case 'unary':
      return `${expr.op} ${printWord(expr.word)}`;
    case 'binary':
      return `${printWord(expr.left)} ${expr.op} ${printWord(expr.right)}`;
    case 'word':
      return printWord(expr.word);
  }
}
