import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine } from '../../machine.ts';

/** What redis-cli and ping of an image say about a name nobody knows, and about one nobody can be asked for. */
async function saidIn(image: string): Promise<Record<string, string>> {
  const machine = await createMachine({ host: nodeHost, images: [image] });
  await machine.run('docker network create harbour');
  const said: Record<string, string> = {};
  for (const network of ['harbour', 'none']) {
    const { stdout, stderr, exit } = await machine.run(
      `docker run --rm --network ${network} ${image} redis-cli -h db ping`,
    );
    said[network] = `${exit} ${stdout}${stderr}`;
  }
  machine.stop();
  return said;
}

describe('a name without an address', () => {
  it.each([
    ['redis:7', 'Name or service not known', 'Temporary failure in name resolution'],
    ['redis:7-alpine', 'Name does not resolve', 'Try again'],
  ])('is told in the words of the C library of %s', async (image, unknown, unanswered) => {
    expect(await saidIn(image)).toEqual({
      harbour: `1 Could not connect to Redis at db:6379: ${unknown}\n`,
      none: `1 Could not connect to Redis at db:6379: ${unanswered}\n`,
    });
  });
});
