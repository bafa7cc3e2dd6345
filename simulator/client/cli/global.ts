/** The flags of `docker` itself. */
import type { FlagRow } from './spec.ts';

/** The global flags; `dir` is where the client's files are by default. */
export function globalFlags(dir: string): readonly FlagRow[] {
  return [
    ['config', '', 'string', dir, 'Location of client config files'],
    [
      'context',
      'c',
      'string',
      '',
      'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
    ],
    ['debug', 'D', 'bool', '', 'Enable debug mode'],
    ['host', 'H', 'string', '', 'Daemon socket to connect to'],
    ['log-level', 'l', 'string', 'info', 'Set the logging level ("debug", "info", "warn", "error", "fatal")'],
    ['tls', '', 'bool', '', 'Use TLS; implied by --tlsverify'],
    ['tlscacert', '', 'string', `${dir}/ca.pem`, 'Trust certs signed only by this CA'],
    ['tlscert', '', 'string', `${dir}/cert.pem`, 'Path to TLS certificate file'],
    ['tlskey', '', 'string', `${dir}/key.pem`, 'Path to TLS key file'],
    ['tlsverify', '', 'bool', '', 'Use TLS and verify the remote'],
    ['version', 'v', 'bool', '', 'Print version information and quit'],
  ];
}
