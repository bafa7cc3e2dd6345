/** `--env-file` and `--label-file`: a line for each KEY=VALUE, `#` for comments, no quoting. */
import type { Cli } from '../cli/cli.ts';
import { isErrno } from '../../kernel/errno.ts';

/** The entries of all files. With `inherit` a bare name takes its value from the environment, or is left out. */
export function readKeyValueFiles(cli: Cli, paths: readonly string[], flag: string, inherit: boolean): string[] {
  return paths.flatMap((path) => {
    let text: string;
    try {
      text = cli.sys.readText(path);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new Error(`${flag}: open ${path}: ${error.message.toLowerCase()}`);
    }
    return parseLines(cli, text, path, flag, inherit);
  });
}

function parseLines(cli: Cli, text: string, path: string, flag: string, inherit: boolean): string[] {
  const entries: string[] = [];
  const bad = (detail: string): Error => new Error(`${flag}: invalid env file (${path}): ${detail}`);
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = raw.replace(/\r$/, '').replace(/^\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key === '') throw bad(`no variable name on line '${line}'`);
    if (/[ \t]/.test(key)) throw bad(`variable '${key}' contains whitespaces`);
    if (equals >= 0) entries.push(line);
    else if (inherit && cli.sys.env[key] !== undefined) entries.push(`${key}=${cli.sys.env[key]}`);
  }
  return entries;
}
