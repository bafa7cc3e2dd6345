/** Name resolution: Docker's embedded server at 127.0.0.11, the servers of the simulated internet, getaddrinfo(3). */
import { Errno } from '../errno.ts';
import { hostAddress, isLoopback, parseAddress } from './address.ts';
import { RCODE, readQuery, TYPE_A, TYPE_PTR, writeAnswer } from './dns-message.ts';
import type { Stack } from './namespace.ts';
import { follow } from './route.ts';
import type { Cancel } from './stack.ts';

/** Address of Docker's resolver inside a container's namespace. */
const EMBEDDED = '127.0.0.11';
/** Round trip to a server outside, ms. */
const UPSTREAM_TIME = 8;
/** `options timeout:5 attempts:2` of resolv.conf(5). */
const SERVER_TIMEOUT = 5000;
const ATTEMPTS = 2;

/** What a server says about a name; `silent`: nothing comes back. */
type Reply =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly time: number }
  | { readonly kind: 'unknown'; readonly time: number }
  | { readonly kind: 'failure'; readonly time: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable' };

/** Whether the namespace can send to the world outside. */
const reachesOutside = (stack: Stack): boolean => follow(stack, hostAddress('8.8.8.8')).kind === 'remote';

function ask(stack: Stack, server: string, name: string): Reply {
  const { fabric } = stack;
  const plain = name.replace(/\.$/, '').toLowerCase();
  if (server === EMBEDDED && stack !== fabric.hostStack) {
    const service = fabric.nameService(stack);
    if (!service) return { kind: 'silent' };
    const own = service(plain);
    if (own) {
      return own.length > 0 ? { kind: 'addresses', addresses: own, time: 0 } : { kind: 'unknown', time: 0 };
    }
    // The embedded server forwards from the container's namespace: an internal network leads nowhere.
    if (!reachesOutside(stack)) return { kind: 'failure', time: 0 };
    return upstream(stack, plain);
  }
  const address = parseAddress(server);
  if (address === undefined) return { kind: 'silent' };
  if (isLoopback(address)) {
    // A stub resolver of the host (127.0.0.53) forwards; in other namespaces nothing listens on loopback.
    return stack === fabric.hostStack && reachesOutside(stack) ? upstream(stack, plain) : { kind: 'unreachable' };
  }
  const delivery = follow(stack, address);
  if (delivery.kind === 'failed') return { kind: delivery.reason === 'drop' ? 'silent' : 'unreachable' };
  if (delivery.kind === 'local') return { kind: 'unreachable' };
  return upstream(stack, plain);
}

function upstream(stack: Stack, name: string): Reply {
  const addresses = stack.fabric.upstream(name);
  return addresses.length > 0
    ? { kind: 'addresses', addresses, time: UPSTREAM_TIME }
    : { kind: 'unknown', time: UPSTREAM_TIME };
}

/** A DNS query as a datagram to port 53 of `server`. */
export function answerQuery(stack: Stack, server: string, data: Uint8Array, respond: (data: Uint8Array) => void): void {
  const query = readQuery(data);
  if (!query) return;
  const { fabric } = stack;
  const reverse = query.type === TYPE_PTR;
  const reply = ask(stack, server, query.name);
  if (reply.kind === 'silent' || reply.kind === 'unreachable') return;
  const addresses = reply.kind === 'addresses' && query.type === TYPE_A ? reply.addresses : [];
  fabric.host.log.emit('dns.query', {
    ns: stack.inode,
    name: query.name,
    server,
    answers: addresses,
    type: query.type,
  });
  const rcode =
    reply.kind === 'failure' ? RCODE.serverFailure : reply.kind === 'unknown' || reverse ? RCODE.unknownName : RCODE.ok;
  const bytes = writeAnswer(query, { rcode, addresses });
  if (reply.time > 0) fabric.host.clock.timer(reply.time, () => respond(bytes));
  else fabric.host.wake(() => respond(bytes));
}

/** The addresses /etc/hosts gives a name; IPv4 only, but `::1` stands for the loopback. */
export function hostsEntries(hosts: string, name: string): string[] {
  const wanted = name.toLowerCase();
  const found: string[] = [];
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!address || !names.some((other) => other.toLowerCase() === wanted)) continue;
    if (parseAddress(address) !== undefined && !found.includes(address)) found.push(address);
  }
  return found;
}

interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** Reads resolv.conf(5). */
export function readResolvConf(text: string): ResolverConfig {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && values[0]) servers.push(values[0]);
    if (keyword === 'search' || keyword === 'domain') search = values.filter((domain) => domain !== '.');
    if (keyword === 'options') {
      for (const option of values) {
        const match = /^ndots:(\d+)$/.exec(option);
        if (match) ndots = Number(match[1]);
      }
    }
  }
  // resolv.conf(5): at most three servers, and the local machine when there is none.
  return { servers: servers.length > 0 ? servers.slice(0, 3) : ['127.0.0.1'], search, ndots };
}

/** The full names to try for a name, in order. */
function candidates(name: string, config: ResolverConfig): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const dots = name.split('.').length - 1;
  const searched = config.search.map((domain) => `${name}.${domain}`);
  return dots >= config.ndots ? [name, ...searched] : [...searched, name];
}

/** See `NetStack.resolve`. */
export function resolveName(
  stack: Stack,
  name: string,
  files: { readonly hosts: string; readonly resolvConf: string },
  done: (result: readonly string[] | Errno) => void,
): Cancel {
  const { fabric } = stack;
  let over = false;
  let cancelTimer: (() => void) | undefined;
  const finish = (time: number, result: readonly string[] | Errno): void => {
    const end = (): void => {
      if (!over) done(result);
    };
    if (time > 0) cancelTimer = fabric.host.clock.timer(time, end);
    else fabric.host.wake(end);
  };
  const cancel = (): void => {
    over = true;
    cancelTimer?.();
  };

  const numeric = name.replace(/^\[(.*)\]$/, '$1');
  const known =
    parseAddress(numeric) !== undefined
      ? [numeric]
      : numeric === '::1'
        ? ['127.0.0.1']
        : hostsEntries(files.hosts, name);
  if (known.length > 0) {
    finish(0, known);
    return cancel;
  }
  // RFC 6761: localhost is the loopback even without a line in /etc/hosts.
  if (/^(.*\.)?localhost\.?$/i.test(name)) {
    finish(0, ['127.0.0.1']);
    return cancel;
  }
  if (name === '' || name.length > 253 || /[^A-Za-z0-9_.-]/.test(name)) {
    finish(0, []);
    return cancel;
  }

  const config = readResolvConf(files.resolvConf);
  let time = 0;
  let answered = false;
  for (const candidate of candidates(name, config)) {
    for (let turn = 0; turn < ATTEMPTS * config.servers.length; turn++) {
      const server = config.servers[turn % config.servers.length]!;
      const reply = ask(stack, server, candidate);
      if (reply.kind === 'silent') time += SERVER_TIMEOUT;
      if (reply.kind === 'silent' || reply.kind === 'unreachable' || reply.kind === 'failure') continue;
      time += reply.time;
      const answers = reply.kind === 'addresses' ? reply.addresses : [];
      fabric.host.log.emit('dns.query', { ns: stack.inode, name: candidate, server, answers });
      if (reply.kind === 'addresses') {
        finish(time, answers);
        return cancel;
      }
      answered = true;
      break;
    }
  }
  if (!answered) fabric.host.log.emit('dns.query', { ns: stack.inode, name, server: '', answers: [] });
  finish(time, answered ? [] : new Errno('EAGAIN', name));
  return cancel;
}
