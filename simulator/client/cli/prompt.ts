/** Questions answered with y or n. */
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';

/** Prints the question and reads the answer; only `y` is a yes. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  await cli.out(`${question} [y/N] `);
  let interrupted = false;
  const answer = await Promise.race([
    cli.readLine(),
    new Promise<undefined>((resolve) => {
      cli.sys.signal('SIGINT', () => {
        interrupted = true;
        resolve(undefined);
      });
    }),
  ]);
  if (interrupted) {
    await cli.out('\n');
    throw new CliError('', 130);
  }
  return (answer ?? '').trim().toLowerCase() === 'y';
}

/** What docker does without a yes: nothing, successfully. */
export function cancelled(): CliError {
  return new CliError('', 0);
}
