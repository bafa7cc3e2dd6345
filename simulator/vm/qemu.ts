/**
 * qemu-system-x86_64: the hypervisor, a process of the host for each virtual machine. It holds all of the guest's memory and
 * carries the guest through its boot; when it ends, by whatever hand, so does the guest.
 */
import type { Sys } from '../kernel/abi.ts';
import type { KernelCore } from '../kernel/core.ts';
import type { Program } from '../kernel/programs.ts';
import type { Proc } from '../kernel/process.ts';
import { bootStages } from './boot.ts';
import type { BootStage } from './events.ts';
import type { Guest } from './guest.ts';
import { instanceDir, OVERHEAD, type Machine } from './machine.ts';
import { machinesOn, type Machines } from './machines.ts';
import { servicesOf } from './services.ts';
import { startService } from './start-service.ts';

/** How long services may take to end before they are killed, and how long the machine then takes to go down, ms. */
const GRACE = 900;
const POWERDOWN = 650;

/** The command line multipassd starts the hypervisor with. */
export function hypervisorArguments({ definition }: Machine): string[] {
  const { name, image, memory, cpus, tap, mac } = definition;
  const dir = instanceDir(name);
  return [
    'qemu-system-x86_64',
    '--enable-kvm',
    '-cpu',
    'host',
    '-nic',
    `tap,ifname=${tap},script=no,downscript=no,model=virtio-net-pci,mac=${mac}`,
    '-drive',
    `file=${dir}/ubuntu-${image.version}-server-cloudimg-amd64.img,if=none,format=qcow2,discard=unmap,id=hda`,
    '-smp',
    String(cpus),
    '-m',
    `${Math.round(memory / 1024 ** 2)}M`,
    '-name',
    name,
    '-nographic',
    '-cdrom',
    `${dir}/cloud-init-config.iso`,
  ];
}

export const qemu: Program = async (sys) => {
  const host = sys.kernel() as KernelCore;
  const machines = machinesOn(host);
  const at = sys.argv.indexOf('-name');
  const machine = at < 0 ? undefined : machines.find(sys.argv[at + 1] ?? '');
  if (!machine || machine.hypervisor) {
    await sys.write(2, 'qemu-system-x86_64: this machine runs only disks that multipass has made\n');
    return 1;
  }
  const { memory } = machine.definition;
  const free = host.hardware.ram - host.hardware.reserved - host.rootCgroup.usage.memory;
  if (memory + OVERHEAD > free) {
    await sys.write(2, "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory\n");
    return 1;
  }
  const process = host.findProcess(sys.pid);
  if (!process) return 1;
  sys.memory(memory + OVERHEAD);
  const [button, press] = sys.pipe();
  machine.hypervisor = process;
  machine.poweredOnAt = sys.now();
  machine.console.length = 0;
  // Whoever kills the hypervisor pulls the plug of the guest.
  void process.exited.then(() => {
    if (machine.hypervisor === process) machines.powerOff(machine, 'killed');
  });
  const wake = (byte: string): void => {
    if (machine.hypervisor === process || byte === 'x') void sys.write(press, byte);
  };
  machine.powerButton = () => wake('b');
  host.log.emit('vm.start', { name: machine.name, hypervisor: process.pid, memory });
  machine.set('Starting');
  const guest = await boot(sys, machines, machine, process, () => wake('x'));
  if (!guest) return 0;
  const [byte] = await sys.read(button, 1);
  if (byte !== 0x62 || guest.ended) return 0;
  machine.set('Stopping');
  guest.terminate();
  await sys.sleep(GRACE);
  await sys.sleep(POWERDOWN);
  machines.powerOff(machine, 'stop');
  return 0;
};

/** Takes the machine from power-on to its first answer; undefined when it ended on the way. */
async function boot(
  sys: Sys,
  machines: Machines,
  machine: Machine,
  process: Proc,
  ended: () => void,
): Promise<Guest | undefined> {
  const { host, definition } = machine;
  const { name, image } = definition;
  const services = servicesOf(image);
  const first = !machine.seasoned;
  const begin = sys.now();
  let guest: Guest | undefined;
  const tell = (stage: BootStage, detail: string): void => {
    host.log.emit('vm.boot', { name, stage, ms: sys.now() - begin, detail });
    machine.say(detail);
    if (guest) host.log.emit('vm.memory', { name, used: guest.memoryUsed, total: definition.memory });
  };
  for (const { stage, ms, detail } of bootStages(image.uname.release, first)) {
    tell(stage, detail);
    if (stage === 'kernel') guest = machines.powerOn(machine, process, ended);
    for (const service of services) {
      if (service.stage !== stage || !guest || guest.ended) continue;
      await sys.sleep(service.ms * (0.9 + 0.2 * host.jitter()));
      if (guest.ended) return undefined;
      startService(guest, service);
      machine.say(`Started ${service.unit} - ${service.description}.`);
    }
    await sys.sleep(ms * (0.95 + 0.1 * host.jitter()));
    if (guest?.ended) return undefined;
    if (stage === 'initramfs') setUp(guest!, machine, first);
  }
  machine.readyAt = sys.now();
  tell('ready', `${name} answers`);
  const bootMs = machine.readyAt - begin;
  host.log.emit('vm.ready', { name, kernel: image.uname.release, address: definition.address, bootMs });
  machine.set('Running');
  return guest;
}

/** What is written on the disk at a boot: names, accounts of the services, the identity of this machine. */
function setUp(guest: Guest, machine: Machine, first: boolean): void {
  const { kernel } = guest;
  const { files } = kernel.init.mnt;
  const { name, image } = machine.definition;
  if (!first) return;
  const decoder = new TextDecoder();
  const append = (path: string, text: string): void =>
    files.write(path, decoder.decode(files.read(path)) + text, { mode: files.stat(path).mode });
  files.write('/etc/hostname', `${name}\n`);
  files.write(
    '/etc/hosts',
    `127.0.1.1 ${name} ${name}\n127.0.0.1 localhost\n\n::1 localhost ip6-localhost ip6-loopback\n`,
  );
  files.write('/etc/machine-id', `${kernel.bootId.replace(/-/g, '')}\n`);
  append(
    '/etc/passwd',
    'messagebus:x:101:101::/nonexistent:/usr/sbin/nologin\nsyslog:x:103:103::/nonexistent:/usr/sbin/nologin\nsystemd-resolve:x:991:991:systemd Resolver:/:/usr/sbin/nologin\nsystemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n',
  );
  if (image.docker) append('/etc/group', 'docker:x:988:ubuntu\n');
}
