/** connect(2) for TCP: finds who answers, through published ports and out into the world, and how long it takes. */
import { Errno, isErrno, type ErrnoCode } from '../errno.ts';
import { formatAddress, hostAddress, isLoopback } from './address.ts';
import type { FlowEnds } from './events.ts';
import { TcpFlow } from './flow.ts';
import type { ListenEnd } from './listen.ts';
import type { Stack } from './namespace.ts';
import type { PublishRule } from './publish.ts';
import { follow, type Delivery, type Hop } from './route.ts';
import type { Cancel, InetAddress, StreamSocket } from './stack.ts';
import { StreamEnd } from './stream.ts';

/** tcp_syn_retries = 6: when connect gives up without an answer, ms. */
const SYN_TIMEOUT = 131_072;
/** When ARP gives up on a neighbour that does not answer, ms. */
const ARP_TIMEOUT = 3_072;
/** How long docker-proxy takes to find that nobody answers behind it. */
const PROXY_DELAY = 0.2;

const inet = (address: number, port: number): InetAddress => ({ family: 'inet', host: formatAddress(address), port });

/** Where a connection ends: a listening socket, a program of the simulated internet, or nowhere. */
interface Target {
  readonly end:
    | { readonly kind: 'listener'; readonly listener: ListenEnd; readonly stack: Stack }
    | { readonly kind: 'remote'; readonly answer: RemoteAnswer; readonly latency: number }
    | { readonly kind: 'error'; readonly code: ErrnoCode; readonly after: number }
    /** docker-proxy took the connection, but nobody listens behind it. */
    | { readonly kind: 'proxy-reset' };
  readonly source: number;
  readonly path: readonly Hop[];
  /** As the accepting side sees it. */
  readonly seen: { readonly host: number; readonly port: number; readonly from?: number };
  readonly via?: PublishRule;
}
type RemoteAnswer = (channel: StreamSocket, peer: { host: string; port: number }) => void;

function failure(delivery: Extract<Delivery, { kind: 'failed' }>): Target {
  const { reason } = delivery;
  const end =
    reason === 'drop'
      ? { kind: 'error' as const, code: 'ETIMEDOUT' as const, after: SYN_TIMEOUT }
      : { kind: 'error' as const, code: reason, after: reason === 'EHOSTUNREACH' ? ARP_TIMEOUT : 0 };
  return { end, source: 0, path: [], seen: { host: 0, port: 0 } };
}

function findTarget(stack: Stack, address: number, port: number): Target {
  const { fabric } = stack;
  const delivery = follow(stack, address);
  if (delivery.kind === 'failed') return failure(delivery);
  const { source, path } = delivery;
  const seen = {
    host: address,
    port,
    ...(delivery.kind === 'local' && delivery.masquerade !== undefined && { from: delivery.masquerade }),
  };
  if (delivery.kind === 'remote') {
    const { host } = delivery;
    if (!host) return failure({ kind: 'failed', reason: 'drop' });
    const program = host.ports.get(port);
    const end: Target['end'] = program
      ? {
          kind: 'remote',
          answer: (socket, peer) => program(fabric.channel(socket), peer),
          latency: host.latency,
        }
      : { kind: 'error', code: 'ECONNREFUSED', after: 2 * host.latency };
    return { end, source, path, seen };
  }
  const server = delivery.stack;
  if (server === server.fabric.hostStack) {
    const rule = server.fabric.publishing.find('tcp', address, port);
    if (rule) return throughPublished(stack, server, rule, { address, source, from: seen.from ?? source, path });
  }
  const listener = delivery.stack.listenerFor(address, port);
  const end: Target['end'] = listener
    ? { kind: 'listener', listener, stack: delivery.stack }
    : { kind: 'error', code: 'ECONNREFUSED', after: 0 };
  return { end, source, path, seen };
}

/**
 * A published port. Connections to a loopback address, and those from a container on the same bridge, are taken by
 * docker-proxy in the host's user space; all others are rewritten by the kernel (DNAT) and never see the proxy.
 */
function throughPublished(
  stack: Stack,
  router: Stack,
  rule: PublishRule,
  /** `from`: whom the router sees as the sender. */
  arrived: { address: number; source: number; from: number; path: readonly Hop[] },
): Target {
  const target = rule.to;
  const address = hostAddress(target.address);
  const inner = follow(router, address, false);
  const entered = arrived.path.at(-1)?.iface;
  const leaving = inner.kind === 'local' ? inner.path.find((hop) => hop.direction === 'tx')?.iface : undefined;
  const proxied = isLoopback(arrived.address) || (entered !== undefined && entered === leaving);
  const common = { source: arrived.source, via: rule };
  if (inner.kind !== 'local' || inner.stack !== target.ns) {
    return proxied
      ? {
          ...common,
          end: { kind: 'proxy-reset' },
          path: arrived.path,
          seen: { host: arrived.address, port: rule.hostPort },
        }
      : { ...failure(inner.kind === 'failed' ? inner : { kind: 'failed', reason: 'drop' }), ...common };
  }
  const path = [...arrived.path, ...inner.path];
  // The container sees the bridge's address as the client when the proxy or the host itself connects.
  const from = proxied || stack === router ? inner.source : arrived.from;
  const seen = { host: address, port: target.port, from };
  const listener = inner.stack.listenerFor(address, target.port);
  if (listener) return { ...common, end: { kind: 'listener', listener, stack: inner.stack }, path, seen };
  return {
    ...common,
    end: proxied ? { kind: 'proxy-reset' } : { kind: 'error', code: 'ECONNREFUSED', after: 0 },
    path,
    seen,
  };
}

/** See `NetStack.connect`. */
export function connectStream(
  stack: Stack,
  host: string,
  port: number,
  done: (result: StreamSocket | Errno) => void,
  owner: unknown,
): Cancel {
  const { fabric } = stack;
  let over = false;
  let cancelTimer: (() => void) | undefined;
  const finish = (result: StreamSocket | Errno): void => {
    if (over) {
      if (!isErrno(result)) result.close();
      return;
    }
    over = true;
    if (isErrno(result)) fabric.host.log.emit('net.fail', { ns: stack.inode, host, port, error: result.code });
    done(result);
  };
  const later = (ms: number, action: () => void): void => {
    if (ms > 0) cancelTimer = fabric.host.clock.timer(ms, action);
    else fabric.host.wake(action);
  };
  const cancel = (): void => {
    over = true;
    cancelTimer?.();
  };

  let address: number;
  try {
    address = hostAddress(host);
  } catch (error) {
    if (!isErrno(error)) throw error;
    later(0, () => finish(new Errno('ENETUNREACH', host)));
    return cancel;
  }
  // Connecting to "any" reaches the own host.
  if (address === 0) address = 0x7f000001;
  const target = findTarget(stack, address, port);
  const { end } = target;
  if (end.kind === 'error') {
    if (end.after === SYN_TIMEOUT) fabric.host.log.emit('net.drop', { ns: stack.inode, host, port });
    later(end.after, () => finish(new Errno(end.code, `${host}:${port}`)));
    return cancel;
  }

  const local = inet(target.source, stack.ephemeralPort());
  const remote = inet(address, port);
  const latency = end.kind === 'remote' ? end.latency : 0;
  const server = end.kind === 'listener' && end.stack.fabric === fabric ? end.stack.inode : 0;
  const ends: FlowEnds = {
    from: { ns: stack.inode, host: local.host, port: local.port },
    to: { ns: server, host: formatAddress(target.seen.host), port: target.seen.port },
  };
  const flow = new TcpFlow(fabric.host, fabric.nextFlow(), ends, target.path, latency);
  const seen = {
    from: inet(target.seen.from ?? target.source, local.port),
    to: inet(target.seen.host, target.seen.port),
  };
  const [ours, theirs] = StreamEnd.pair(fabric.host, local, remote, flow, seen);
  ours.owner = owner;
  const established = (): void => {
    if (over) return;
    stack.track(ours);
    flow.open(target.via && `${target.via.hostIp}:${target.via.hostPort}`);
    if (end.kind === 'listener') {
      if (!end.listener.offer(theirs)) {
        ours.close();
        later(SYN_TIMEOUT, () =>
          finish(new Errno(end.listener.closed ? 'ECONNREFUSED' : 'ETIMEDOUT', `${host}:${port}`)),
        );
        return;
      }
      end.stack.track(theirs);
    } else if (end.kind === 'remote') {
      fabric.host.wake(() => end.answer(theirs, { host: fabric.outsideAddress, port: local.port }));
    } else {
      fabric.host.clock.timer(PROXY_DELAY, () => {
        theirs.abort();
        theirs.close();
      });
    }
    finish(ours);
  };
  later(2 * latency, established);
  return cancel;
}
