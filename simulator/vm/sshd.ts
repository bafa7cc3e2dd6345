/** sshd of a guest: it listens on port 22 and gives whoever connects a session as the user. */
import type { Sys } from '../kernel/abi.ts';
import { ALL_CAPABILITIES, NO_CAPABILITIES } from '../kernel/capabilities.ts';
import { isErrno } from '../kernel/errno.ts';
import { exitCode } from '../kernel/status.ts';
import type { Channel, Kernel, Process, Pty, Stdio } from '../kernel/kernel.ts';
import type { Program } from '../kernel/programs.ts';
import { sysChannel } from '../http/channel.ts';
import { greeting } from './motd.ts';
import { frame, FrameReader, jsonFrame, readJson, SERVER_ID, type SessionRequest } from './ssh.ts';

const RESIDENT = 8 * 1024 ** 2;
const SESSION_RESIDENT = 3 * 1024 ** 2;

export const sshd: Program = async (sys) => {
  sys.memory(RESIDENT);
  sys.signal('SIGPIPE', 'ignore');
  sys.signal('SIGCHLD', 'ignore');
  const listener = sys.listen({ family: 'inet', host: '0.0.0.0', port: 22 });
  for (;;) {
    const fd = await sys.accept(listener);
    sys.fork(
      async (child) => {
        child.memory(SESSION_RESIDENT);
        return session(child, sysChannel(child, fd));
      },
      { argv: ['sshd: ubuntu [priv]'], fds: { 0: 0, 1: 1, 2: 2, [fd]: fd } },
    );
    sys.close(fd);
  }
};

interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
  readonly shell: string;
}

/** A user of /etc/passwd with the groups of /etc/group. */
function accountOf(sys: Sys, name: string): Account | undefined {
  const rows = (path: string): string[][] =>
    sys
      .readText(path)
      .split('\n')
      .map((line) => line.split(':'));
  const user = rows('/etc/passwd').find(([known]) => known === name);
  if (!user) return undefined;
  const gid = Number(user[3]);
  const groups = rows('/etc/group')
    .filter((row) => row[3]?.split(',').includes(name))
    .map((row) => Number(row[2]));
  return { uid: Number(user[2]), gid, groups: [gid, ...groups], home: user[5] ?? '/', shell: user[6] ?? '/bin/sh' };
}

/** One connection: the session's process, and its streams as frames. */
async function session(sys: Sys, connection: Channel): Promise<number> {
  const reader = new FrameReader(connection);
  await connection.write(SERVER_ID);
  if ((await reader.identification()) === undefined) return 255;
  const first = await reader.next();
  if (first?.type !== 'r') return 255;
  const request = readJson<SessionRequest>(first.data);
  const account = accountOf(sys, request.user);
  if (!account) return 255;
  const kernel = sys.kernel();
  const pty = request.terminal && kernel.createPty(request.terminal.size);
  if (pty && request.command === undefined)
    await connection.write(frame('o', greeting(sys, kernel).replaceAll('\n', '\r\n')));
  let process: Process;
  try {
    process = start(sys, kernel, request, account, pty);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await connection.write(frame('x', `${account.shell}: ${error.message}\n`));
    await connection.write(jsonFrame('s', 255));
    return 255;
  }
  const [input, out, err] = process.stdio;
  const stdin = pty?.master ?? input;
  const outputs = pty
    ? [copy(pty.master, connection, 'o')]
    : [copy(out!, connection, 'o'), copy(err!, connection, 'x')];
  void feed(reader, stdin, pty).then((gone) => {
    if (gone) process.kill('SIGHUP');
  });
  const status = await process.exited;
  // What is still on its way comes first; a job that holds on to the terminal is not waited for.
  await Promise.race([Promise.all(outputs), ...(pty ? [sys.sleep(50)] : [])]);
  pty?.master.close();
  await connection.write(jsonFrame('s', exitCode(status)));
  connection.close();
  return 0;
}

function start(sys: Sys, kernel: Kernel, request: SessionRequest, account: Account, pty: Pty | undefined): Process {
  const { command, terminal, user } = request;
  const name = account.shell.slice(account.shell.lastIndexOf('/') + 1);
  const stdio: Stdio = pty ? { kind: 'pty', pty } : { kind: 'pipe' };
  const parent = kernel.findProcess(sys.pid);
  return kernel.start({
    argv: command === undefined ? [`-${name}`] : [name, '-c', command],
    exec: account.shell,
    env: {
      HOME: account.home,
      LANG: 'C.UTF-8',
      LOGNAME: user,
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin',
      SHELL: account.shell,
      USER: user,
      PWD: request.directory ?? account.home,
      ...(terminal && { TERM: terminal.type }),
    },
    cwd: request.directory ?? account.home,
    namespaces: kernel.init,
    cgroup: kernel.rootCgroup.child(`user.slice/user-${account.uid}.slice/session-1.scope`),
    credentials: {
      uid: account.uid,
      gid: account.gid,
      groups: account.groups,
      capabilities: account.uid === 0 ? ALL_CAPABILITIES : NO_CAPABILITIES,
    },
    // sudo may give them back.
    bounding: ALL_CAPABILITIES,
    ...(parent && { parent }),
    stdio: [stdio, stdio, stdio],
    ...(pty && { terminal: true }),
  });
}

/** What the session writes, as frames. */
async function copy(from: Channel, to: Channel, type: 'o' | 'x'): Promise<void> {
  for (;;) {
    const data = await from.read();
    if (data.length === 0) return;
    try {
      await to.write(frame(type, data));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return; // whoever listened is gone
    }
  }
}

/** What the other side sends, to the session's input; true when the other side has gone. */
async function feed(reader: FrameReader, stdin: Channel | undefined, pty: Pty | undefined): Promise<boolean> {
  for (;;) {
    let next: Awaited<ReturnType<FrameReader['next']>>;
    try {
      next = await reader.next();
    } catch (error) {
      if (!isErrno(error)) throw error;
      return true;
    }
    if (!next) return true;
    try {
      if (next.type === 'i') await stdin?.write(next.data);
      else if (next.type === 'e') {
        if (!pty) stdin?.closeWrite();
      } else if (next.type === 'w') pty?.resize(readJson(next.data));
    } catch (error) {
      if (!isErrno(error)) throw error; // the session has closed its input: what comes for it is lost
    }
  }
}
