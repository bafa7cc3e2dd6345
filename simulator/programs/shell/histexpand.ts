/** History expansion (`!!`, `!$`, `!n`, `!name`, `^old^new`). */

/** Expands a line; an event that is not there is an error. */
export function expandHistory(history: readonly string[], line: string): { text: string } | { error: string } {
  const words = (s: string): string[] => s.match(/(?:[^\s"'\\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\.)+/g) ?? [];
  const quick = /^\^([^^]+)\^([^^]*)\^?(.*)$/.exec(line);
  if (quick) {
    const last = history.at(-1);
    if (last === undefined || !last.includes(quick[1]!)) return { error: ':s' + line };
    return { text: last.replace(quick[1]!, () => quick[2]!) + quick[3]! };
  }
  let out = '';
  let single = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === "'" && !/\\$/.test(out)) single = !single;
    if (c === '\\' && line[i + 1] === '!') {
      out += '\\!';
      i++;
      continue;
    }
    if (c !== '!' || single || /[\s=("]/.test(line[i + 1] ?? ' ') || /[[$]$|\$\{$/.test(out)) {
      out += c;
      continue;
    }
    const m = /^!(?:(!)|(-?\d+)|\?([^?\n]+)\??|(#)|([$^*])|([^\s:;&|()<>"'$^*!?#]+))(?::([$^*]|\d+(?:-\d+)?|p))?/.exec(
      line.slice(i),
    );
    if (!m) {
      out += c;
      continue;
    }
    let event: string | undefined;
    if (m[1] || m[5]) event = history.at(-1);
    else if (m[2]) event = Number(m[2]) < 0 ? history.at(Number(m[2])) : history[Number(m[2]) - 1];
    else if (m[3]) event = history.findLast((l) => l.includes(m[3]!));
    else if (m[4]) event = out;
    else event = history.findLast((l) => l.startsWith(m[6]!));
    if (event === undefined) return { error: m[0] };
    const pick = m[5] ?? m[7];
    const list = words(event);
    if (pick === '$') event = list.at(-1) ?? '';
    else if (pick === '^') event = list[1] ?? '';
    else if (pick === '*') event = list.slice(1).join(' ');
    else if (pick && /^\d+$/.test(pick)) event = list[Number(pick)] ?? '';
    else if (pick && /-/.test(pick)) {
      const [a, b] = pick.split('-').map(Number);
      event = list.slice(a, b! + 1).join(' ');
    }
    out += event;
    i += m[0].length - 1;
  }
  return { text: out };
}
