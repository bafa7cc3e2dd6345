/** dockerd: the daemon, a process of the host that serves Docker's API on a unix socket. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { imageStoreOf } from '../image/disk.ts';
import { sysChannel } from '../http/channel.ts';
import { serve } from '../http/server.ts';
import { Engine, registerEngine } from './engine.ts';
import { errorText } from './errors.ts';
import { ImageService } from './images/service.ts';
import { apiHandler } from './router.ts';
import { rfc3339 } from './time.ts';

const SOCKET = '/var/run/docker.sock';
/** Group of the socket on Debian: members of `docker` may use it. */
const SOCKET_MODE = 0o660;
/** Descriptor of the first socket handed over (sd_listen_fds(3)). */
const FIRST_FD = 3;

/** The socket that systemd holds open for the daemon (`-H fd://`), or one of its own. */
function openSocket(sys: Sys): number {
  if (Number(sys.env.LISTEN_FDS ?? 0) > 0) return FIRST_FD;
  sys.kernel().init.mnt.files.remove(SOCKET);
  const listener = sys.listen({ family: 'unix', path: SOCKET });
  sys.chmod(SOCKET, SOCKET_MODE);
  return listener;
}

/** The program /usr/bin/dockerd. */
export const dockerd: Program = async (sys) => {
  if (sys.uid !== 0) {
    await sys.write(
      2,
      'dockerd needs to be started with root privileges. To run dockerd in rootless mode as an unprivileged user, see https://docs.docker.com/go/rootless/\n',
    );
    return 1;
  }
  const engine = new Engine(
    sys,
    (self) =>
      new ImageService(
        imageStoreOf(self.kernel, () => self.instants.now()),
        self,
      ),
  );
  registerEngine(engine, engine.kernel);
  const handler = apiHandler(engine);
  // A client that has gone ends its request, not the daemon.
  sys.signal('SIGPIPE', 'ignore');
  const listener = openSocket(sys);
  engine.kernel.init.mnt.files.write('/var/run/docker.pid', String(sys.pid));
  // A request that goes wrong half-way is told in the daemon's log; the others are not concerned.
  const onError = (error: unknown): void => {
    const time = rfc3339(engine.instants.now());
    void sys.write(2, `time="${time}" level=error msg=${JSON.stringify(errorText(error))}\n`);
  };
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
