/** `--publish` and `--expose`. */
import { canonicalIp } from '../cli/ip.ts';

export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

interface Published {
  readonly exposed: Record<string, object>;
  readonly bindings: Record<string, PortBinding[]>;
}

/** `published=8080,target=80` as `8080:80/tcp`. */
function standardNotation(text: string): string {
  if (!text.includes('=')) return text;
  const params: Record<string, string> = { protocol: 'tcp' };
  for (const param of text.split(',')) {
    const at = param.indexOf('=');
    if (at <= 0) throw new Error(`invalid publish opts format (should be name=value but got '${param}')`);
    params[param.slice(0, at)] = param.slice(at + 1);
  }
  return `${params['published'] ?? ''}:${params['target'] ?? ''}/${params['protocol'] ?? ''}`;
}

/** A port or a range of ports; undefined when it is none. */
function portRange(text: string): [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from > 65535 || to > 65535 || to < from ? undefined : [from, to];
}

function splitParts(text: string): [string, string, string] {
  const parts = text.split(':');
  if (parts.length === 1) return ['', '', text];
  const container = parts.at(-1) ?? '';
  return [parts.slice(0, -2).join(':'), parts.at(-2) ?? '', container];
}

function publish(text: string, into: Published): void {
  const [rawIp, hostPort, rest] = splitParts(text);
  const slash = rest.indexOf('/');
  const port = slash < 0 ? rest : rest.slice(0, slash);
  const protocol = (slash < 0 || port === '' ? '' : rest.slice(slash + 1)).toLowerCase() || 'tcp';
  if (port === '') throw new Error(`no port specified: ${text}<empty>`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw new Error(`invalid proto: ${protocol}`);
  let ip = rawIp;
  if (ip.startsWith('[')) {
    if (!ip.endsWith(']')) throw new Error(`invalid IP address ${ip}: address ${ip}:: missing ']' in address`);
    ip = ip.slice(1, -1);
  }
  if (ip !== '' && canonicalIp(ip) === undefined) throw new Error(`invalid IP address: ${ip}`);
  const inside = portRange(port);
  if (inside === undefined) throw new Error(`invalid containerPort: ${port}`);
  const count = inside[1] - inside[0] + 1;
  const outside = hostPort === '' ? undefined : portRange(hostPort);
  if (hostPort !== '' && outside === undefined) throw new Error(`invalid hostPort: ${hostPort}`);
  if (outside !== undefined && outside[1] - outside[0] + 1 !== count && count > 1) {
    throw new Error(`invalid ranges specified for container and host Ports: ${port} and ${hostPort}`);
  }
  for (let i = 0; i < count; i++) {
    const key = `${inside[0] + i}/${protocol}`;
    let host = '';
    // One container port and a range of host ports: the daemon picks one of them.
    if (outside !== undefined) host = count === 1 && outside[1] > outside[0] ? hostPort : String(outside[0] + i);
    into.exposed[key] = {};
    (into.bindings[key] ??= []).push({ HostIp: ip === '' ? '' : (canonicalIp(ip) ?? ip), HostPort: host });
  }
}

function expose(text: string, into: Published): void {
  const slash = text.indexOf('/');
  const port = slash < 0 ? text : text.slice(0, slash);
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase();
  const bad = (detail: string): Error => new Error(`invalid range format for --expose: ${detail}`);
  if (text === '') throw bad('invalid port range: value is empty');
  for (const part of port.split('-')) {
    if (!/^\d+$/.test(part))
      throw bad(`invalid ${port.includes('-') ? 'port range' : 'start port'} '${part}': invalid syntax`);
    if (Number(part) > 65535)
      throw bad(`invalid ${port.includes('-') ? 'port range' : 'start port'} '${part}': value out of range`);
  }
  const range = portRange(port);
  if (range === undefined)
    throw bad(`invalid port range '${port}': end port must be greater than or equal to start port`);
  for (let number = range[0]; number <= range[1]; number++) into.exposed[`${number}/${protocol}`] = {};
}

/** The ports to expose and to bind; throws docker's error. */
export function publishedPorts(publishes: readonly string[], exposes: readonly string[]): Published {
  const into: Published = { exposed: {}, bindings: {} };
  for (const text of publishes.map(standardNotation)) publish(text, into);
  for (const text of exposes) expose(text, into);
  return into;
}
