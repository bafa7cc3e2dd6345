/** Streams written to a file (`-o`) or to stdout. */
import { isErrno } from '../../kernel/errno.ts';
import { cleanPath, type Cli } from './cli.ts';
import { CliError } from './errors.ts';

/** Checks that a file can be written at `path`. */
function checkPath(cli: Cli, path: string, failure: string): void {
  const dir = cleanPath(`${cleanPath(path)}/..`);
  try {
    cli.sys.stat(path.includes('/') ? dir : '.');
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new CliError(`${failure}: invalid output path: directory ${JSON.stringify(dir)} does not exist`);
  }
}

/** Opens the stream and writes it where `output` says; the file appears only when all went well. */
export async function writeStream(
  cli: Cli,
  output: string,
  failure: string,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<number> {
  if (output === '') {
    for await (const chunk of await open()) await cli.out(chunk);
    return 0;
  }
  checkPath(cli, output, failure);
  const body = await open();
  const fd = cli.sys.open(output, { write: true, create: true, truncate: true }, 0o600);
  for await (const chunk of body) await cli.sys.write(fd, chunk);
  cli.sys.close(fd);
  return 0;
}
