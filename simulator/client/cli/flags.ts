/** Command line flags as pflag parses them. */
import { parseValue, type FlagValue } from './values.ts';
import type { FlagRow } from './spec.ts';

/** A mistake in the flags; docker prints it with the usage line and exits with 125. */
export class FlagError extends Error {}

interface Flag {
  readonly row: FlagRow;
  value: FlagValue | undefined;
  changed: boolean;
}

/** One or two words of a command line that were flags: `--name web`, `-it`. */
export interface FlagUse {
  /** Where they stand among the words. */
  readonly from: number;
  readonly to: number;
  readonly flags: readonly FlagRow[];
}

/** The flags of one command and the values they were given. */
export class FlagSet {
  private readonly flags = new Map<string, Flag>();
  private readonly shorthands = new Map<string, Flag>();
  /** Notices of deprecated flags that were used, in order. */
  readonly notices: string[] = [];
  /** What the flags of the word read last were. */
  private read: FlagRow[] = [];
  /** Environment for values taken from it, as `-e NAME`. */
  private readonly env: Readonly<Record<string, string>>;

  constructor(rows: readonly FlagRow[], env: Readonly<Record<string, string>> = {}) {
    this.env = env;
    for (const row of rows) this.add(row);
  }

  private add(row: FlagRow): void {
    if (this.flags.has(row[0])) return;
    const flag: Flag = { row, value: undefined, changed: false };
    this.flags.set(row[0], flag);
    if (row[1] !== '' && !this.shorthands.has(row[1])) this.shorthands.set(row[1], flag);
  }

  /**
   * Reads flags out of `args` and returns the positional arguments. With `interspersed` false everything after the first
   * argument is positional. `seen` is told of every word (with a value that follows it) that held flags, once it was read.
   */
  parse(args: readonly string[], interspersed = true, seen?: (used: FlagUse) => void): string[] {
    const positional: string[] = [];
    const rest = [...args];
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
      if (arg === '--') {
        positional.push(...rest);
        break;
      }
      if (arg.length < 2 || !arg.startsWith('-')) {
        positional.push(arg);
        if (!interspersed) {
          positional.push(...rest);
          break;
        }
        continue;
      }
      const from = args.length - rest.length - 1;
      this.read = [];
      if (arg.startsWith('--')) this.long(arg, rest);
      else this.short(arg.slice(1), rest);
      seen?.({ from, to: args.length - rest.length, flags: this.read });
    }
    return positional;
  }

  private long(arg: string, rest: string[]): void {
    const body = arg.slice(2);
    if (body === '' || body.startsWith('-') || body.startsWith('=')) throw new FlagError(`bad flag syntax: ${arg}`);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const flag = this.flags.get(name);
    if (flag === undefined) {
      if (name === 'help') throw new HelpRequested(false);
      throw new FlagError(`unknown flag: --${name}`);
    }
    let value: string;
    if (equals >= 0) value = body.slice(equals + 1);
    else if (flag.row[2] === 'bool') value = 'true';
    else {
      const next = rest.shift();
      if (next === undefined) throw new FlagError(`flag needs an argument: --${name}`);
      value = next;
    }
    this.set(flag, value);
  }

  private short(cluster: string, rest: string[]): void {
    let letters = cluster;
    while (letters !== '') {
      const letter = [...letters][0] ?? '';
      const after = letters.slice(letter.length);
      const flag = this.shorthands.get(letter);
      if (flag === undefined) {
        if (letter === 'h') throw new HelpRequested(true);
        throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
      }
      let value: string;
      if (after.startsWith('=') && after.length > 0) {
        value = after.slice(1);
        letters = '';
      } else if (flag.row[2] === 'bool') {
        value = 'true';
        letters = after;
      } else if (after !== '') {
        value = after;
        letters = '';
      } else {
        const next = rest.shift();
        if (next === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`);
        value = next;
        letters = '';
      }
      this.set(flag, value);
    }
  }

  private set(flag: Flag, text: string): void {
    const [name, short, type, , , options] = flag.row;
    this.read.push(flag.row);
    try {
      flag.value = parseValue(type, text, flag.value, { check: options?.check, env: this.env });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const shown = short !== '' && options?.deprecated === undefined ? `-${short}, --${name}` : `--${name}`;
      throw new FlagError(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${error.message}`);
    }
    flag.changed = true;
    if (name === 'help' && flag.value === true) throw new HelpRequested(false);
    if (options?.deprecated !== undefined)
      this.notices.push(`Flag --${name} has been deprecated, ${options.deprecated}`);
  }

  /** Sets a flag as if it had been given. */
  assign(name: string, text: string): void {
    const flag = this.flags.get(name);
    if (flag !== undefined) this.set(flag, text);
  }

  changed(name: string): boolean {
    return this.flags.get(name)?.changed ?? false;
  }

  has(name: string): boolean {
    return this.flags.has(name);
  }

  private fallback(name: string): string {
    return this.flags.get(name)?.row[3] ?? '';
  }

  bool(name: string): boolean {
    const value = this.flags.get(name)?.value;
    return typeof value === 'boolean' ? value : this.fallback(name) === 'true';
  }

  string(name: string): string {
    const value = this.flags.get(name)?.value;
    return typeof value === 'string' ? value : this.fallback(name);
  }

  number(name: string): number {
    const value = this.flags.get(name)?.value;
    return typeof value === 'number' ? value : Number(this.fallback(name) || 0);
  }

  /** Values of a repeatable flag in the order given. */
  list(name: string): readonly string[] {
    const value = this.flags.get(name)?.value;
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** Structured value of the flags that have one (`--mount`, `--network`, `--filter` …). */
  value<T>(name: string): T | undefined {
    return this.flags.get(name)?.value as T | undefined;
  }
}

/** `--help` (or the deprecated `-h`) was given. */
export class HelpRequested extends Error {
  readonly shorthand: boolean;
  constructor(shorthand: boolean) {
    super('help requested');
    this.shorthand = shorthand;
  }
}
