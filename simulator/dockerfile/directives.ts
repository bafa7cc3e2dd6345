/** Parser directives (`# escape=…`), which count only at the very top of the file. */
import { skipSpace } from './text.ts';
import { DockerfileError } from './errors.ts';
import type { Directive } from './node.ts';

const KNOWN = new Set(['syntax', 'escape', 'check']);

/** Reads lines from the top until the first that is no directive. */
export class DirectiveReader {
  readonly found: Directive[] = [];
  #done = false;
  readonly #comment: string;
  constructor(comment = '#') {
    this.#comment = comment;
  }

  /** The directive that `text`, line `line` of the file, holds. Throws when it was there before. */
  read(text: string, line: number): Directive | undefined {
    if (this.#done) return undefined;
    const match = text.startsWith(this.#comment)
      ? /^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(text.slice(skipSpace(text, this.#comment.length)))
      : null;
    const name = match?.[1]?.toLowerCase();
    if (!match || !name || !KNOWN.has(name)) {
      this.#done = true;
      return undefined;
    }
    if (this.found.some((d) => d.name === name)) {
      throw new DockerfileError(`only one ${name} parser directive can be used`, [[line - 1, line - 1]]);
    }
    const directive = { name, value: match[2]!, line };
    this.found.push(directive);
    return directive;
  }
}

/** The value of directive `name`, up to its first blank; `anyForm` also accepts `//name=` and a JSON object. */
export function findDirective(text: string, name: string, anyForm = false): string | undefined {
  let lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines[0]?.startsWith('#!')) lines = lines.slice(1);
  for (const comment of anyForm ? ['#', '//'] : ['#']) {
    const reader = new DirectiveReader(comment);
    try {
      for (const [i, line] of lines.entries()) if (!reader.read(line, i + 1)) break;
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
    }
    const found = reader.found.find((d) => d.name === name);
    if (found) return found.value.split(' ')[0];
  }
  if (anyForm && text.trimStart().startsWith('{')) {
    try {
      const value = (JSON.parse(text) as Record<string, unknown>)[name];
      if (typeof value === 'string') return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}
