/** ping: busybox's and iputils'. */
import { isErrno } from '../../kernel/errno.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, usageError, type Options, type OptionRules } from '../options.ts';
import { addressesOf, lookupFailure } from './dial.ts';

const BUSYBOX: OptionRules = {
  short: 'qvAc:s:t:w:W:i:I:p:46n',
  usage:
    '[OPTIONS] HOST\n\nSend ICMP ECHO_REQUESTs to HOST\n\n\t-4,-6\t\tForce IP or IPv6 name resolution\n\t-c CNT\t\tSend only CNT pings\n' +
    '\t-s SIZE\t\tSend SIZE data bytes in packets (default 56)\n\t-i SECS\t\tInterval\n\t-A\t\tPing as soon as reply is recevied\n' +
    '\t-t TTL\t\tSet TTL\n\t-I IFACE/IP\tSource interface or IP address\n\t-W SEC\t\tSeconds to wait for the first response (default 10)\n' +
    '\t\t\t(after all -c CNT packets are sent)\n\t-w SEC\t\tSeconds until ping exits (default:infinite)\n' +
    '\t\t\t(can exit earlier with -c CNT)\n\t-q\t\tQuiet, only display output at start/finish\n\t-p HEXBYTE\tPayload pattern',
};
const IPUTILS: OptionRules = { short: 'qvAc:s:t:w:W:i:I:p:46naDOfR', exit: 2, usage: '[options] <destination>' };

class Series {
  readonly io: Io;
  readonly options: Options;
  readonly host: string;
  readonly address: string;
  readonly size: number;
  sent = 0;
  received = 0;
  errors = 0;
  readonly times: number[] = [];
  readonly started: number;

  constructor(io: Io, options: Options, host: string, address: string) {
    this.io = io;
    this.options = options;
    this.host = host;
    this.address = address;
    this.size = Number(options.get('s') ?? 56);
    this.started = io.sys.now();
  }

  get ttl(): number {
    // Hosts outside are some routers away.
    return /^(127|10|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(this.address) ? 64 : 55;
  }

  statistics(): string {
    const { sent, received } = this;
    const loss = sent === 0 ? 0 : Math.floor(((sent - received) * 100) / sent);
    const sum = this.times.reduce((total, time) => total + time, 0);
    const average = sum / Math.max(1, this.times.length);
    const fixed = (value: number): string => value.toFixed(3);
    const range = [Math.min(...this.times), average, Math.max(...this.times)].map(fixed).join('/');
    if (this.io.busybox) {
      const times = received > 0 ? `round-trip min/avg/max = ${range} ms\n` : '';
      return `\n--- ${this.host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n${times}`;
    }
    const errors = this.errors > 0 ? `+${this.errors} errors, ` : '';
    const spread = Math.sqrt(
      Math.max(0, this.times.reduce((total, time) => total + time * time, 0) / Math.max(1, received) - average ** 2),
    );
    const times =
      received > 0 ? `rtt min/avg/max/mdev = ${range}/${fixed(spread)} ms\n` : this.errors > 0 ? 'pipe 4\n' : '\n';
    const spent = Math.floor(this.io.sys.now() - this.started);
    return `\n--- ${this.host} ping statistics ---\n${sent} packets transmitted, ${received} received, ${errors}${loss}% packet loss, time ${spent}ms\n${times}`;
  }

  reply(time: number): string {
    const { io, address } = this;
    const bytes = this.size + 8;
    if (io.busybox)
      return `${bytes} bytes from ${address}: seq=${this.sent - 1} ttl=${this.ttl} time=${time.toFixed(3)} ms\n`;
    const who = this.host === address ? address : `${this.host} (${address})`;
    const digits = time < 0.1 ? time.toFixed(3) : time < 10 ? time.toPrecision(3) : time.toFixed(1);
    return `${bytes} bytes from ${who}: icmp_seq=${this.sent} ttl=${this.ttl} time=${digits} ms\n`;
  }
}

async function lookup(io: Io, host: string): Promise<string> {
  const addresses = await addressesOf(io.sys, host);
  if (addresses && addresses.length > 0) return addresses[0]!;
  if (io.busybox) return io.die(`bad address '${host}'`);
  return io.die(`${host}: ${lookupFailure(io.sys, addresses)}`, 2);
}

/** Sends until the count or the time is over; 0 when something came back. */
async function run(series: Series): Promise<number> {
  const { io, options } = series;
  const { sys } = io;
  const count = Number(options.get('c') ?? Infinity) || Infinity;
  const interval = Number(options.get('i') ?? 1) * 1000;
  const wait = Number(options.get('W') ?? 10) * 1000;
  const deadline = sys.now() + (options.has('w') ? Number(options.get('w')) * 1000 : Infinity);
  const quiet = options.has('q');
  const finish = async (): Promise<void> => {
    await io.out(series.statistics());
    await io.flush();
  };
  sys.signal('SIGINT', () => void finish().then(() => sys.exit(series.received > 0 ? 0 : 1)));
  while (series.sent < count && sys.now() < deadline) {
    const last = series.sent + 1 >= count;
    const begun = sys.now();
    series.sent++;
    const limit = Math.min(last ? wait : Math.max(interval, 1), deadline - begun);
    let time: number | undefined;
    try {
      time = await sys.ping(series.address, limit);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'EPERM')
        return io.die(
          io.busybox
            ? 'permission denied (are you root?)'
            : 'socktype: SOCK_RAW\nping: socket: Operation not permitted',
          io.busybox ? 1 : 2,
        );
      if (error.code === 'ENETUNREACH') {
        if (io.busybox) return io.die(`sendto: ${error.message}`);
        return io.die(`connect: ${error.message}`, 2);
      }
      // Nobody answers to ARP: iputils shows the kernel's own answer, busybox stays silent.
      series.errors++;
      if (!io.busybox && !quiet) {
        const own = sys.interfaces().find(({ name }) => name !== 'lo')?.addresses[0]?.[0] ?? series.address;
        await io.out(`From ${own} icmp_seq=${series.sent} Destination Host Unreachable\n`);
      }
    }
    if (time !== undefined) {
      series.received++;
      series.times.push(time);
      if (!quiet) await io.out(series.reply(time));
    }
    await io.flush();
    const spent = sys.now() - begun;
    if (!last && spent < interval) await sys.sleep(Math.min(interval - spent, deadline - sys.now()));
  }
  await finish();
  return series.received > 0 ? 0 : 1;
}

export const ping: Tool = async (io) => {
  io.name = 'ping';
  const rules = io.busybox ? BUSYBOX : IPUTILS;
  const options = await parseOptions(io, rules);
  const host = options.operands[0];
  if (host === undefined) {
    if (io.busybox) return usageError(io, rules);
    await io.error('ping: usage error: Destination address required\n');
    return 2;
  }
  for (const key of ['c', 'W', 'w', 's']) {
    const value = options.get(key);
    if (value !== undefined && !/^\d+$/.test(value)) {
      return io.busybox ? io.die(`invalid number '${value}'`) : io.die(`invalid argument: '${value}'`, 1);
    }
  }
  const address = await lookup(io, host);
  const series = new Series(io, options, host, address);
  const { size } = series;
  await io.out(
    io.busybox
      ? `PING ${host} (${address}): ${size} data bytes\n`
      : `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.\n`,
  );
  await io.flush();
  return run(series);
};
