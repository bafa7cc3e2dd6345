/** What there is of `docker compose`: it can be asked for its version. */
import { COMPOSE_VERSION } from '../cli/release.ts';
import type { Runner } from '../cli/spec.ts';

/** `docker compose version`. */
export const version: Runner = async (cli, flags) => {
  if (flags.bool('short')) await cli.print(COMPOSE_VERSION);
  else if (flags.string('format') === 'json') await cli.print(JSON.stringify({ version: COMPOSE_VERSION }));
  else await cli.print(`Docker Compose version ${COMPOSE_VERSION}`);
  return 0;
};
