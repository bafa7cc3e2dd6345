/** The virtual machines of one host: made, booted, stopped, thrown away. What multipassd works on. */
import { engineOf } from '../engine/engine.ts';
import type { VmView } from '../engine/state.ts';
import { moveImageStore } from '../image/disk.ts';
import type { KernelCore } from '../kernel/core.ts';
import type { EventLog, MachineEvent } from '../kernel/log.ts';
import type { Bridge } from '../kernel/kernel.ts';
import type { Proc } from '../kernel/process.ts';
import { Guest } from './guest.ts';
import { Machine, type Definition } from './machine.ts';
import { registerMachines } from './registry.ts';
import { cloudRoot } from './root.ts';

/** The bridge of multipass, and the network on it. */
export const BRIDGE = { name: 'mpqemubr0', subnet: '10.119.12.0/24', gateway: '10.119.12.1' } as const;

/** A number made from a name (FNV-1a): addresses stay the same from run to run. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

export class Machines {
  readonly host: KernelCore;
  readonly #machines = new Map<string, Machine>();
  #bridge: Bridge | undefined;
  /** Images that were downloaded before. */
  readonly cached = new Set<string>();

  constructor(host: KernelCore) {
    this.host = host;
    registerMachines(host, () => this.all().map(viewOf));
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }
  find(name: string): Machine | undefined {
    return this.#machines.get(name);
  }

  /** Defines a machine: its disk is there from now on, but it does not run. */
  define(options: Pick<Definition, 'name' | 'asked' | 'image' | 'memory' | 'cpus' | 'disk'>): Machine {
    const { name, image, memory, cpus, disk, asked } = options;
    const hash = hashOf(name);
    const taken = new Set(this.all().map((machine) => machine.definition.address));
    let last = 2 + (hash % 250);
    while (taken.has(addressOf(last))) last = last >= 251 ? 2 : last + 1;
    const hex = hash.toString(16).padStart(8, '0');
    const machine = new Machine(
      this.host,
      {
        ...options,
        address: addressOf(last),
        mac: `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`,
        tap: `tap-${hex}${hex.slice(0, 3)}`,
      },
      cloudRoot(image),
    );
    this.#machines.set(name, machine);
    this.host.log.emit('vm.launch', { name, image: asked, memory, cpus, disk });
    return machine;
  }

  /** The bridge that machines are plugged into; made when the first needs it. */
  get bridge(): Bridge {
    return (this.#bridge ??= this.host.network.createBridge({ ...BRIDGE, docker: false }));
  }

  /** What a hypervisor does when it is switched on: a guest that ends as `machine` says. */
  powerOn(machine: Machine, hypervisor: Proc, ended: () => void): Guest {
    const { definition, host } = machine;
    const { name, image, memory, cpus, address, mac, tap } = definition;
    const { log } = host;
    const guest = new Guest({
      host,
      name,
      image,
      memory,
      cpus,
      size: definition.disk,
      disk: machine.disk,
      hypervisor,
      panicked: (message) => {
        if (guest.ended) return;
        machine.say(`Kernel panic - not syncing: ${message}`);
        log.emit('vm.panic', { name, message });
        this.powerOff(machine, 'panic');
        ended();
      },
      off: () => {
        if (guest.ended) return;
        this.powerOff(machine, 'poweroff');
        ended();
      },
    });
    if (machine.lastKernel) moveImageStore(machine.lastKernel, guest.kernel);
    machine.lastKernel = guest.kernel;
    guest.plug(this.bridge, { address, mac, tap });
    machine.guest = guest;
    retell(guest.kernel.log, log, name);
    return guest;
  }

  /** The machine is off, for whatever reason: its disk stays. */
  powerOff(machine: Machine, reason: 'stop' | 'poweroff' | 'panic' | 'killed'): void {
    const { guest, name, host } = machine;
    if (machine.status === 'Stopped' || machine.status === 'Deleted') return;
    if (guest && !guest.ended) {
      machine.disk = [guest.halt()];
      machine.seasoned = true;
    }
    machine.guest = undefined;
    machine.hypervisor = undefined;
    machine.powerButton = undefined;
    machine.readyAt = 0;
    host.log.emit('vm.stop', { name, reason });
    machine.set('Stopped');
  }

  /** Marks a machine that does not run as deleted, or throws it away for good. */
  remove(machine: Machine, purge: boolean): void {
    const { name } = machine;
    this.host.log.emit('vm.delete', { name, purged: purge });
    machine.set('Deleted');
    if (purge) this.#machines.delete(name);
  }

  recover(machine: Machine): void {
    this.host.log.emit('vm.recover', { name: machine.name });
    machine.set('Stopped');
  }
}

const addressOf = (last: number): string => BRIDGE.gateway.replace(/\d+$/, String(last));

const hosts = new WeakMap<KernelCore, Machines>();

/** The machines of a host. */
export function machinesOn(host: KernelCore): Machines {
  let machines = hosts.get(host);
  if (!machines) hosts.set(host, (machines = new Machines(host)));
  return machines;
}

/** Tells the host's log what of a guest's the pictures need. */
function retell(guest: EventLog, log: EventLog, name: string): void {
  const names = new Map<string, string>();
  guest.follow((event: MachineEvent) => {
    switch (event.kind) {
      case 'process.start':
        log.emit('vm.process.start', {
          name,
          pid: event.pid,
          parent: event.parent,
          command: event.argv.join(' '),
        });
        break;
      case 'process.exec':
        log.emit('vm.process.exec', { name, pid: event.pid, command: event.argv.join(' ') });
        break;
      case 'process.exit':
        log.emit('vm.process.exit', { name, pid: event.pid, status: event.status });
        break;
      case 'api.request': {
        const { method, path, status, ms, agent, bytes, error } = event;
        log.emit('vm.request', {
          name,
          method,
          path,
          status,
          ms,
          agent,
          ...(bytes !== undefined && { bytes }),
          ...(error !== undefined && { error }),
        });
        break;
      }
      case 'container.create':
      case 'container.start':
      case 'container.die':
      case 'container.destroy': {
        names.set(event.id, event.name);
        const action = event.kind.slice('container.'.length) as 'create' | 'start' | 'die' | 'destroy';
        log.emit('vm.container', {
          name,
          id: event.id,
          container: event.name,
          action,
          ...(event.kind === 'container.create' && { image: event.image }),
        });
        break;
      }
      default:
    }
  });
}

/** A machine as plain data. */
function viewOf(machine: Machine): VmView {
  const { definition, guest, status } = machine;
  const running = guest !== undefined && !guest.ended;
  const engine = running ? engineOf(guest.kernel) : undefined;
  return {
    name: definition.name,
    state: status,
    image: definition.asked,
    release: definition.image.release,
    kernel: running ? guest.kernel.hardware.uname.release : '',
    address: running ? definition.address : '',
    cpus: definition.cpus,
    memory: definition.memory,
    memoryUsed: running ? guest.memoryUsed : 0,
    disk: definition.disk,
    hypervisor: machine.hypervisor?.pid ?? 0,
    poweredOnAt: machine.poweredOnAt,
    readyAt: machine.readyAt,
    processes: running
      ? guest.kernel.processes().map((process) => ({
          pid: process.pid,
          parent: process.parent?.pid ?? 0,
          command: process.argv.join(' '),
        }))
      : [],
    containers: (engine?.containers.all() ?? []).map((container) => ({
      id: container.id,
      name: container.name,
      image: container.config.Image,
      status: container.state.status,
    })),
  };
}
