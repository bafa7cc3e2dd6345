/** ip: busybox's and iproute2's, for addresses, links, routes and neighbours. */
import type { NetworkInterface } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../io.ts';

const BUSYBOX_USAGE =
  'Usage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n\nOPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\n' +
  'ip addr add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]\nip route list|flush|add|del|change|append|replace|test ROUTE\n' +
  'ip link set IFACE [up|down] [arp on|off] [multicast on|off]\n';

const isUplink = (one: NetworkInterface): boolean => one.peerIndex !== undefined;
const kindOf = (one: NetworkInterface): string => (one.name === 'lo' ? 'loopback' : 'ether');

/** The interface's own line(s), without addresses. */
function linkLines(io: Io, one: NetworkInterface): string[] {
  const loop = one.name === 'lo';
  const flags = [
    ...(loop ? ['LOOPBACK'] : ['BROADCAST', 'MULTICAST']),
    ...(one.up ? ['UP', 'LOWER_UP'] : []),
    ...(io.busybox && isUplink(one) && one.up ? ['M-DOWN'] : []),
  ].join(',');
  const name = isUplink(one) ? `${one.name}@if${one.peerIndex}` : one.name;
  const queue = loop || isUplink(one) || one.mac.startsWith('02:42') ? 'noqueue' : 'fq_codel';
  const master = one.master === undefined ? '' : `master ${one.master} `;
  const length = loop || queue === 'fq_codel' ? 'qlen 1000' : '';
  const head = io.busybox
    ? `${one.index ?? 1}: ${name}: <${flags}> mtu ${one.mtu} qdisc ${queue} ${master}${length}`
    : `${one.index ?? 1}: ${name}: <${flags}> mtu ${one.mtu} qdisc ${queue} ${master}state ${loop ? (one.up ? 'UNKNOWN' : 'DOWN') : one.up ? 'UP' : 'DOWN'} group default ${length}`;
  const broadcast = loop ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const netns = !io.busybox && isUplink(one) ? ' link-netnsid 0' : '';
  return [head, `    link/${kindOf(one)} ${one.mac} brd ${broadcast}${netns}`];
}

function broadcastOf(address: string, prefix: number): string {
  const parts = address.split('.').map(Number);
  return parts.map((part, i) => part | (255 >> Math.min(8, Math.max(0, prefix - i * 8)))).join('.');
}

function addressLines(one: NetworkInterface, family: '4' | '6' | undefined): string[] {
  const lines: string[] = [];
  if (family !== '6') {
    for (const [address, prefix] of one.addresses) {
      const where =
        one.name === 'lo' ? `scope host lo` : `brd ${broadcastOf(address, prefix)} scope global ${one.name}`;
      lines.push(`    inet ${address}/${prefix} ${where}`, '       valid_lft forever preferred_lft forever');
    }
  }
  if (family !== '4' && one.name === 'lo' && one.up) {
    lines.push('    inet6 ::1/128 scope host ', '       valid_lft forever preferred_lft forever');
  }
  return lines;
}

interface View {
  readonly family: '4' | '6' | undefined;
  readonly oneLine: boolean;
  readonly brief: boolean;
}

async function chosen(io: Io, args: readonly string[]): Promise<NetworkInterface[]> {
  const words = args.filter((arg) => !['show', 'list', 'ls', 'sh', 's', 'l', 'dev'].includes(arg));
  const all = io.sys.interfaces();
  const name = words.find((word) => word !== 'up');
  if (name === undefined) return words.includes('up') ? all.filter(({ up }) => up) : all;
  const found = all.filter((one) => one.name === name);
  if (found.length > 0) return found;
  await io.error(io.busybox ? `ip: can't find device '${name}'\n` : `Device "${name}" does not exist.\n`);
  throw new Exit(1);
}

async function show(io: Io, view: View, args: readonly string[], addresses: boolean): Promise<number> {
  for (const one of await chosen(io, args)) {
    const listed = addresses ? addressLines(one, view.family) : [];
    if (view.family !== undefined && addresses && listed.length === 0) continue;
    if (view.brief) {
      const state = one.name === 'lo' ? 'UNKNOWN' : one.up ? 'UP' : 'DOWN';
      const name = isUplink(one) ? `${one.name}@if${one.peerIndex}` : one.name;
      const rest = addresses
        ? one.addresses.map(([address, prefix]) => `${address}/${prefix} `).join('')
        : `${one.mac} <${one.up ? 'BROADCAST,MULTICAST,UP,LOWER_UP' : 'BROADCAST,MULTICAST'}> `;
      await io.out(`${name.padEnd(16)} ${state.padEnd(14)} ${rest}\n`);
    } else if (view.oneLine) {
      // One line for each address; link lines only for `link`, as with -o.
      if (!addresses) await io.out(`${linkLines(io, one).join('\\')}\n`);
      for (let i = 0; i < listed.length; i += 2) {
        await io.out(`${one.index ?? 1}: ${one.name}    ${listed[i]!.trimStart()}\\${listed[i + 1]}\n`);
      }
    } else {
      // With a family given iproute2 and busybox leave out the link/ line.
      const head = linkLines(io, one);
      await io.out(`${[...(view.family === undefined ? head : head.slice(0, 1)), ...listed].join('\n')}\n`);
    }
  }
  return 0;
}

interface RouteRow {
  readonly device: string;
  readonly destination: string;
  readonly gateway: string;
  readonly prefix: number;
}

/** The routing table of /proc/net/route. */
export function readRoutes(io: Io): RouteRow[] {
  const address = (hex: string): string => [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16)).join('.');
  const bits = (hex: string): number => [...parseInt(hex, 16).toString(2)].filter((bit) => bit === '1').length;
  return io.sys
    .readText('/proc/net/route')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map((fields) => ({
      device: fields[0]!,
      destination: address(fields[1]!),
      gateway: address(fields[2]!),
      prefix: bits(fields[7]!),
    }));
}

async function routes(io: Io, args: readonly string[]): Promise<number> {
  const [verb = 'show'] = args;
  if (['add', 'del', 'delete', 'replace', 'change', 'append', 'flush'].includes(verb)) return refuse(io, 'NET_ADMIN');
  const sources = new Map(io.sys.interfaces().map((one) => [one.name, one.addresses[0]?.[0]]));
  const rows = readRoutes(io);
  if (verb === 'get') return routeTo(io, args[1] ?? '', rows, sources);
  for (const { device, destination, gateway, prefix } of rows) {
    const source = sources.get(device);
    const from = source === undefined ? '' : `src ${source} `;
    if (prefix === 0) await io.out(`default via ${gateway} dev ${device} \n`);
    else if (io.busybox) await io.out(`${destination}/${prefix} dev ${device} scope link  ${from}\n`);
    else await io.out(`${destination}/${prefix} dev ${device} proto kernel scope link ${from}\n`);
  }
  return 0;
}

async function routeTo(
  io: Io,
  target: string,
  rows: readonly RouteRow[],
  sources: ReadonlyMap<string, string | undefined>,
): Promise<number> {
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const fits = rows.filter(({ destination, prefix }) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(number(target) / size) === Math.floor(number(destination) / size);
  });
  const best = fits.sort((a, b) => b.prefix - a.prefix)[0];
  if (!best) {
    await io.error(
      io.busybox ? 'ip: RTNETLINK answers: Network unreachable\n' : 'RTNETLINK answers: Network is unreachable\n',
    );
    return 2;
  }
  const via = best.prefix === 0 ? `via ${best.gateway} ` : '';
  await io.out(
    `${target} ${via}dev ${best.device} src ${sources.get(best.device) ?? ''} ${io.busybox ? '' : 'uid 0 '}\n${io.busybox ? '' : '    cache \n'}`,
  );
  return 0;
}

async function neighbours(io: Io): Promise<number> {
  const lines = io.sys.readText('/proc/net/arp').split('\n').slice(1);
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    if (fields.length < 6) continue;
    const [address, , , mac, , device] = fields;
    await io.out(`${address} dev ${device} lladdr ${mac} ${io.busybox ? 'used 0/0/0 probes 1 ' : ''}REACHABLE\n`);
  }
  return 0;
}

/** Changes this stack does not know: refused as without the right, or named as missing with it. */
async function refuse(io: Io, capability: string): Promise<never> {
  const reason = io.sys.capable(`CAP_${capability}`) ? 'Operation not supported' : 'Operation not permitted';
  await io.error(`${io.busybox ? 'ip: ' : ''}RTNETLINK answers: ${reason}\n`);
  throw new Exit(2);
}

async function setLink(io: Io, args: readonly string[]): Promise<number> {
  const words = args.filter((arg) => arg !== 'dev');
  const [name, ...changes] = words;
  if (name === undefined) return io.die('argument of "dev" is missing'.replace('argument of ', ''), 1);
  await chosen(io, [name]);
  for (const change of changes) {
    if (change !== 'up' && change !== 'down') return refuse(io, 'NET_ADMIN');
    try {
      io.sys.setInterface(name, { up: change === 'up' });
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.error(io.busybox ? `ip: SIOCSIFFLAGS: ${error.message}\n` : `RTNETLINK answers: ${error.message}\n`);
      return 2;
    }
  }
  return 0;
}

export const ip: Tool = async (io) => {
  const args = [...io.args];
  let family: '4' | '6' | undefined;
  let oneLine = false;
  let brief = false;
  while (args[0]?.startsWith('-')) {
    const option = args.shift()!.replace(/^-+/, '');
    if (option === '4' || option === '6') family = option;
    else if ('oneline'.startsWith(option)) oneLine = true;
    else if ('brief'.startsWith(option) || option === 'br') brief = true;
    else if ('family'.startsWith(option)) family = args.shift() === 'inet6' ? '6' : '4';
    else if (option === 'V' || option === 'Version') {
      await io.out('ip utility, iproute2-6.1.0, libbpf 1.1.0\n');
      return 0;
    } else if (
      !['c', 'color', 's', 'stats', 'statistics', 'd', 'details', 'n', 'N', 'a'].some((known) =>
        option.startsWith(known),
      )
    ) {
      await io.error(io.busybox ? BUSYBOX_USAGE : `Option "-${option}" is unknown, try "ip -help".\n`);
      return io.busybox ? 1 : 255;
    }
  }
  const view: View = { family, oneLine, brief };
  const [object, ...rest] = args;
  const is = (name: string): boolean => object !== undefined && object.length > 0 && name.startsWith(object);
  if (is('address')) {
    if (['add', 'del', 'flush'].includes(rest[0] ?? '')) return refuse(io, 'NET_ADMIN');
    return show(io, view, rest, true);
  }
  if (is('link')) {
    if (rest[0] === 'set') return setLink(io, rest.slice(1));
    if (['add', 'del', 'delete'].includes(rest[0] ?? '')) return refuse(io, 'NET_ADMIN');
    return show(io, view, rest, false);
  }
  if (is('route')) return routes(io, rest);
  if (is('neighbour') || is('neighbor')) return neighbours(io);
  if (is('rule')) {
    await io.out('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n');
    return 0;
  }
  if (io.busybox) await io.error(BUSYBOX_USAGE);
  else if (object === undefined) {
    await io.error(
      'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\nwhere  OBJECT := { address | link | neighbour | route | rule }\n',
    );
  } else await io.error(`Object "${object}" is unknown, try "ip help".\n`);
  return io.busybox ? 1 : 255;
};
