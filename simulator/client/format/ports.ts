/** A container's ports in one line, as `docker ps` shows them. */
import { ipOrder, joinHostPort } from '../cli/ip.ts';

export interface Port {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

function compare(a: Port, b: Port): number {
  if (a.PrivatePort !== b.PrivatePort) return a.PrivatePort - b.PrivatePort;
  const x = a.IP === undefined || a.IP === '' ? [0] : ipOrder(a.IP);
  const y = b.IP === undefined || b.IP === '' ? [0] : ipOrder(b.IP);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (x.length !== y.length) return x.length - y.length;
  if (a.PublicPort !== b.PublicPort) return (a.PublicPort ?? 0) - (b.PublicPort ?? 0);
  return a.Type < b.Type ? -1 : a.Type > b.Type ? 1 : 0;
}

interface Group {
  readonly ip: string;
  readonly type: string;
  first: number;
  last: number;
}

function groupText({ ip, type, first, last }: Group): string {
  const ports = first === last ? String(first) : `${first}-${last}`;
  return `${ip === '' ? ports : `${joinHostPort(ip, ports)}->${ports}`}/${type}`;
}

/**
 * Ports published under their own number, and ports only exposed, are put together in ranges per address and protocol;
 * those published under another number follow one by one.
 */
export function displayablePorts(ports: readonly Port[]): string {
  const groups = new Map<string, Group>();
  const closed: string[] = [];
  const single: string[] = [];
  for (const port of [...ports].sort(compare)) {
    const ip = port.IP ?? '';
    if (ip !== '' && port.PublicPort !== port.PrivatePort) {
      single.push(`${joinHostPort(ip, port.PublicPort ?? 0)}->${port.PrivatePort}/${port.Type}`);
      continue;
    }
    const key = `${ip}/${port.Type}`;
    const group = groups.get(key);
    if (group !== undefined && port.PrivatePort === group.last + 1) {
      group.last = port.PrivatePort;
      continue;
    }
    if (group !== undefined) {
      closed.push(groupText(group));
      group.first = port.PrivatePort;
      group.last = port.PrivatePort;
    } else groups.set(key, { ip, type: port.Type, first: port.PrivatePort, last: port.PrivatePort });
  }
  return [...closed, ...[...groups.values()].map(groupText), ...single].join(', ');
}
