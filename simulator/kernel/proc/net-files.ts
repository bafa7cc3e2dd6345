/** /proc/net: the network namespace of a process. */
import type { NetStack, SocketInfo } from '../net/stack.ts';
import { file, type Entries } from './nodes.ts';

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');

/** An IPv4 address as the kernel prints it: the 32-bit word in the byte order of the machine. */
function hexAddress(host: string): string {
  const parts = host.split('.').map(Number);
  return parts.length === 4
    ? parts
        .reverse()
        .map((part) => hex(part, 2))
        .join('')
    : '00000000';
}

const STATES: Readonly<Record<SocketInfo['state'], number>> = {
  ESTABLISHED: 1,
  FIN_WAIT2: 5,
  UNCONN: 7,
  CLOSE_WAIT: 8,
  LISTEN: 10,
};

function sockets(stack: NetStack, protocol: SocketInfo['protocol']): string {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n';
  return (
    head +
    stack.sockets
      .filter((socket) => socket.protocol === protocol)
      .map((socket, i) => {
        const end = (at: { host: string; port: number }) => `${hexAddress(at.host)}:${hex(at.port, 4)}`;
        const row = `${String(i).padStart(4)}: ${end(socket.local)} ${end(socket.remote)} ${hex(STATES[socket.state], 2)} ${hex(socket.sendQueue, 8)}:${hex(socket.receiveQueue, 8)} 00:00000000 00000000     0        0 ${20000 + i} 1 0000000000000000 100 0 0 10 0`;
        return `${row.padEnd(149)}\n`;
      })
      .join('')
  );
}

function devices(stack: NetStack): string {
  const rows = stack.interfaces.map((one) => {
    const numbers = [one.rxBytes, one.rxPackets, 0, 0, 0, 0, 0, 0, one.txBytes, one.txPackets, 0, 0, 0, 0, 0, 0];
    const widths = [8, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10];
    return `${one.name.padStart(6)}: ${numbers.map((n, i) => String(n).padStart(widths[i]!)).join(' ')}\n`;
  });
  return (
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
    rows.join('')
  );
}

function routes(stack: NetStack): string {
  const rows = stack.routes.map((route) => {
    const [network, length] = route.destination === 'default' ? ['0.0.0.0', '0'] : route.destination.split('/');
    const bits = Number(length ?? 32);
    const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
    const maskText = [24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff).join('.');
    const flags = route.gateway ? 3 : 1;
    const row = [
      route.interface,
      hexAddress(network!),
      route.gateway ? hexAddress(route.gateway) : '00000000',
      hex(flags, 4),
      0,
      0,
      0,
      hexAddress(maskText),
      0,
      0,
      0,
    ].join('\t');
    return `${row.padEnd(127)}\n`;
  });
  return `${'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'.padEnd(127)}\n${rows.join('')}`;
}

const neighbours = (stack: NetStack): string =>
  'IP address       HW type     Flags       HW address            Mask     Device\n' +
  stack.neighbours
    .map((one) => `${one.address.padEnd(16)} 0x1         0x2         ${one.mac}     *        ${one.interface}\n`)
    .join('');

/** The files of /proc/PID/net. */
export function netFiles(stack: () => NetStack): Entries {
  return {
    arp: file(() => neighbours(stack())),
    dev: file(() => devices(stack())),
    route: file(() => routes(stack())),
    tcp: file(() => sockets(stack(), 'tcp')),
    udp: file(() => sockets(stack(), 'udp')),
    unix: file(() => 'Num       RefCount Protocol Flags    Type St Inode Path\n'),
  };
}
