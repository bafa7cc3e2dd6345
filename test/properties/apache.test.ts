/** Apache as Debian lays it: configuration in many files, variables from the environment, logs in files. */
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';

test('apache2 serves what its included files say, and says what it misses', async () => {
  const machine = await createMachine({ host: nodeHost, images: ['debian:bookworm-slim'] });
  const out = async (command: string): Promise<string> => {
    const { stdout, stderr } = await machine.run(command);
    return stdout + stderr;
  };
  await out('docker run -d --name a1 -p 8080:8000 debian:bookworm-slim sleep 900000');
  await out("docker exec a1 sh -c 'apt-get update && apt-get install -y apache2'");
  expect(await out('docker exec a1 apache2 -D FOREGROUND')).toMatch(
    /Config variable \$\{APACHE_RUN_DIR\} is not defined\n[^]*apache2: Syntax error on line \d+ of .*DefaultRuntimeDir/,
  );
  await out("docker exec a1 sh -c 'echo Listen 8000 > /etc/apache2/ports.conf; echo hello > /var/www/html/index.html'");
  await out("docker exec a1 sh -c 'echo ServerName here > /etc/apache2/conf-enabled/name.conf'");
  await out('docker exec -d a1 apache2ctl -D FOREGROUND');
  await out('sleep 1');
  expect(await out('curl -s localhost:8080')).toBe('hello\n');
  expect(await out('curl -sI localhost:8080 | grep Server')).toContain('Apache/2.4.65 (Debian)');
  expect(await out('docker exec a1 cat /var/log/apache2/access.log')).toMatch(/"GET \/ HTTP\/1.1" 200 6 "-" "curl/);
  machine.stop();
});
