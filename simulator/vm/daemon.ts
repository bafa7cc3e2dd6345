/** multipassd: the daemon that makes and runs virtual machines, a process of the host. */
import type { Sys } from '../kernel/abi.ts';
import type { KernelCore } from '../kernel/core.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';
import type { Program } from '../kernel/programs.ts';
import { sysChannel } from '../http/channel.ts';
import { CLOUD_IMAGES, cloudImage } from './images.ts';
import { lines } from './lines.ts';
import { instanceDir, type Machine } from './machine.ts';
import { machinesOn, type Machines } from './machines.ts';
import { newName } from './names.ts';
import { SOCKET, VERSION, type InstanceInfo, type LaunchRequest, type Reply, type Request } from './protocol.ts';
import { hypervisorArguments } from './qemu.ts';
import { parseSize } from './sizes.ts';

const RESIDENT = 31 * 1024 ** 2;
const DOWNLOAD_STEP = 260;
const VERIFY = 400;
const PREPARE = 600;

/** Why a request cannot be granted. */
class Refusal extends Error {}

const refuse = (text: string): never => {
  throw new Refusal(text);
};

export const multipassd: Program = async (sys) => {
  const host = sys.kernel() as KernelCore;
  const machines = machinesOn(host);
  sys.memory(RESIDENT);
  sys.signal('SIGPIPE', 'ignore');
  sys.signal('SIGCHLD', 'ignore');
  void machines.bridge;
  const { files } = host.init.mnt;
  files.remove(SOCKET);
  const listener = sys.listen({ family: 'unix', path: SOCKET });
  sys.chmod(SOCKET, 0o660);
  for (;;) {
    const fd = await sys.accept(listener);
    sys.closeOnExec(fd, true);
    void answer(sys, machines, sysChannel(sys, fd));
  }
};

/** One request and what comes of it. */
async function answer(sys: Sys, machines: Machines, connection: Channel): Promise<void> {
  const send = async (reply: Reply): Promise<void> => {
    try {
      await connection.write(`${JSON.stringify(reply)}\n`);
    } catch (error) {
      if (!isErrno(error)) throw error; // the client is gone; what it asked for is done all the same
    }
  };
  for await (const line of lines(connection)) {
    try {
      await send(await perform(sys, machines, JSON.parse(line) as Request, send));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await send({ kind: 'error', text: error.message });
    }
    break;
  }
  connection.close();
}

type Send = (reply: Reply) => Promise<void>;

async function perform(sys: Sys, machines: Machines, request: Request, send: Send): Promise<Reply> {
  switch (request.verb) {
    case 'version':
      return { kind: 'version', version: VERSION };
    case 'find':
      return {
        kind: 'images',
        images: CLOUD_IMAGES.map(({ names, serial, description, docker }) => ({
          names,
          version: docker ? '0.4' : serial,
          description,
          blueprint: docker,
        })),
      };
    case 'list':
      return { kind: 'instances', instances: machines.all().map((machine) => infoOf(machine)) };
    case 'info': {
      const { names } = request;
      const wanted = names.length > 0 ? names.map((name) => known(machines, name)) : machines.all();
      return { kind: 'instances', instances: wanted.map((machine) => infoOf(machine)) };
    }
    case 'launch':
      return launch(sys, machines, request, send);
    case 'start':
    case 'restart':
    case 'stop': {
      const wanted = request.all ? alive(machines) : request.names.map((name) => usable(machines, name));
      for (const machine of wanted) {
        if (request.verb === 'restart' && machine.status !== 'Running')
          refuse(`instance "${machine.name}" is not running`);
        if (request.verb !== 'start') await stop(machine, request.force, send);
        if (request.verb !== 'stop') await start(sys, machine, send);
      }
      return { kind: 'done' };
    }
    case 'delete': {
      const wanted = request.all ? alive(machines) : request.names.map((name) => known(machines, name));
      for (const machine of wanted) {
        if (machine.status === 'Deleted' && !request.purge) refuse(`instance "${machine.name}" is deleted`);
        await stop(machine, false, send);
        discard(machines, machine, request.purge);
      }
      return { kind: 'done' };
    }
    case 'purge':
      for (const machine of machines.all()) if (machine.status === 'Deleted') discard(machines, machine, true);
      return { kind: 'done' };
    case 'recover': {
      const deleted = machines.all().filter(({ status }) => status === 'Deleted');
      const wanted = request.all ? deleted : request.names.map((name) => known(machines, name));
      for (const machine of wanted) {
        if (machine.status !== 'Deleted') refuse(`instance "${machine.name}" is not deleted`);
        machines.recover(machine);
      }
      return { kind: 'done' };
    }
    case 'ssh': {
      const machine = usable(machines, request.name);
      if (machine.status !== 'Running') refuse(`instance "${machine.name}" is not running`);
      await send({ kind: 'ssh', address: machine.definition.address });
      while (machine.is('Running', 'Stopping')) await machine.changed();
      return { kind: 'stopped' };
    }
  }
}

const alive = (machines: Machines): Machine[] => machines.all().filter(({ status }) => status !== 'Deleted');

function known(machines: Machines, name: string): Machine {
  return machines.find(name) ?? refuse(`instance "${name}" does not exist`);
}
function usable(machines: Machines, name: string): Machine {
  const machine = known(machines, name);
  if (machine.status === 'Deleted') refuse(`instance "${name}" is deleted`);
  return machine;
}

function infoOf({ definition, guest, status }: Machine): InstanceInfo {
  const { image, name, cpus } = definition;
  const files = status === 'Running' && guest ? guest.kernel : undefined;
  const usage = files?.vfs.diskUsage();
  return {
    name,
    state: status,
    address: files ? definition.address : '',
    image: image.release,
    release: files ? image.release : '',
    hash: image.hash.slice(0, 12),
    cpus,
    load: files
      ? new TextDecoder().decode(files.init.mnt.files.read('/proc/loadavg')).split(' ').slice(0, 3).join(' ')
      : '',
    disk: usage && [usage.used, usage.size],
    memory: files && [guest!.memoryUsed, files.hardware.ram],
  };
}

async function launch(sys: Sys, machines: Machines, request: LaunchRequest, send: Send): Promise<Reply> {
  const image = cloudImage(request.image);
  if (!image) return refuse(`Unable to find an image matching "${request.image}" in remote "".`);
  const name = request.name === '' ? nameFor(machines, image.docker) : request.name;
  if (!/^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) refuse(`Invalid instance name supplied: ${name}`);
  if (machines.find(name)) refuse(`instance "${name}" already exists`);
  const size = (what: string, text: string, least: number, fallback: number): number => {
    if (text === '') return fallback;
    const bytes = parseSize(text);
    return bytes !== undefined && bytes >= least ? bytes : refuse(`Invalid ${what} size value supplied: ${text}.`);
  };
  const memory = size('memory', request.memory, 128 * 1024 ** 2, image.defaults.memory);
  const disk = size('disk', request.disk, 512 * 1024 ** 2, image.defaults.disk);
  const cpus = request.cpus === '' ? image.defaults.cpus : Number(request.cpus);
  if (!machines.cached.has(image.hash)) {
    for (let percent = 0; percent <= 100; percent += 10) {
      await send({ kind: 'progress', text: `Retrieving image: ${percent}%` });
      await sys.sleep(DOWNLOAD_STEP);
    }
    await send({ kind: 'progress', text: 'Verifying image' });
    await sys.sleep(VERIFY);
    machines.cached.add(image.hash);
  }
  await send({ kind: 'progress', text: `Configuring ${name}` });
  await sys.sleep(PREPARE);
  if (machines.find(name)) refuse(`instance "${name}" already exists`);
  const machine = machines.define({ name, asked: request.image || image.names[0]!, image, memory, cpus, disk });
  machines.host.init.mnt.files.mkdir(instanceDir(name), { parents: true });
  try {
    await start(sys, machine, send);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    discard(machines, machine, true);
    throw error;
  }
  return { kind: 'launched', name };
}

/** A name nobody has yet; an image for a purpose gives its own. */
function nameFor(machines: Machines, docker: boolean): string {
  if (docker && !machines.find('docker')) return 'docker';
  for (;;) {
    const name = newName(machines.host.random);
    if (!machines.find(name)) return name;
  }
}

/** Switches a machine on and waits for its first answer. */
async function start(sys: Sys, machine: Machine, send: Send): Promise<void> {
  if (machine.is('Running')) return;
  const { name } = machine;
  await send({ kind: 'progress', text: `Starting ${name}` });
  if (machine.is('Stopped')) {
    const [errors, end] = sys.pipe();
    const nothing = sys.open('/dev/null', { read: true, write: true });
    sys.spawn({
      argv: hypervisorArguments(machine),
      path: '/usr/bin/qemu-system-x86_64',
      fds: { 0: nothing, 1: nothing, 2: end },
    });
    sys.close(end);
    sys.close(nothing);
    let text = '';
    const hung = (async () => {
      const decoder = new TextDecoder();
      for (;;) {
        const data = await sys.read(errors);
        if (data.length === 0) break;
        text += decoder.decode(data);
      }
      sys.close(errors);
    })();
    await Promise.race([hung, machine.changed()]);
    if (text !== '' && machine.is('Stopped')) refuse(`${text.trim()}`);
  }
  if (machine.is('Starting')) await send({ kind: 'progress', text: 'Waiting for initialization to complete' });
  while (machine.is('Starting')) await machine.changed();
  if (!machine.is('Running')) refuse(`The instance "${name}" stopped while it was starting`);
}

async function stop(machine: Machine, force: boolean, send: Send): Promise<void> {
  if (machine.is('Stopped', 'Deleted')) return;
  await send({ kind: 'progress', text: `Stopping ${machine.name}` });
  if (force || machine.is('Starting')) machine.hypervisor?.kill('SIGKILL');
  else machine.powerButton?.();
  while (!machine.is('Stopped', 'Deleted')) await machine.changed();
}

function discard(machines: Machines, machine: Machine, purge: boolean): void {
  machines.remove(machine, purge);
  if (purge) machines.host.init.mnt.files.remove(instanceDir(machine.name));
}
