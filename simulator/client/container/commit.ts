/** `docker commit` and `docker export`. */
import { CliError } from '../cli/errors.ts';
import { writeStream } from '../cli/output-file.ts';
import { familiarName, parseReference, tagged } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { containerPath } from './lifecycle.ts';

/** `docker commit`. */
export const commit: Runner = async (cli, flags, args) => {
  const [container = '', name] = args;
  if (flags.changed('no-pause') && flags.changed('pause')) {
    throw new CliError('conflicting options: --no-pause and --pause cannot be used together');
  }
  const pause = flags.changed('pause') ? flags.bool('pause') : !flags.bool('no-pause');
  const reference = name === undefined ? undefined : tagged(parseReference(name));
  if (reference?.digest !== undefined) throw new CliError('refusing to create a tag with a digest reference');
  const result = await cli.api.json<{ Id: string }>('POST', '/commit', {
    query: {
      container,
      repo: reference === undefined ? undefined : familiarName(reference),
      tag: reference?.tag,
      comment: flags.string('message') || undefined,
      author: flags.string('author') || undefined,
      changes: flags.list('change'),
      pause: pause ? undefined : '0',
    },
    body: null,
  });
  await cli.print(result.Id);
  return 0;
};

/** `docker export`. */
export const exportContainer: Runner = async (cli, flags, args) => {
  const output = flags.string('output');
  if (output === '' && cli.outIsTerminal) {
    throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  return writeStream(cli, output, 'failed to export container', async () => {
    const answer = await cli.api.call('GET', containerPath(args[0] ?? '', '/export'));
    return answer.body;
  });
};
