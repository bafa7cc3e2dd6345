/** The words of a simple command, or undefined where only a shell can read it (variables, pipes, redirections, globs). */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word = '';
  let open = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (/\s/.test(c)) {
      if (open) words.push(word);
      word = '';
      open = false;
    } else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) return undefined;
      const inside = text.slice(i + 1, end);
      if (c === '"' && /[$`\\]/.test(inside)) return undefined;
      word += inside;
      open = true;
      i = end;
    } else if (/[$`\\|&;<>(){}*?[\]~#!]/.test(c)) return undefined;
    else {
      word += c;
      open = true;
    }
  }
  if (open) words.push(word);
  return words.length && !/^\w+=/.test(words[0]!) ? words : undefined;
}
