/** node: a file, -e, -p, standard input and a small prompt, run by an engine that the host provides. */
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';
import type { Program } from '../../kernel/programs.ts';
import { nodeVersion } from './about.ts';
import { NodeProcess, type NodeStart } from './process.ts';
import type { NodeLoader } from './runtime.ts';
import { standardInput } from '../standard-input.ts';

/** Options that change nothing here. */
const QUIET =
  /^--(enable-source-maps|no-warnings|trace-(warnings|uncaught|deprecation)|no-deprecation|use-(openssl|bundled)-ca|unhandled-rejections=.*|stack-trace-limit=.*|expose-gc|preserve-symlinks|experimental-\S+|no-experimental-\S+|dns-result-order=.*|inspect(-brk)?(=.*)?|title=.*|max-http-header-size=.*|stack-size=.*|disable-warning=.*)$/;

const USAGE = `Usage: node [options] [ script.js ] [arguments]
       node inspect [options] [ script.js | host:port ] [arguments]

Options:
  -                                     script read from stdin (default if no file name is provided, interactive mode
                                        if a tty)
  --                                    indicate the end of node options
  -c, --check                           syntax check script without executing
  -e, --eval=...                        evaluate script
  --env-file=...                        set environment variables from supplied file
  -h, --help                            print node command line options (currently set)
  -i, --interactive                     always enter the REPL even if stdin does not appear to be a terminal
  --input-type=...                      set module type for string input
  --max-old-space-size=...              set the maximum size of the heap in MB
  -p, --print [...]                     evaluate script and print result
  -r, --require=...                     CommonJS module to preload (option can be repeated)
  -v, --version                         print Node.js version
`;

/** The lines of an env file as node reads them. */
function envFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pattern = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*("(?:\\"|[^"])*"|'[^']*'|`[^`]*`|[^#\r\n]*)/gm;
  for (const [, key, raw] of text.matchAll(pattern)) {
    const value = raw!.trim();
    const quoted = /^(["'`])([^]*)\1$/.exec(value);
    found[key!] = quoted ? (quoted[1] === '"' ? quoted[2]!.replaceAll('\\n', '\n') : quoted[2]!) : value;
  }
  return found;
}

interface Options {
  code?: string;
  print: boolean;
  interactive: boolean;
  check: boolean;
  kind: string;
  heap?: number;
  readonly preload: string[];
}

/** Reads the options before the script; what they say, or the exit code of an answer already given. */
async function readOptions(sys: Sys, args: string[]): Promise<Options | number> {
  const options: Options = { print: false, interactive: false, check: false, kind: '', preload: [] };
  const say = async (text: string, code: number): Promise<number> => {
    await sys.write(code === 0 ? 1 : 2, text);
    return code;
  };
  while (args[0]?.startsWith('-') && args[0] !== '-') {
    const flag = args.shift()!;
    if (flag === '--') break;
    const equals = flag.startsWith('--') ? flag.indexOf('=') : -1;
    const name = equals < 0 ? flag : flag.slice(0, equals);
    const value = (): string | undefined => (equals < 0 ? args.shift() : flag.slice(equals + 1));
    if (name === '-v' || name === '--version') return say(`v${nodeVersion(sys)}\n`, 0);
    if (name === '-h' || name === '--help') return say(USAGE, 0);
    if (['-e', '--eval', '-p', '--print', '-pe'].includes(name)) {
      options.print ||= name !== '-e' && name !== '--eval';
      const code = value();
      if (code === undefined) return say(`${sys.argv[0]}: ${name} requires an argument\n`, 9);
      options.code = code;
    } else if (name === '-i' || name === '--interactive') options.interactive = true;
    else if (name === '-c' || name === '--check') options.check = true;
    else if (name === '-r' || name === '--require' || name === '--import') options.preload.push(value() ?? '');
    else if (name === '--input-type') options.kind = value() ?? '';
    else if (name === '--max-old-space-size' || name === '--max_old_space_size') options.heap = Number(value());
    else if (name === '--env-file' || name === '--env-file-if-exists') {
      const file = value() ?? '';
      try {
        for (const [key, text] of Object.entries(envFile(sys.readText(file)))) sys.env[key] ??= text;
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (name === '--env-file') return say(`${sys.argv[0]}: ${file}: not found\n`, 9);
      }
    } else if (name === '--test' || name === '--watch' || name === '--run')
      return say(`${sys.argv[0]}: ${name} is not simulated on this machine\n`, 9);
    else if (!QUIET.test(flag)) return say(`${sys.argv[0]}: bad option: ${flag}\n`, 9);
  }
  return options;
}

/** The program `node` on an engine. */
export const node =
  (load: NodeLoader): Program =>
  async (sys) => {
    const args = sys.argv.slice(1);
    const options = await readOptions(sys, args);
    if (typeof options === 'number') return options;
    const run = (call: NodeStart['call']): Promise<number> =>
      new NodeProcess(sys, load).run({
        call: options.preload.length ? ['preload', JSON.stringify(options.preload), ...call] : call,
        ...(options.heap !== undefined && { heap: options.heap }),
      });
    if (options.code !== undefined)
      return run(['runText', options.code, '[eval]', options.print, options.kind, JSON.stringify(args)]);
    const [script, ...rest] = args;
    if ((script === undefined && sys.isatty(0)) || options.interactive) return run(['repl']);
    if (script === undefined || script === '-')
      return run(['runText', await standardInput(sys), '[stdin]', false, options.kind, JSON.stringify(rest)]);
    if (options.check) return run(['checkFile', script]);
    return run(['runFile', script, JSON.stringify(rest)]);
  };
