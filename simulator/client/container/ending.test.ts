/** Commands that meet a container in the moment of its end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type Machine } from '../../machine.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['alpine'] });
});
afterAll(() => machine.stop());

describe('docker start -a', () => {
  it('comes to its end with the container, whenever it is called', async () => {
    const seen = new Set<string>();
    for (let ms = 240; ms <= 400; ms += 20) {
      await machine.run("docker create --name short alpine sh -c 'sleep 0.3; echo hi; exit 3'");
      const { exit, stdout, stderr } = await machine.run(
        `docker start short > /dev/null; sleep 0.${ms}; docker start -a short`,
      );
      seen.add(`${exit} ${stdout}${stderr}`);
      await machine.run('docker rm -f short');
    }
    // What was printed before somebody attached is not shown to them.
    expect([...seen].sort()).toEqual(['3 ', '3 hi\n']);
  });
});

describe('a container of --rm', () => {
  it.each(['stop -t 1', 'kill', 'rm -f'])(
    'is gone, and its name free, for the command after docker %s',
    async (end) => {
      await machine.run('docker run -d --rm --name brief alpine sleep 1000');
      expect(
        await machine.run(`docker ${end} brief; docker ps -aq; docker run --rm --name brief alpine echo again`),
      ).toEqual({ exit: 0, stdout: 'brief\nagain\n', stderr: '' });
    },
  );
});
