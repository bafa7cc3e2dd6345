import type { Env } from '../../kernel/abi.ts';

/** PATH of a container whose image sets none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment of a container's process, in Docker's order: PATH, HOSTNAME, TERM on a terminal, then what the
 * container configures (replacing in place), and HOME where it is not set (runc takes it from passwd).
 */
export function processEnv(
  variables: readonly string[],
  context: { hostname: string; terminal: boolean; home: string },
): Env {
  const env: Env = { PATH: DEFAULT_PATH, HOSTNAME: context.hostname };
  if (context.terminal) env.TERM = 'xterm';
  for (const variable of variables) {
    const at = variable.indexOf('=');
    // A name without value takes the variable away.
    if (at < 0) delete env[variable];
    else env[variable.slice(0, at)] = variable.slice(at + 1);
  }
  env.HOME ??= context.home;
  return env;
}
