/** Published ports: which host address and port lead to which container. */
import { Errno } from '../errno.ts';
import { hostAddress } from './address.ts';
import type { Stack } from './namespace.ts';

export interface PublishRule {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly to: { readonly ns: Stack; readonly address: string; readonly port: number };
}

/** Whether the text is an address of the other family: such a rule shares a port number with an IPv4 one. */
const isV6 = (hostIp: string): boolean => hostIp.replace(/[[\]]/g, '').includes(':');

export class Publishing {
  readonly #rules: PublishRule[] = [];
  readonly #host: () => Stack;
  constructor(host: () => Stack) {
    this.#host = host;
  }

  get rules(): readonly PublishRule[] {
    return this.#rules;
  }

  /** Rules whose port docker-proxy has bound on an IPv4 address of the host. */
  get bound(): readonly PublishRule[] {
    return this.#rules.filter((rule) => !isV6(rule.hostIp));
  }

  /** Adds a rule. Throws EADDRINUSE, EADDRNOTAVAIL. Returns the function that takes it back. */
  add(rule: PublishRule): () => void {
    const v6 = isV6(rule.hostIp);
    const address = hostAddress(rule.hostIp);
    const host = this.#host();
    if (address !== 0 && !host.owns(address)) throw new Errno('EADDRNOTAVAIL', `${rule.hostIp}:${rule.hostPort}`);
    const taken = v6
      ? this.#rules.some((other) => isV6(other.hostIp) && this.#collides(other, rule.protocol, address, rule.hostPort))
      : rule.protocol === 'sctp'
        ? this.occupied('sctp', address, rule.hostPort)
        : !host.isFree(rule.protocol, address, rule.hostPort);
    if (taken) throw new Errno('EADDRINUSE', `${rule.hostIp}:${rule.hostPort}`);
    this.#rules.push(rule);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      this.#rules.splice(this.#rules.indexOf(rule), 1);
    };
  }

  #collides(rule: PublishRule, protocol: string, address: number, port: number): boolean {
    if (rule.protocol !== protocol || rule.hostPort !== port) return false;
    const other = hostAddress(rule.hostIp);
    return address === 0 || other === 0 || other === address;
  }

  /** Whether an IPv4 rule holds the port. */
  occupied(protocol: 'tcp' | 'udp' | 'sctp', address: number, port: number): boolean {
    return this.#rules.some((rule) => !isV6(rule.hostIp) && this.#collides(rule, protocol, address, port));
  }

  /** The rule for packets to this address of the host. */
  find(protocol: 'tcp' | 'udp', address: number, port: number): PublishRule | undefined {
    let any: PublishRule | undefined;
    for (const rule of this.#rules) {
      if (rule.protocol !== protocol || rule.hostPort !== port) continue;
      const bound = hostAddress(rule.hostIp);
      if (bound === address) return rule;
      if (bound === 0) any ??= rule;
    }
    return any;
  }
}
