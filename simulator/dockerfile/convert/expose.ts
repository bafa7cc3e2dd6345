/** EXPOSE: `[ip:][hostPort:]port[-port][/protocol]`. */
import { formatCheck, type Linter } from '../checks.ts';
import type { Lines } from '../errors.ts';
import { goQuote } from '../text.ts';

function parsePort(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 0 && port <= 65535 ? port : undefined;
}

function parseRange(text: string): [number, number] | undefined {
  const dash = text.indexOf('-');
  const start = parsePort(dash < 0 ? text : text.slice(0, dash));
  const end = dash < 0 ? start : parsePort(text.slice(dash + 1));
  return start === undefined || end === undefined || end < start ? undefined : [start, end];
}

const isAddress = (text: string): boolean =>
  /^(\d{1,3})(\.\d{1,3}){3}$/.test(text)
    ? text.split('.').every((n) => Number(n) <= 255)
    : /^[0-9a-fA-F:]+$/.test(text) && text.includes(':');

/** The ports one word stands for, as `80/tcp`. Throws with BuildKit's texts. */
export function exposedPorts(word: string, lines: Lines, linter: Linter): string[] {
  const parts = word.split(':');
  const container = parts.pop()!;
  const hostPort = parts.pop() ?? '';
  let ip = parts.join(':');
  const slash = container.indexOf('/');
  const port = slash < 0 ? container : container.slice(0, slash);
  const given = slash < 0 ? '' : container.slice(slash + 1);
  if (port === '') throw new Error(`invalid port: ${goQuote(word)}: no port specified`);
  const protocol = given === '' ? 'tcp' : given;
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) {
    throw new Error(`invalid port: ${goQuote(word)}: invalid proto: ${given}`);
  }
  if (protocol !== protocol.toLowerCase()) {
    linter.report('ExposeProtoCasing', lines, formatCheck.ExposeProtoCasing(word));
  }
  if (ip !== '' || hostPort !== '') {
    linter.report('ExposeInvalidFormat', lines, formatCheck.ExposeInvalidFormat(word));
  }
  if (ip.startsWith('[') && ip.endsWith(']')) ip = ip.slice(1, -1);
  if (ip !== '' && !isAddress(ip)) throw new Error(`invalid IP address: ${ip}`);
  const range = parseRange(port);
  if (!range) throw new Error(`invalid containerPort: ${port}`);
  if (hostPort !== '') {
    const host = parseRange(hostPort);
    if (!host) throw new Error(`invalid hostPort: ${hostPort}`);
    if (range[1] !== range[0] && range[1] - range[0] !== host[1] - host[0]) {
      throw new Error(`invalid ranges specified for container and host Ports: ${port} and ${hostPort}`);
    }
  }
  return Array.from({ length: range[1] - range[0] + 1 }, (_, i) => `${range[0] + i}/${protocol.toLowerCase()}`);
}
