/** dockerd: the daemon, a process of its machine that serves Docker's API on a unix socket, and over TCP where it is told to. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Program } from '../kernel/programs.ts';
import { imageStoreOf } from '../image/disk.ts';
import { sysChannel } from '../http/channel.ts';
import { serve } from '../http/server.ts';
import { DATA_ROOT, daemonOptions, OptionError, type DaemonOptions } from './daemon-options.ts';
import { Engine, engineOf, registerEngine } from './engine.ts';
import { errorText } from './errors.ts';
import { ImageService } from './images/service.ts';
import { daemonEnded, daemonStarted } from './restart.ts';
import { apiHandler } from './router.ts';
import { ENGINE_VERSION } from './system/versions.ts';
import { rfc3339 } from './time.ts';

const SOCKET = '/var/run/docker.sock';
const PIDFILE = '/var/run/docker.pid';
const CONFIG = '/etc/docker/daemon.json';
/** Group of the socket: members of `docker` may use it. */
const SOCKET_MODE = 0o660;
/** Descriptor of the first socket handed over (sd_listen_fds(3)). */
const FIRST_FD = 3;
/** How long the daemon waits after its warnings, ms: for those who do not read them, and for those who did not ask for it. */
const SECOND_THOUGHT = 1000;
const SECOND_THOUGHT_UNASKED = 15_000;

/** The daemon's own log, on standard error. */
type Log = (level: 'info' | 'warning' | 'error', text: string, fields?: string) => Promise<void>;

const logOf =
  (sys: Sys): Log =>
  (level, text, fields = '') =>
    sys.write(2, `time="${rfc3339(sys.now())}" level=${level} msg=${JSON.stringify(text)}${fields}\n`);

/** The gid of group `docker` on the machine; root's where there is no such group. */
function dockerGroup(kernel: Kernel): number {
  const { files } = kernel.init.mnt;
  const text = files.exists('/etc/group') ? new TextDecoder().decode(files.read('/etc/group')) : '';
  return Number(/^docker:[^:]*:(\d+):/m.exec(text)?.[1] ?? 0);
}

/** The socket that systemd holds open for the daemon (`-H fd://`), or one of its own. */
function openUnix(sys: Sys, path: string): number {
  if (path === SOCKET && Number(sys.env.LISTEN_FDS ?? 0) > 0) return FIRST_FD;
  const kernel = sys.kernel();
  kernel.init.mnt.files.remove(path);
  const listener = sys.listen({ family: 'unix', path });
  sys.chmod(path, SOCKET_MODE);
  sys.chown(path, 0, dockerGroup(kernel));
  return listener;
}

/** Opens a TCP port, after the warnings that whoever opens one without TLS gets. */
async function openTcp(sys: Sys, host: string, options: DaemonOptions, log: Log): Promise<number> {
  const [, name = '', port = ''] = /^tcp:\/\/(.*):(\d+)$/.exec(host) ?? [];
  const field = ` host="${host}"`;
  await log(
    'warning',
    'Binding to IP address without --tlsverify is insecure and gives root access on this machine to everyone who has access to your network.',
    field,
  );
  await log(
    'warning',
    'Binding to an IP address, even on localhost, can also give access to scripts run in a browser. Be safe out there!',
    field,
  );
  await log(
    'warning',
    '[DEPRECATION NOTICE] In future versions this will be a hard failure preventing the daemon from starting! Learn more at: https://docs.docker.com/go/api-security/',
    field,
  );
  await sys.sleep(SECOND_THOUGHT);
  if (!options.tlsSaid) {
    await log(
      'warning',
      'Support for listening on TCP without authentication or explicit intent to run without authentication will be removed in the next release',
      field,
    );
    await sys.sleep(SECOND_THOUGHT_UNASKED);
  }
  return sys.listen({ family: 'inet', host: name === 'localhost' ? '127.0.0.1' : name, port: Number(port) });
}

/** Whether the process that a pidfile names still runs. */
function runningPid(sys: Sys): number | undefined {
  const kernel = sys.kernel();
  const { files } = kernel.init.mnt;
  if (!files.exists(PIDFILE)) return undefined;
  const pid = Number(new TextDecoder().decode(files.read(PIDFILE)).trim());
  const process = pid === sys.pid ? undefined : kernel.findProcess(pid);
  return process && process.state !== 'zombie' ? pid : undefined;
}

function read(sys: Sys, path: string): string | undefined {
  try {
    return sys.readText(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The program /usr/bin/dockerd. */
export const dockerd: Program = async (sys) => {
  let options: DaemonOptions;
  try {
    options = daemonOptions(sys.argv.slice(1), read(sys, CONFIG));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await sys.write(2, `${error.message}\n`);
    return 1;
  }
  if (options.show === 'version') {
    await sys.write(1, `Docker version ${ENGINE_VERSION}, build v${ENGINE_VERSION}\n`);
    return 0;
  }
  if (options.show === 'help') {
    await sys.write(1, HELP);
    return 0;
  }
  if (sys.uid !== 0) {
    await sys.write(
      2,
      'dockerd needs to be started with root privileges. To run dockerd in rootless mode as an unprivileged user, see https://docs.docker.com/go/rootless/\n',
    );
    return 1;
  }
  if (options.dataRoot !== DATA_ROOT) {
    await sys.write(2, `dockerd: a data root other than ${DATA_ROOT} is not simulated here\n`);
    return 1;
  }
  const other = runningPid(sys);
  if (other !== undefined) {
    await sys.write(
      2,
      `failed to start daemon, ensure docker is not running or delete ${PIDFILE}: process with PID ${other} is still running\n`,
    );
    return 1;
  }
  return run(sys, options);
};

/** The daemon's objects: those an earlier process of this machine left behind, or new ones. */
function engineFor(sys: Sys): Engine {
  const kernel = sys.kernel();
  let engine = engineOf(kernel);
  if (engine) daemonStarted(engine, sys);
  else {
    engine = new Engine(
      sys,
      (self) =>
        new ImageService(
          imageStoreOf(self.kernel, () => self.instants.now()),
          self,
        ),
    );
    registerEngine(engine, kernel);
  }
  const running = engine;
  void kernel.findProcess(sys.pid)?.exited.then(() => daemonEnded(running));
  return engine;
}

async function run(sys: Sys, options: DaemonOptions): Promise<number> {
  const log = logOf(sys);
  const hosts = options.hosts.length > 0 ? options.hosts : [`unix://${SOCKET}`];
  await log('info', 'Starting up');
  const engine = engineFor(sys);
  sys.kernel().init.mnt.files.write(PIDFILE, String(sys.pid));
  const listeners: { readonly fd: number; readonly shown: string }[] = [];
  for (const host of hosts) {
    try {
      const path = host.startsWith('unix://') ? host.slice('unix://'.length) : SOCKET;
      listeners.push(
        host.startsWith('tcp://')
          ? { fd: await openTcp(sys, host, options, log), shown: host.slice('tcp://'.length) }
          : { fd: openUnix(sys, path), shown: path },
      );
    } catch (error) {
      if (!isErrno(error)) throw error;
      const address = host.replace(/^\w+:\/\//, '');
      await sys.write(
        2,
        `failed to load listeners: listen ${host.startsWith('tcp') ? 'tcp4' : 'unix'} ${address}: bind: ${error.message.toLowerCase()}\n`,
      );
      return 1;
    }
  }
  engine.insecure = hosts.filter((host) => host.startsWith('tcp://')).map((host) => host.slice('tcp://'.length));
  const handler = apiHandler(engine);
  // A client that has gone ends its request, not the daemon.
  sys.signal('SIGPIPE', 'ignore');
  await log('info', 'Daemon has completed initialization');
  // A request that goes wrong half-way is told in the daemon's log; the others are not concerned.
  const onError = (error: unknown): void => void log('error', errorText(error));
  const listen = async (listener: number): Promise<number> => {
    for (;;) {
      let fd: number;
      try {
        fd = await sys.accept(listener);
      } catch (error) {
        if (isErrno(error, 'EINTR')) continue;
        throw error;
      }
      sys.closeOnExec(fd, true);
      serve(sysChannel(sys, fd), handler, { now: () => sys.now(), onError }).catch(onError);
    }
  };
  for (const { shown } of listeners) await log('info', `API listen on ${shown}`);
  return Promise.race(listeners.map(({ fd }) => listen(fd)));
}

const HELP = `Usage:	dockerd [OPTIONS]

A self-sufficient runtime for containers.

Options:
      --containerd string   containerd grpc address
      --data-root string    Root directory of persistent Docker state (default "${DATA_ROOT}")
  -D, --debug               Enable debug mode
  -H, --host list           Daemon socket(s) to connect to
      --tls                 Use TLS; implied by --tlsverify
      --tlsverify           Use TLS and verify the remote
  -v, --version             Print version information and quit
`;
