/** Tidies a Dockerfile without changing what it builds: keywords in capitals, no stray blanks. */
import { tryParse } from './stages.ts';

/** The tidied text; the same text where it has a mistake. Formatting twice is formatting once. */
export function formatDockerfile(text: string): string {
  const file = tryParse(text);
  if (!file) return text;
  const lines = text.split('\n');
  const inHeredoc = new Set<number>();
  for (const node of file.nodes) {
    for (const heredoc of node.heredocs)
      for (let n = heredoc.lines[0]; n <= heredoc.lines[1] + 1; n++) inHeredoc.add(n);
    const { line, column } = node.keyword.range.start;
    const source = lines[line - 1]!;
    const { text: keyword } = node.keyword;
    lines[line - 1] = `${keyword.toUpperCase()}${source.slice(column - 1 + keyword.length)}`;
  }
  // Indentation of continuation lines stays: it is part of a RUN's text, and so of its cache key.
  const tidy = lines.map((line, i) => (inHeredoc.has(i + 1) ? line : line.replace(/[ \t\r]+$/, '')));
  return `${tidy.join('\n').replace(/\n+$/, '')}\n`;
}
