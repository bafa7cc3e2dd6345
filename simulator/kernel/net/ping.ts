/** ICMP echo: who answers, and after how long. */
import { Errno, isErrno } from '../errno.ts';
import { hostAddress } from './address.ts';
import { countPath } from './flow.ts';
import type { Stack } from './namespace.ts';
import { follow, type Delivery } from './route.ts';
import type { Cancel } from './stack.ts';

const ARP_TIMEOUT = 3_072;
/** Ethernet, IP and ICMP headers and 56 bytes of data. */
const ECHO_BYTES = 98;

/** A plausible round trip, ms: microseconds on the machine, twice the latency of a host outside. */
function roundTrip(stack: Stack, delivery: Exclude<Delivery, { kind: 'failed' }>): number {
  const jitter = stack.fabric.chance.int(45) / 1000;
  if (delivery.kind === 'remote') return 2 * (delivery.host?.latency ?? 0) * (1 + jitter) + jitter * 8;
  return 0.04 + 0.012 * Math.max(0, delivery.path.length - 2) + jitter;
}

/** See `NetStack.ping`. */
export function echo(
  stack: Stack,
  host: string,
  timeoutMs: number,
  done: (result: number | undefined | Errno) => void,
): Cancel {
  const { host: kernel } = stack.fabric;
  let delivery: Delivery;
  try {
    delivery = follow(stack, hostAddress(host) || 0x7f000001);
  } catch (error) {
    if (!isErrno(error)) throw error;
    delivery = { kind: 'failed', reason: 'ENETUNREACH' };
  }
  const answered = delivery.kind === 'local' || (delivery.kind === 'remote' && delivery.host !== undefined);
  kernel.log.emit('net.ping', { ns: stack.inode, host, reached: answered });
  if (delivery.kind !== 'failed') countPath(delivery.path, 'up', ECHO_BYTES, 1);
  if (delivery.kind === 'failed' && delivery.reason !== 'drop') {
    const { reason } = delivery;
    const after = reason === 'EHOSTUNREACH' ? ARP_TIMEOUT : 0;
    if (after > timeoutMs) return kernel.clock.timer(timeoutMs, () => done(undefined));
    return kernel.clock.timer(after, () => done(new Errno(reason, host)));
  }
  if (!answered || delivery.kind === 'failed') return kernel.clock.timer(timeoutMs, () => done(undefined));
  const { path } = delivery;
  const time = roundTrip(stack, delivery);
  if (time > timeoutMs) return kernel.clock.timer(timeoutMs, () => done(undefined));
  return kernel.clock.timer(time, () => {
    countPath(path, 'down', ECHO_BYTES, 1);
    done(time);
  });
}
