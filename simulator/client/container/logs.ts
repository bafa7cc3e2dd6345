/** `docker logs`. */
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { timestamp } from '../format/time.ts';
import type { ContainerDetails } from './attach.ts';
import { containerPath } from './lifecycle.ts';
import { Demultiplexer } from './streams.ts';

function when(text: string, now: number, name: string): string | undefined {
  if (text === '') return undefined;
  try {
    return timestamp(text, now);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(
      `invalid value for "${name}": failed to parse value as time or duration: ${JSON.stringify(text)}`,
    );
  }
}

/** `docker logs`. */
export const logs: Runner = async (cli, flags, args) => {
  const container = await cli.api.json<ContainerDetails>('GET', containerPath(args[0] ?? '', '/json'));
  const on = (name: string): string | undefined => (flags.bool(name) ? '1' : undefined);
  const answer = await cli.api.call('GET', containerPath(container.Id, '/logs'), {
    query: {
      stdout: '1',
      stderr: '1',
      since: when(flags.string('since'), cli.now(), 'since'),
      until: when(flags.string('until'), cli.now(), 'until'),
      timestamps: on('timestamps'),
      details: on('details'),
      follow: on('follow'),
      tail: flags.string('tail'),
    },
  });
  const demultiplexer = new Demultiplexer();
  for await (const chunk of answer.body) {
    if (container.Config.Tty) {
      await cli.out(chunk);
      continue;
    }
    for (const [number, bytes] of demultiplexer.feed(chunk)) await (number === 2 ? cli.err(bytes) : cli.out(bytes));
  }
  return 0;
};
