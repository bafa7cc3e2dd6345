/** The machine's network as the kernel and daemons use it. */
import { Errno, isErrno } from '../errno.ts';
import type { Bridge, Channel, NameService, NetNamespace, RemoteHost } from '../kernel.ts';
import { parseAddress } from './address.ts';
import { HostBridge, type BridgeOptions } from './bridge.ts';
import './events.ts';
import { Fabric } from './fabric.ts';
import { Interface } from './interface.ts';
import { Stack } from './namespace.ts';
import type { NetHost, NetStack, NetworkCore, StreamSocket } from './stack.ts';
import { UnixRegistry } from './unix.ts';

/** The host's address on the network it stands in, its gateway and its name server. */
export const HOST_ADDRESS = '10.0.2.15';
export const HOST_GATEWAY = '10.0.2.2';
export const HOST_NAMESERVER = '10.0.2.3';
/** Inode number of the initial network namespace. */
const HOST_NAMESPACE = 4026531840;

function stackOf(ns: NetNamespace): Stack {
  if (!(ns instanceof Stack)) throw new Errno('EINVAL');
  return ns;
}

class MachineNetwork implements NetworkCore {
  readonly host: NetStack;
  readonly unix: UnixRegistry;
  readonly #fabric: Fabric;
  readonly #inodes: () => number;

  constructor(host: NetHost, inodes: () => number, uplink: boolean) {
    this.#inodes = inodes;
    this.#fabric = new Fabric(host, HOST_NAMESPACE);
    this.unix = new UnixRegistry(host);
    const stack = this.#fabric.hostStack;
    this.host = stack;
    if (!uplink) return;
    const address = parseAddress(HOST_ADDRESS)!;
    stack.add(
      new Interface({
        name: 'eth0',
        index: stack.nextIndex(),
        mac: '52:54:00:12:34:56',
        link: { kind: 'uplink' },
        network: { address, base: (address & 0xffffff00) >>> 0, prefix: 24 },
        gateway: parseAddress(HOST_GATEWAY)!,
      }),
    );
  }

  createNamespace(): NetStack {
    const stack = new Stack(this.#fabric, this.#inodes(), false);
    this.#fabric.host.log.emit('net.namespace', { ns: stack.inode });
    return stack;
  }

  createBridge(options: BridgeOptions): Bridge {
    const { log } = this.#fabric.host;
    const bridge = new HostBridge(this.#fabric.hostStack, options, () =>
      log.emit('net.bridge.remove', { name: options.name }),
    );
    const { name, subnet, gateway, internal } = bridge;
    log.emit('net.bridge', { name, subnet, gateway, internal });
    return bridge;
  }

  setNameService(ns: NetNamespace, service: NameService | undefined): void {
    this.#fabric.setNameService(stackOf(ns), service);
  }

  publish(rule: {
    hostIp: string;
    hostPort: number;
    protocol: 'tcp' | 'udp' | 'sctp';
    to: { ns: NetNamespace; address: string; port: number };
  }): () => void {
    const { hostIp, hostPort, protocol, to } = rule;
    const { log } = this.#fabric.host;
    const withdraw = this.#fabric.publishing.add({ hostIp, hostPort, protocol, to: { ...to, ns: stackOf(to.ns) } });
    const target = { ns: to.ns.inode, host: to.address, port: to.port };
    log.emit('net.publish', { hostIp, hostPort, protocol, to: target });
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      withdraw();
      log.emit('net.unpublish', { hostIp, hostPort, protocol });
    };
  }

  addRemoteHost(host: RemoteHost): void {
    this.#fabric.addRemote(host);
  }

  channel(socket: StreamSocket): Channel {
    return this.#fabric.channel(socket);
  }

  async connect(ns: NetNamespace, host: string, port: number): Promise<Channel> {
    const stack = stackOf(ns);
    const names = this.#fabric.upstream(host.toLowerCase());
    const address = names[0] ?? host;
    // A name nobody knows: what getaddrinfo's failure comes to for a caller that only sees errno.
    if (parseAddress(address) === undefined && !/^(localhost|::1?|\[::1?\])$/.test(address)) {
      throw new Errno('ENOENT', host);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Channel>();
    stack.connect(address, port, (result) => (isErrno(result) ? reject(result) : resolve(this.channel(result))));
    return promise;
  }
}

/**
 * Creates the network of a machine. `inodes` gives the numbers of further network namespaces. Without `uplink` it has only
 * its loopback until it is plugged into a bridge of another machine, as a virtual machine is.
 */
export function createNetwork(host: NetHost, inodes?: () => number, uplink = true): NetworkCore {
  let next = 4026532200;
  return new MachineNetwork(host, inodes ?? (() => next++), uplink);
}
