import type { EndpointSettings } from '../../api/types.ts';
import type { BridgePort } from '../../kernel/kernel.ts';

/** What a container asks for on one network. */
export interface WantedEndpoint {
  readonly ipv4: string;
  readonly mac: string;
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly driverOpts: Readonly<Record<string, string>> | null;
  readonly gwPriority: number;
  /** An IPAMConfig was given, even an empty one: `docker inspect` shows it as it came. */
  readonly ipam: EndpointSettings['IPAMConfig'];
}

/** A container's place on a network. */
export interface Endpoint {
  readonly id: string;
  readonly networkId: string;
  readonly networkName: string;
  /** The container; its name can change. */
  readonly owner: { readonly id: string; readonly name: string };
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
  readonly mac: string;
  /** Names the embedded resolver answers with its address. */
  readonly dnsNames: readonly string[];
  readonly ifname: string;
  readonly port: BridgePort | undefined;
}
