import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATA_ROOT, daemonOptions, OptionError } from './daemon-options.ts';

const failure = (args: readonly string[], file?: string): string => {
  try {
    daemonOptions(args, file);
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return '';
};

test('property: hosts are listened on whether flags or the file give them, never both', () => {
  const host = fc.oneof(
    fc.constantFrom('unix:///run/a.sock', 'fd://'),
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `tcp://${ip}:${port}`),
  );
  fc.assert(
    fc.property(fc.array(host, { minLength: 1, maxLength: 3 }), (hosts) => {
      const flags = hosts.flatMap((one, n) => (n % 2 === 0 ? ['-H', one] : [`--host=${one}`]));
      const file = JSON.stringify({ hosts });
      expect(daemonOptions(flags, undefined).hosts).toEqual(hosts);
      expect(daemonOptions([], file).hosts).toEqual(hosts);
      expect(failure(flags, file)).toMatch(/^unable to configure the Docker daemon with file .*: hosts: \(from flag: /);
    }),
  );
});

test('what the command line says', () => {
  expect(daemonOptions([], undefined)).toEqual({
    hosts: [],
    debug: false,
    tlsSaid: false,
    dataRoot: DATA_ROOT,
    show: undefined,
  });
  expect(
    daemonOptions(['-H', 'tcp://', '-D', '--tls=false', '--containerd=/run/c.sock', '--log-level', 'warn'], '{}'),
  ).toEqual({ hosts: ['tcp://localhost:2375'], debug: true, tlsSaid: true, dataRoot: DATA_ROOT, show: undefined });
  expect(daemonOptions(['--data-root', '/srv/docker'], undefined).dataRoot).toBe('/srv/docker');
  expect(daemonOptions(['--version'], undefined).show).toBe('version');
  expect(failure(['--frob'])).toBe("unknown flag: --frob\nSee 'dockerd --help'.");
  expect(failure(['-H'])).toBe("flag needs an argument: -H\nSee 'dockerd --help'.");
  expect(failure(['--tlsverify'])).toBe('dockerd: TLS is not simulated here');
  expect(failure([], '{ "hosts": [')).toBe(
    'unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character in the JSON text',
  );
});
