/** Command-line options as getopt_long(3) reads them, with the messages of GNU tools and of busybox. */
import { Exit, type Io } from './io.ts';

export interface OptionRules {
  /** getopt(3) style: `a` flag, `b:` with a value, `c::` with an optional value. */
  readonly short?: string;
  /** Long name → key: `'a'` for a flag, `':w'` with a value, `'?color'` with an optional value. */
  readonly long?: Readonly<Record<string, string>>;
  /** Stop at the first operand (`env`, `nice`, `xargs` …). */
  readonly stopEarly?: boolean;
  /** Exit code for a wrong option (GNU `ls` has 2). */
  readonly exit?: number;
  /** `-5` and the like are the option `digits` (head, tail, fold). */
  readonly digits?: boolean;
  /** What `--help` prints after `Usage: NAME `, and busybox on a wrong option. */
  readonly usage?: string;
  readonly version?: string;
}

/** The options given, in order, and the operands. */
export class Options {
  readonly list: { readonly key: string; readonly value: string | undefined }[] = [];
  readonly operands: string[] = [];
  has(key: string): boolean {
    return this.list.some((option) => option.key === key);
  }
  /** Value of the last such option. */
  get(key: string): string | undefined {
    return this.list.findLast((option) => option.key === key)?.value;
  }
  all(key: string): string[] {
    return this.list.filter((option) => option.key === key).map((option) => option.value ?? '');
  }
  count(key: string): number {
    return this.list.filter((option) => option.key === key).length;
  }
  /** The last given of some keys that exclude each other. */
  last(...keys: string[]): string | undefined {
    return this.list.findLast((option) => keys.includes(option.key))?.key;
  }
}

const shortKinds = (rules: string): Map<string, 'flag' | 'value' | 'optional'> => {
  const kinds = new Map<string, 'flag' | 'value' | 'optional'>();
  for (const [, letter, colons] of rules.matchAll(/(.)(:{0,2})/g)) {
    kinds.set(letter!, colons === '::' ? 'optional' : colons === ':' ? 'value' : 'flag');
  }
  return kinds;
};

/** Version busybox names itself in banners. */
export const BUSYBOX_BANNER = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.';
export const COREUTILS_VERSION = '9.1';

/** Says how the tool is used, after a wrong command line, and leaves. */
export async function usageError(io: Io, rules: OptionRules): Promise<never> {
  if (io.busybox) {
    await io.error(`${BUSYBOX_BANNER}\n\nUsage: ${io.name}${rules.usage === undefined ? '' : ` ${rules.usage}`}\n`);
  } else await io.error(`Try '${io.name} --help' for more information.\n`);
  throw new Exit(rules.exit ?? 1);
}

/** Prints a message and how the tool is used, and leaves. */
export async function usageFailure(io: Io, rules: OptionRules, message: string): Promise<never> {
  await io.fail(message);
  return usageError(io, rules);
}

/** Reads the arguments of `io`. Wrong options end the tool as they end the real one. */
export async function parseOptions(io: Io, rules: OptionRules): Promise<Options> {
  const options = new Options();
  const short = shortKinds(rules.short ?? '');
  const long = rules.long ?? {};
  const names = Object.keys(long);
  const args = [...io.args];
  const wrong = (message: string): Promise<never> => usageFailure(io, rules, message);
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg === '--') {
      options.operands.push(...args);
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      options.operands.push(arg);
      if (rules.stopEarly) {
        options.operands.push(...args);
        break;
      }
      continue;
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=');
      const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const matches = names.includes(given) ? [given] : names.filter((name) => name.startsWith(given));
      const keys = new Set(matches.map((name) => long[name]));
      if (matches.length === 0) {
        if (given === 'help') await help(io, rules);
        if (given === 'version' && !io.busybox) await version(io, rules);
        await wrong(`unrecognized option '${io.busybox ? arg : `--${given}`}'`);
      }
      if (keys.size > 1) {
        await wrong(`option '${arg}' is ambiguous; possibilities:${matches.map((name) => ` '--${name}'`).join('')}`);
      }
      const name = matches[0]!;
      const key = long[name]!;
      if (key.startsWith(':')) {
        const value = equals >= 0 ? arg.slice(equals + 1) : args.shift();
        if (value === undefined) await wrong(`option '--${name}' requires an argument`);
        options.list.push({ key: key.slice(1), value });
      } else if (key.startsWith('?')) {
        options.list.push({ key: key.slice(1), value: equals >= 0 ? arg.slice(equals + 1) : undefined });
      } else {
        if (equals >= 0) await wrong(`option '--${name}' doesn't allow an argument`);
        options.list.push({ key, value: undefined });
      }
      continue;
    }
    const digits = rules.digits ? /^-(\d+)/.exec(arg) : null;
    let at = 1;
    if (digits) {
      options.list.push({ key: 'digits', value: digits[1]! });
      at = digits[0].length;
    }
    for (; at < arg.length; at++) {
      const letter = String.fromCodePoint(arg.codePointAt(at)!);
      const kind = letter === ':' ? undefined : short.get(letter);
      if (kind === undefined) await wrong(`invalid option -- '${letter}'`);
      if (kind === 'flag') {
        options.list.push({ key: letter, value: undefined });
        continue;
      }
      const rest = arg.slice(at + 1);
      if (kind === 'optional') options.list.push({ key: letter, value: rest === '' ? undefined : rest });
      else if (rest !== '') options.list.push({ key: letter, value: rest });
      else {
        const value = args.shift();
        if (value === undefined) await wrong(`option requires an argument -- '${letter}'`);
        options.list.push({ key: letter, value });
      }
      break;
    }
  }
  return options;
}

async function help(io: Io, rules: OptionRules): Promise<never> {
  if (io.busybox) {
    await io.error(`${BUSYBOX_BANNER}\n\nUsage: ${io.name}${rules.usage === undefined ? '' : ` ${rules.usage}`}\n`);
  } else await io.out(`Usage: ${io.name} ${rules.usage ?? '[OPTION]... [FILE]...'}\n`);
  throw new Exit(0);
}

async function version(io: Io, rules: OptionRules): Promise<never> {
  await io.out(`${rules.version ?? `${io.name} (GNU coreutils) ${COREUTILS_VERSION}`}\n`);
  throw new Exit(0);
}

/** GNU's complaint about a missing operand. */
export const missingOperand = (io: Io, rules: OptionRules): Promise<never> =>
  io.busybox ? usageError(io, rules) : usageFailure(io, rules, 'missing operand');

/** GNU's complaint about an operand too many. */
export const extraOperand = (io: Io, rules: OptionRules, operand: string): Promise<never> =>
  io.busybox ? usageError(io, rules) : usageFailure(io, rules, `extra operand '${operand}'`);
