/** What the network writes to the machine's event log. `ns` is the namespace's inode number. */
export interface FlowEnds {
  readonly from: { readonly ns: number; readonly host: string; readonly port: number };
  /** `ns` is 0 for hosts of the simulated internet. */
  readonly to: { readonly ns: number; readonly host: string; readonly port: number };
}

declare module '../log.ts' {
  interface MachineEvents {
    'net.namespace': { ns: number };
    'net.bridge': { name: string; subnet: string; gateway: string; internal: boolean };
    'net.bridge.remove': { name: string };
    'net.attach': { ns: number; bridge: string; ifname: string; address: string; endpoint: string };
    'net.detach': { ns: number; bridge: string; ifname: string; address: string; endpoint: string };
    'net.publish': {
      hostIp: string;
      hostPort: number;
      protocol: 'tcp' | 'udp' | 'sctp';
      to: { ns: number; host: string; port: number };
    };
    'net.unpublish': { hostIp: string; hostPort: number; protocol: 'tcp' | 'udp' | 'sctp' };
    'net.listen': { ns: number; host: string; port: number; protocol: 'tcp' | 'udp' };
    'net.unlisten': { ns: number; host: string; port: number; protocol: 'tcp' | 'udp' };
    /** A connection was made; `flow` names it in the later events; `via` is the published port it came through. */
    'net.connect': FlowEnds & { flow: number; via?: string };
    /** A packet filter took the first packet, or nobody is there to answer it; the caller waits until it gives up. */
    'net.drop': { ns: number; host: string; port: number };
    /** A connection failed: the error's name. */
    'net.fail': { ns: number; host: string; port: number; error: string };
    /** First bytes in one direction, for the pictures: `up` is from the one who connected. */
    'net.data': { flow: number; direction: 'up' | 'down' };
    /** The connection is gone; bytes each way. */
    'net.bytes': FlowEnds & { flow: number; sent: number; received: number };
    'net.datagram': FlowEnds & { size: number };
    'net.ping': { ns: number; host: string; reached: boolean };
    /** `type` is the record asked for (1: A, 28: AAAA), where a program wrote the query itself; getaddrinfo asks for A. */
    'dns.query': { ns: number; name: string; server: string; answers: readonly string[]; type?: number };
  }
}
