/** `--security-opt`. */
import type { Cli } from '../cli/cli.ts';
import { compactJson } from '../format/json.ts';
import { isErrno } from '../../kernel/errno.ts';

/** The options as the daemon takes them: seccomp profiles by content, `systempaths=unconfined` apart. */
export function securityOptions(cli: Cli, options: readonly string[]): { options: string[]; unconfinedPaths: boolean } {
  const kept: string[] = [];
  let unconfinedPaths = false;
  for (const option of options) {
    const at = option.includes('=')
      ? option.indexOf('=')
      : option.startsWith('no-new-privileges')
        ? -1
        : option.indexOf(':');
    const key = at < 0 ? option : option.slice(0, at);
    const value = at < 0 ? '' : option.slice(at + 1);
    if ((at < 0 || value === '') && key !== 'no-new-privileges')
      throw new Error(`invalid --security-opt: ${JSON.stringify(option)}`);
    if (option === 'systempaths=unconfined') {
      unconfinedPaths = true;
      continue;
    }
    kept.push(
      key === 'seccomp' && value !== 'unconfined' && value !== 'builtin' ? `seccomp=${profile(cli, value)}` : option,
    );
  }
  return { options: kept, unconfinedPaths };
}

function profile(cli: Cli, path: string): string {
  let text: string;
  try {
    text = cli.sys.readText(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new Error(`opening seccomp profile (${path}) failed: open ${path}: ${error.message.toLowerCase()}`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`compacting json for seccomp profile (${path}) failed: ${error.message}`);
  }
  return compactJson(text);
}
