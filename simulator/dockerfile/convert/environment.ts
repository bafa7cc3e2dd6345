/** The environment of a stage: a list in which a variable that is set again moves to the end. */
import type { Variables } from '../lex.ts';

export class Environment implements Variables {
  readonly #values: ReadonlyMap<string, string>;
  constructor(values: ReadonlyMap<string, string> = new Map()) {
    this.#values = values;
  }
  get(name: string): string | undefined {
    return this.#values.get(name);
  }
  names(): readonly string[] {
    return [...this.#values.keys()];
  }
  with(name: string, value: string): Environment {
    const values = new Map(this.#values);
    values.delete(name);
    values.set(name, value);
    return new Environment(values);
  }
  list(): string[] {
    return [...this.#values].map(([name, value]) => `${name}=${value}`);
  }
}

/** Splits `NAME=value`. */
export function splitVariable(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
