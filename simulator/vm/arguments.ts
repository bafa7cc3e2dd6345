/** multipass' command lines: options anywhere, names, and after `--` a command for a machine. */
import { COMMANDS, GLOBAL } from './help.ts';

/** A command line that multipass cannot read. */
export class UsageError extends Error {}

export class Arguments {
  readonly names: string[] = [];
  /** What followed `--`. */
  command: readonly string[] = [];
  readonly #values = new Map<string, string>();
  set(option: string, value: string): void {
    this.#values.set(option, value);
  }
  flag(option: string): boolean {
    return this.#values.has(option);
  }
  value(option: string): string {
    return this.#values.get(option) ?? '';
  }
}

export function parseArguments(command: string, given: readonly string[]): Arguments {
  const options = [...GLOBAL, ...(COMMANDS[command]?.options ?? [])];
  const args = new Arguments();
  for (let at = 0; at < given.length; at++) {
    const word = given[at]!;
    if (word === '--') {
      args.command = given.slice(at + 1);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.names.push(word);
      // What follows the machine's name is the command's own, options and all.
      if (command === 'exec' && args.names.length > 1) {
        args.command = given.slice(at + 1);
        break;
      }
      continue;
    }
    const [, name = '', inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const option = options.find(({ names }) => names.includes(name) || (/^v+$/.test(name) && names.includes('v')));
    if (!option) throw new UsageError(`Unknown option '${name}'.`);
    const key = option.names.at(-1)!;
    if (option.value === undefined) args.set(key, '');
    else {
      const value = inline ?? given[++at];
      if (value === undefined) throw new UsageError(`Missing value after '${word}'.`);
      args.set(key, value);
    }
  }
  return args;
}
