/** What all namespaces of one machine share: the host as router, published ports, and the world outside. */
import type { Channel, NameService, RemoteHost } from '../kernel.ts';
import { Random } from '../random.ts';
import { socketChannel } from './channel.ts';
import { Stack } from './namespace.ts';
import { Publishing } from './publish.ts';
import type { NetHost, StreamSocket } from './stack.ts';

export class Fabric {
  readonly host: NetHost;
  /** Chance of the network's own, so that a ping does not change the ids that are drawn afterwards. */
  readonly chance: Random;
  readonly publishing: Publishing;
  readonly hostStack: Stack;
  /** The address the world sees the machine's connections come from. */
  readonly outsideAddress = '203.0.113.7';
  /** The fabric of the machine this one is plugged into; names of the internet are asked there. */
  outside: Fabric | undefined;
  readonly #services = new WeakMap<Stack, NameService>();
  readonly #remotes: RemoteHost[] = [];
  #flows = 0;

  constructor(host: NetHost, hostInode: number) {
    this.host = host;
    this.chance = new Random(host.random.uint32());
    this.publishing = new Publishing(() => this.hostStack);
    this.hostStack = new Stack(this, hostInode, true);
  }

  nextFlow(): number {
    return ++this.#flows;
  }
  channel(socket: StreamSocket): Channel {
    return socketChannel(socket);
  }
  nameService(stack: Stack): NameService | undefined {
    return this.#services.get(stack);
  }
  setNameService(stack: Stack, service: NameService | undefined): void {
    if (service) this.#services.set(stack, service);
    else this.#services.delete(stack);
  }
  addRemote(remote: RemoteHost): void {
    this.#remotes.push(remote);
  }
  remoteAt(address: string): RemoteHost | undefined {
    return this.#remotes.find((remote) => remote.address === address);
  }
  /** What the name servers of the internet answer. A name `*.domain` stands for all below it. */
  upstream(name: string): readonly string[] {
    if (this.outside) return this.outside.upstream(name);
    const wildcard = `*.${name.slice(name.indexOf('.') + 1)}`;
    const found = this.#remotes.filter((remote) => remote.names.includes(name));
    const all = found.length > 0 ? found : this.#remotes.filter((remote) => remote.names.includes(wildcard));
    return [...new Set(all.map((remote) => remote.address))];
  }
}
