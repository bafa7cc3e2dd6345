/** A guest: the kernel that runs in a virtual machine, from power-on to its end. */
import type { Sys } from '../kernel/abi.ts';
import { ALL_CAPABILITIES } from '../kernel/capabilities.ts';
import { createKernel, HOST_ROOT, type KernelCore } from '../kernel/core.ts';
import { rate, type Carrier } from '../kernel/cpu.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import type { BridgePort, Bridge, Process, Stdio } from '../kernel/kernel.ts';
import { charge } from '../kernel/cpu.ts';
import { endProcess } from '../kernel/lifecycle.ts';
import type { Proc } from '../kernel/process.ts';
import type { Program } from '../kernel/programs.ts';
import { System } from '../kernel/system.ts';
import type { CloudImage } from './images.ts';
import type { Service } from './services.ts';

const NULL: Stdio = { kind: 'null' };
const MIB = 1024 ** 2;

/** What firmware and the kernel's own structures take away before the kernel counts its memory. */
const FIRMWARE = 44 * MIB;

export interface GuestOptions {
  readonly host: KernelCore;
  readonly name: string;
  readonly image: CloudImage;
  readonly memory: number;
  readonly cpus: number;
  /** Size of the disk, bytes. */
  readonly size: number;
  /** The disk's layers, topmost first. */
  readonly disk: readonly Layer[];
  /** The process of the host that computes for it. */
  readonly hypervisor: Proc;
  /** The kernel has given up. */
  readonly panicked: (message: string) => void;
  /** It has switched itself off. */
  readonly off: () => void;
}

/** Environment of a service. */
const SERVICE_ENV = {
  LANG: 'C.UTF-8',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin',
};

export class Guest {
  readonly kernel: KernelCore;
  readonly image: CloudImage;
  readonly #host: KernelCore;
  readonly #units = new Map<string, Process>();
  #port: BridgePort | undefined;
  #ended = false;

  constructor(options: GuestOptions) {
    const { host, image, name } = options;
    this.#host = host;
    this.image = image;
    this.kernel = createKernel({
      host: UNUSED_LOOP,
      within: host,
      programs: host.programs,
      root: { type: 'ext4', source: '/dev/sda1', lower: options.disk },
      seed: host.random.uint32(),
      hostname: name,
      bootTime: host.clock.now(),
      hardware: {
        ram: options.memory - FIRMWARE - Math.round(options.memory / 64),
        reserved: Math.round(58 * MIB + options.memory / 48),
        cpus: options.cpus,
        disk: { size: Math.round(options.size * 0.97), used: Math.round(1.62 * 1024 ** 3) },
        uname: image.uname,
      },
      carrier: carrierOf(host, options.hypervisor, options.cpus),
      crashed: (process, error) => host.crashed(process, error),
      sysrq: (key) => {
        if (key === 'c') host.soon(() => options.panicked('sysrq triggered crash'));
        else if (key === 'o' || key === 'b') host.soon(options.off);
      },
    });
    host.guests.add(this.kernel);
    guests.set(this.kernel.init.pid, this);
  }

  get ended(): boolean {
    return this.#ended;
  }
  /** What the kernel and its processes use, bytes. */
  get memoryUsed(): number {
    return this.#ended ? 0 : this.kernel.hardware.reserved + this.kernel.rootCgroup.usage.memory;
  }

  /** Plugs its network card into a bridge of the host. */
  plug(bridge: Bridge, wire: { address: string; mac: string; tap: string }): void {
    this.#port = bridge.attach(this.kernel.init.net, {
      ifname: 'ens3',
      address: wire.address,
      mac: wire.mac,
      endpointId: '',
      tap: wire.tap,
    });
  }

  /** Starts a service in its unit's cgroup, as PID 1 does. */
  startUnit(service: Service, program: Program): Process {
    const { kernel } = this;
    const process = kernel.start({
      argv: service.argv,
      exec: service.exec ?? program,
      env: { ...SERVICE_ENV },
      cwd: '/',
      namespaces: kernel.init,
      cgroup: kernel.rootCgroup.child(`system.slice/${service.unit}`),
      credentials:
        service.uid === undefined ? HOST_ROOT : { ...HOST_ROOT, uid: service.uid, gid: service.uid, groups: [] },
      bounding: ALL_CAPABILITIES,
      stdio: [NULL, NULL, NULL],
    });
    this.#units.set(service.unit, process);
    return process;
  }
  /** The main process of a unit while it runs. */
  unit(name: string): Process | undefined {
    const process = this.#units.get(name);
    return process && (process.state === 'dead' || process.state === 'zombie') ? undefined : process;
  }

  /** Asks every process to end, as systemd does when the machine goes down. */
  terminate(): void {
    for (const process of [...this.kernel.alive].reverse()) {
      if (process !== this.kernel.hostInit) process.kill('SIGTERM');
    }
  }

  /** Power off: nothing of it runs on, and nothing more is sent. Returns what is on the disk. */
  halt(): Layer {
    const { kernel } = this;
    this.#ended = true;
    this.#port?.detach();
    this.#port = undefined;
    endProcess(kernel, kernel.hostInit, { signal: 'SIGKILL' });
    for (const process of [...kernel.alive]) {
      process.autoReap = true;
      endProcess(kernel, process, { signal: 'SIGKILL' });
    }
    this.#host.guests.delete(kernel);
    const mnt = kernel.init.mnt;
    for (const { target } of mnt.mounts().reverse()) if (target !== '/') mnt.unmount(target);
    return mnt.files.snapshot('/');
  }
}

/** The hypervisor's threads: it is busy with as many of the guest's processes as it has CPUs for. */
function carrierOf(host: KernelCore, hypervisor: Proc, cpus: number): Carrier {
  let waiting = 0;
  let threads = 0;
  const { cgroup } = hypervisor;
  return {
    busy(on) {
      waiting += on ? 1 : -1;
      const wanted = Math.min(waiting, cpus);
      for (; threads < wanted; threads++) host.busy.add(cgroup);
      for (; threads > wanted; threads--) host.busy.remove(cgroup);
    },
    rate: () => rate(host, hypervisor),
    ran: (ms) => charge(hypervisor, ms),
  };
}

const guests = new WeakMap<object, Guest>();

/** The guest whose PID 1 a process sees; undefined on the host, and in a container. */
export function guestOf(sys: Sys): Guest | undefined {
  return sys instanceof System ? guests.get(sys.process.namespaces.pid) : undefined;
}

/** A guest has its host's clock, and never looks at the world outside itself. */
const UNUSED_LOOP = {
  turn: () => Promise.resolve(),
  rest: () => ({ done: Promise.resolve(), wake: () => undefined }),
  time: () => 0,
};
