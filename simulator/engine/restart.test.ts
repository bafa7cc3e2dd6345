import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../machine.ts';

test('a daemon that ends takes its containers with it, and finds them again', async () => {
  const machine = await createMachine({ host: nodeHost, images: ['busybox'] });
  const run = async (command: string): Promise<string> => {
    const { stdout, stderr } = await machine.run(command);
    return stdout + stderr;
  };
  for (const [name, policy] of [
    ['comes', 'always'],
    ['stays', 'no'],
    ['stopped', 'unless-stopped'],
  ] as const)
    await run(`docker run -d --name ${name} --restart ${policy} busybox sleep 1000`);
  await run('docker stop -t 0 stopped; docker network create net; docker volume create vol');
  expect(await run('dockerd')).toBe(
    'failed to start daemon, ensure docker is not running or delete /var/run/docker.pid: process with PID 613 is still running\n',
  );
  expect(await run('kill -9 613; sleep 1; pgrep -c sleep; docker ps')).toBe(
    '0\nfailed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: connection refused\n',
  );
  expect(
    await run(
      "dockerd >log 2>&1 & sleep 2; docker ps -a --format '{{.Names}} {{.State}}'; docker network ls -qf name=net | wc -l; docker volume ls -q; sed 's/.*level/level/' log",
    ),
  ).toBe(
    `stopped exited
stays exited
comes running
1
vol
level=info msg="Starting up"
level=info msg="Daemon has completed initialization"
level=info msg="API listen on /var/run/docker.sock"
`,
  );
  expect(await run('docker start stays stopped; docker ps -q | wc -l')).toBe('stays\nstopped\n3\n');
  machine.stop();
});

test('over TCP only after warnings, and those who ask are warned, too', async () => {
  const machine = await createMachine({ host: nodeHost });
  const run = async (command: string): Promise<string> => {
    const { stdout, stderr } = await machine.run(command);
    return stdout + stderr;
  };
  const before = machine.now();
  expect(
    await run(
      "kill 613; (dockerd -H tcp://127.0.0.1 --tls=false >log 2>&1 &); sleep 2; docker -H tcp://127.0.0.1:2375 info --format '{{json .Warnings}}' | cut -c1-90; sed 's/.*level/level/' log",
    ),
  ).toBe(
    `["[DEPRECATION NOTICE]: API is accessible on http://127.0.0.1:2375 without encryption.\\n  
level=info msg="Starting up"
level=warning msg="Binding to IP address without --tlsverify is insecure and gives root access on this machine to everyone who has access to your network." host="tcp://127.0.0.1:2375"
level=warning msg="Binding to an IP address, even on localhost, can also give access to scripts run in a browser. Be safe out there!" host="tcp://127.0.0.1:2375"
level=warning msg="[DEPRECATION NOTICE] In future versions this will be a hard failure preventing the daemon from starting! Learn more at: https://docs.docker.com/go/api-security/" host="tcp://127.0.0.1:2375"
level=info msg="Daemon has completed initialization"
level=info msg="API listen on 127.0.0.1:2375"
`,
  );
  expect(machine.now() - before).toBeLessThan(10_000);
  machine.stop();
});
