/** Older tools and their successor over /proc/net: ifconfig, netstat, route, arp, ss. */
import { isErrno } from '../../kernel/errno.ts';
import type { Io, Tool } from '../io.ts';
import { readRoutes } from './ip.ts';

interface SocketRow {
  readonly protocol: 'tcp' | 'udp';
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly state: string;
  readonly receive: number;
  readonly send: number;
}

const STATES: Readonly<Record<number, string>> = {
  1: 'ESTABLISHED',
  5: 'FIN_WAIT2',
  7: 'CLOSE',
  8: 'CLOSE_WAIT',
  10: 'LISTEN',
};

function readSockets(io: Io, protocol: 'tcp' | 'udp'): SocketRow[] {
  const address = (hex: string): string => [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16)).join('.');
  return io.sys
    .readText(`/proc/net/${protocol}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 5)
    .map((fields) => {
      const [local = '', localPort = ''] = fields[1]!.split(':');
      const [remote = '', remotePort = ''] = fields[2]!.split(':');
      const [send = '', receive = ''] = fields[4]!.split(':');
      return {
        protocol,
        local: address(local),
        localPort: parseInt(localPort, 16),
        remote: address(remote),
        remotePort: parseInt(remotePort, 16),
        state: STATES[parseInt(fields[3]!, 16)] ?? '',
        receive: parseInt(receive, 16),
        send: parseInt(send, 16),
      };
    });
}

const flags = (io: Io): string =>
  io.args.filter((arg) => /^-[A-Za-z]/.test(arg)).join('') +
  io.args
    .map(
      (arg) =>
        ({ '--listening': 'l', '--tcp': 't', '--udp': 'u', '--numeric': 'n', '--all': 'a', '--route': 'r' })[arg] ?? '',
    )
    .join('');

function chosen(io: Io, given: string): SocketRow[] {
  const both = !/[tu]/.test(given);
  const rows = [
    ...(both || given.includes('t') ? readSockets(io, 'tcp') : []),
    ...(both || given.includes('u') ? readSockets(io, 'udp') : []),
  ];
  const listening = ({ state }: SocketRow): boolean => state === 'LISTEN' || state === 'CLOSE';
  if (given.includes('l')) return rows.filter(listening);
  return given.includes('a') ? rows : rows.filter((row) => !listening(row));
}

export const netstat: Tool = async (io) => {
  const given = flags(io);
  if (given.includes('r')) return route(io);
  const what = given.includes('l') ? 'only servers' : given.includes('a') ? 'servers and established' : 'w/o servers';
  await io.out(
    `Active Internet connections (${what})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${given.includes('p') ? 'PID/Program name    ' : ''}\n`,
  );
  const port = (value: number): string => (value === 0 ? '*' : String(value));
  for (const row of chosen(io, given)) {
    const state = row.state === 'CLOSE' ? '' : row.state;
    await io.out(
      `${row.protocol.padEnd(5)} ${String(row.receive).padStart(6)} ${String(row.send).padStart(6)} ${`${row.local}:${port(row.localPort)}`.padEnd(23)} ${`${row.remote}:${port(row.remotePort)}`.padEnd(23)} ${state.padEnd(11)} ${given.includes('p') ? '-                   ' : ''}\n`,
    );
  }
  return 0;
};

export const ss: Tool = async (io) => {
  const given = flags(io);
  const one = /t/.test(given) !== /u/.test(given);
  await io.out(
    `${one ? '' : 'Netid '}State    Recv-Q   Send-Q     Local Address:Port     Peer Address:Port  Process  \n`,
  );
  for (const row of chosen(io, given)) {
    const state =
      { ESTABLISHED: 'ESTAB', CLOSE: 'UNCONN', CLOSE_WAIT: 'CLOSE-WAIT', FIN_WAIT2: 'FIN-WAIT-2' }[row.state] ??
      row.state;
    const queue = row.state === 'LISTEN' ? 4096 : row.send;
    const remote = row.remotePort === 0 ? '*' : String(row.remotePort);
    await io.out(
      `${one ? '' : row.protocol.padEnd(6)}${state.padEnd(9)}${String(row.receive).padEnd(9)}${String(queue).padEnd(11)}${row.local.padStart(13)}:${String(row.localPort).padEnd(9)}${row.remote.padStart(12)}:${remote.padEnd(16)}\n`,
    );
  }
  return 0;
};

export const route: Tool = async (io) => {
  await io.out(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
  );
  const numeric = flags(io).includes('n');
  for (const { device, destination, gateway, prefix } of readRoutes(io)) {
    const mask = [24, 16, 8, 0]
      .map((shift) => (prefix === 0 ? 0 : ((0xffffffff << (32 - prefix)) >>> shift) & 255))
      .join('.');
    const to = prefix === 0 && !numeric ? 'default' : destination;
    const via = gateway === '0.0.0.0' && !numeric ? '*' : gateway;
    await io.out(
      `${to.padEnd(15)} ${via.padEnd(15)} ${mask.padEnd(15)} ${(prefix === 0 ? 'UG' : 'U').padEnd(5)} 0      0        0 ${device}\n`,
    );
  }
  return 0;
};

export const arp: Tool = async (io) => {
  for (const line of io.sys.readText('/proc/net/arp').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields.length >= 6) await io.out(`? (${fields[0]}) at ${fields[3]} [ether]  on ${fields[5]}\n`);
  }
  return 0;
};

const human = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
};

export const ifconfig: Tool = async (io) => {
  const words = io.args.filter((arg) => !arg.startsWith('-'));
  const [name, change] = words;
  const all = io.sys.interfaces();
  if (name !== undefined && !all.some((one) => one.name === name)) {
    await io.error(
      io.busybox
        ? `ifconfig: ${name}: error fetching interface information: Device not found\n`
        : `${name}: error fetching interface information: Device not found\n`,
    );
    return 1;
  }
  if (name !== undefined && change !== undefined) {
    try {
      if (change !== 'up' && change !== 'down') return await io.die('SIOCSIFADDR: Operation not supported');
      io.sys.setInterface(name, { up: change === 'up' });
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.error(`${io.busybox ? 'ifconfig: ' : ''}SIOCSIFFLAGS: ${error.message}\n`);
      return io.busybox ? 1 : 255;
    }
  }
  for (const one of all.filter((each) =>
    name === undefined ? each.up || io.args.includes('-a') : each.name === name,
  )) {
    const loop = one.name === 'lo';
    const [address, prefix = 0] = one.addresses[0] ?? [];
    const mask = [0, 8, 16, 24].map((at) => 255 & ~(255 >> Math.min(8, Math.max(0, prefix - at)))).join('.');
    const broadcast = (address ?? '')
      .split('.')
      .map((part, i) => Number(part) | (255 >> Math.min(8, Math.max(0, prefix - i * 8))))
      .join('.');
    if (io.busybox) {
      await io.out(
        `${one.name.padEnd(10)}Link encap:${loop ? 'Local Loopback  ' : `Ethernet  HWaddr ${one.mac.toUpperCase()}  `}\n` +
          (address === undefined
            ? ''
            : `          inet addr:${address}  ${loop ? '' : `Bcast:${broadcast}  `}Mask:${mask}\n`) +
          `          ${one.up ? 'UP ' : ''}${loop ? 'LOOPBACK ' : 'BROADCAST '}${one.up ? 'RUNNING ' : ''}${loop ? '' : 'MULTICAST  '}MTU:${one.mtu}  Metric:1\n` +
          `          RX packets:${one.rxPackets} errors:0 dropped:0 overruns:0 frame:0\n          TX packets:${one.txPackets} errors:0 dropped:0 overruns:0 carrier:0\n` +
          `          collisions:0 txqueuelen:${loop ? 1000 : 0} \n          RX bytes:${one.rxBytes} (${human(one.rxBytes)})  TX bytes:${one.txBytes} (${human(one.txBytes)})\n\n`,
      );
    } else {
      const bits = (one.up ? 1 : 0) + (loop ? 8 : 2) + (one.up ? 64 : 0) + (loop ? 0 : 4096);
      const words = [
        ...(one.up ? ['UP'] : []),
        loop ? 'LOOPBACK' : 'BROADCAST',
        ...(one.up ? ['RUNNING'] : []),
        ...(loop ? [] : ['MULTICAST']),
      ];
      await io.out(
        `${one.name}: flags=${bits}<${words.join(',')}>  mtu ${one.mtu}\n` +
          (address === undefined
            ? ''
            : `        inet ${address}  netmask ${mask}${loop ? '' : `  broadcast ${broadcast}`}\n`) +
          (loop
            ? '        loop  txqueuelen 1000  (Local Loopback)\n'
            : `        ether ${one.mac}  txqueuelen 0  (Ethernet)\n`) +
          `        RX packets ${one.rxPackets}  bytes ${one.rxBytes} (${human(one.rxBytes)})\n        RX errors 0  dropped 0  overruns 0  frame 0\n` +
          `        TX packets ${one.txPackets}  bytes ${one.txBytes} (${human(one.txBytes)})\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n`,
      );
    }
  }
  return 0;
};
