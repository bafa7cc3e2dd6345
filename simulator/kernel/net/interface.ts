/** Network interfaces and the links they are plugged into. */
import type { NetworkInterface } from '../abi.ts';
import { formatAddress, type Cidr } from './address.ts';
import type { BridgeLink } from './bridge.ts';

export interface Counters {
  rxBytes: number;
  txBytes: number;
  rxPackets: number;
  txPackets: number;
}

/** What an interface is connected to: nothing (loopback), a bridge's segment, or the world. */
export type Link = { readonly kind: 'loopback' } | { readonly kind: 'uplink' } | BridgeLink | { readonly kind: 'veth' };

export class Interface implements NetworkInterface {
  readonly name: string;
  readonly index: number;
  readonly mac: string;
  readonly mtu: number;
  readonly link: Link;
  readonly network: Cidr | undefined;
  /** Where its default route goes; undefined for none. */
  readonly gateway: number | undefined;
  /** Index of the other end of a veth pair, and the bridge a host-side veth belongs to. */
  readonly peerIndex: number | undefined;
  readonly master: string | undefined;
  up = true;
  rxBytes = 0;
  txBytes = 0;
  rxPackets = 0;
  txPackets = 0;

  constructor(options: {
    name: string;
    index: number;
    mac: string;
    link: Link;
    network?: Cidr;
    gateway?: number;
    peerIndex?: number;
    master?: string;
    mtu?: number;
  }) {
    this.name = options.name;
    this.index = options.index;
    this.mac = options.mac;
    this.link = options.link;
    this.network = options.network;
    this.gateway = options.gateway;
    this.peerIndex = options.peerIndex;
    this.master = options.master;
    this.mtu = options.mtu ?? 1500;
  }

  get addresses(): readonly (readonly [string, number])[] {
    return this.network ? [[formatAddress(this.network.address), this.network.prefix]] : [];
  }

  get address(): number | undefined {
    return this.network?.address;
  }

  count(direction: 'rx' | 'tx', bytes: number, packets: number): void {
    if (direction === 'rx') {
      this.rxBytes += bytes;
      this.rxPackets += packets;
    } else {
      this.txBytes += bytes;
      this.txPackets += packets;
    }
  }
}
