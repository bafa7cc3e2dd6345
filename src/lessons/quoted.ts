/** Console blocks of lessons: commands and what the terminal shows after each. */
export interface Quoted {
  readonly command: string;
  /** Lines as the terminal shows them. */
  readonly output: readonly string[];
}

/** Splits a console block into its commands (`$ …`, continued by a backslash) and what each printed. */
export function quotedCommands(block: string): Quoted[] {
  const quoted: { command: string; output: string[] }[] = [];
  for (const line of block.split('\n')) {
    const last = quoted.at(-1);
    if (last?.output.length === 0 && last.command.endsWith('\\')) last.command += `\n${line.replace(/^> /, '')}`;
    else if (line.startsWith('$ ')) quoted.push({ command: line.slice(2), output: [] });
    else if (last) last.output.push(line);
    else throw new Error(`a console block begins with a command, not with “${line}”`);
  }
  return quoted;
}
