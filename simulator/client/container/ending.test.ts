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

describe('docker run in the foreground', () => {
  it('leaves a container that ignores ^C at the third, and its code at the first to one that obeys', async () => {
    const shown: string[] = [];
    const terminal = machine.openTerminal({
      size: { columns: 80, rows: 24 },
      output: (data) => void shown.push(new TextDecoder().decode(data)),
    });
    const type = async (text: string, ms: number): Promise<void> => {
      terminal.write(new TextEncoder().encode(text));
      await machine.settle(ms);
    };
    await machine.settle(1000);
    await type('docker run --name deaf alpine sleep 1000\r', 3000);
    for (let i = 0; i < 3; i++) await type('\x03', 1000);
    await type('echo "deaf: $?"\r', 500);
    await type('docker run alpine sh -c \'trap "exit 5" INT; while :; do sleep 1; done\'\r', 3000);
    await type('\x03', 3000);
    await type('echo "polite: $?"\r', 500);
    terminal.close();
    const text = shown.join('');
    expect(text).toContain('^C^C^C\r\ngot 3 SIGTERM/SIGINTs, forcefully exiting\r\n');
    expect(text.match(/^(deaf|polite): \d+/gm)).toEqual(['deaf: 1', 'polite: 5']);
    expect(await machine.run('docker inspect -f {{.State.Status}} deaf')).toMatchObject({ stdout: 'running\n' });
    await machine.run('docker rm -f $(docker ps -aq)');
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
