/** dockerd's command line and /etc/docker/daemon.json, as far as they decide where the daemon listens. */

/** Why the daemon does not start. */
export class OptionError extends Error {}

export interface DaemonOptions {
  /** As `-H` and `hosts` give them, written out; empty: the default socket. */
  readonly hosts: readonly string[];
  readonly debug: boolean;
  /** `--tls` or `--tlsverify` was said to be what it is, so that listening without it is meant. */
  readonly tlsSaid: boolean;
  readonly dataRoot: string;
  readonly show: 'help' | 'version' | undefined;
}

export const DATA_ROOT = '/var/lib/docker';

/** Flags that take a value and change nothing here. */
const IGNORED = new Set(
  `bip bridge b cgroup-parent config-file containerd containerd-namespace default-address-pool default-runtime dns dns-opt
   dns-search exec-opt exec-root group G insecure-registry label log-driver log-level l log-opt max-concurrent-downloads
   max-concurrent-uploads mtu pidfile p registry-mirror shutdown-timeout storage-driver s storage-opt tlscacert tlscert tlskey
   userns-remap`.split(/\s+/),
);
/** Flags without a value that change nothing here. */
const SWITCHES = new Set(
  `experimental icc init ip-forward ip-masq iptables ip6tables ipv6 live-restore raw-logs rootless selinux-enabled
   userland-proxy validate`.split(/\s+/),
);

const yes = (value: unknown): boolean => value === undefined || value === true || value === 'true' || value === '1';

/** An address to listen on, written out: `tcp://0.0.0.0` means port 2375. */
function listenAddress(host: string): string {
  if (host.startsWith('fd://')) return host;
  if (host.startsWith('unix://')) return host === 'unix://' ? 'unix:///var/run/docker.sock' : host;
  const [, name = '', port = ''] = /^tcp:\/\/([^:/]*)(?::(\d+))?\/?$/.exec(host) ?? [];
  if (!host.startsWith('tcp://') || (name === '' && port === '' && host !== 'tcp://'))
    throw new OptionError(
      `invalid argument "${host}" for "-H, --host" flag: invalid bind address (${host}): unsupported proto`,
    );
  return `tcp://${name === '' ? 'localhost' : name}:${port === '' ? '2375' : port}`;
}

interface Settings {
  hosts: string[];
  debug: boolean;
  tls: boolean | undefined;
  dataRoot: string | undefined;
}

/** Reads the command line after the program's name, and the configuration file's text where there is one. */
export function daemonOptions(args: readonly string[], configFile: string | undefined): DaemonOptions {
  const flags: Settings = { hosts: [], debug: false, tls: undefined, dataRoot: undefined };
  let show: DaemonOptions['show'];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const [, name = '', inline] = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') throw new OptionError('dockerd: "dockerd" accepts no arguments.\nSee \'dockerd --help\'.');
    const value = (): string => {
      const given = inline ?? args[++at];
      if (given === undefined) throw new OptionError(`flag needs an argument: ${word}\nSee 'dockerd --help'.`);
      return given;
    };
    if (name === 'H' || name === 'host') flags.hosts.push(listenAddress(value()));
    else if (name === 'D' || name === 'debug') flags.debug = yes(inline);
    else if (name === 'tls' || name === 'tlsverify') flags.tls = yes(inline);
    else if (name === 'data-root') flags.dataRoot = value();
    else if (name === 'help' || name === 'h') show = 'help';
    else if (name === 'version' || name === 'v') show = 'version';
    else if (IGNORED.has(name)) value();
    else if (!SWITCHES.has(name)) {
      const shown = word.startsWith('--')
        ? `unknown flag: --${name}`
        : `unknown shorthand flag: '${name[0]!}' in ${word}`;
      throw new OptionError(`${shown}\nSee 'dockerd --help'.`);
    }
  }
  const file = fileSettings(configFile);
  if (flags.hosts.length > 0 && file.hosts.length > 0)
    throw new OptionError(
      `unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives are specified both as a flag and in the configuration file: hosts: (from flag: [${flags.hosts.join(' ')}], from file: [${file.hosts.join(' ')}])`,
    );
  const tls = flags.tls ?? file.tls;
  if (tls) throw new OptionError('dockerd: TLS is not simulated here');
  return {
    hosts: flags.hosts.length > 0 ? flags.hosts : file.hosts.map(listenAddress),
    debug: flags.debug || file.debug,
    tlsSaid: tls !== undefined,
    dataRoot: flags.dataRoot ?? file.dataRoot ?? DATA_ROOT,
    show,
  };
}

function fileSettings(text: string | undefined): Settings {
  const settings: Settings = { hosts: [], debug: false, tls: undefined, dataRoot: undefined };
  if (text === undefined || text.trim() === '') return settings;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined; // what is no JSON is told like what is no object
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new OptionError(
      'unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character in the JSON text',
    );
  const given = parsed as Record<string, unknown>;
  if (Array.isArray(given.hosts)) settings.hosts = given.hosts.map(String);
  settings.debug = given.debug === true;
  if (typeof given.tls === 'boolean') settings.tls = given.tls;
  if (typeof given.tlsverify === 'boolean') settings.tls = given.tlsverify;
  if (typeof given['data-root'] === 'string') settings.dataRoot = given['data-root'];
  return settings;
}
