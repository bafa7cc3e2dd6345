/** Asking name servers: nslookup (busybox and BIND), dig and host. */
import { readAnswer, RCODE, TYPE_A, TYPE_AAAA, TYPE_PTR, writeQuery } from '../../kernel/net/dns-message.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Io, Tool } from '../io.ts';
import { addressesOf, until } from './dial.ts';

const TIMEOUT = 5000;

/** The name servers of /etc/resolv.conf. */
function servers(io: Io): string[] {
  try {
    const found = [...io.sys.readText('/etc/resolv.conf').matchAll(/^\s*nameserver\s+(\S+)/gm)].map(
      (match) => match[1]!,
    );
    return found.length > 0 ? found : ['127.0.0.1'];
  } catch (error) {
    if (isErrno(error)) return ['127.0.0.1'];
    throw error;
  }
}

type Answer = NonNullable<ReturnType<typeof readAnswer>>;

/** Sends one query; undefined without answer. */
async function ask(io: Io, server: string, name: string, type: number): Promise<Answer | undefined> {
  const { sys } = io;
  const id = sys.random(65536);
  const fd = sys.udp();
  try {
    sys.sendto(fd, { host: server, port: 53 }, writeQuery(id, name, type));
    const deadline = sys.now() + TIMEOUT;
    for (;;) {
      const outcome = await until(sys, sys.recvfrom(fd), deadline);
      if (!outcome.done) return undefined;
      const answer = readAnswer(outcome.value.data);
      if (answer?.id === id) return answer;
    }
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  } finally {
    sys.close(fd);
  }
}

const reverseName = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa`;
const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text);

async function busyboxLookup(io: Io, name: string, server: string): Promise<number> {
  await io.out(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const plain = name.replace(/\.$/, '');
  const reverse = isAddress(plain);
  const queries = reverse
    ? [[reverseName(plain), TYPE_PTR] as const]
    : [[plain, TYPE_A] as const, [plain, TYPE_AAAA] as const];
  let code = 0;
  for (const [query, type] of queries) {
    const answer = await ask(io, server, query, type);
    if (!answer) {
      await io.flush();
      await io.error(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    if (answer.rcode !== RCODE.ok) {
      const text = answer.rcode === RCODE.unknownName ? 'NXDOMAIN' : 'SERVFAIL';
      await io.out(`** server can't find ${query}: ${text}\n\n`);
      code = 1;
      continue;
    }
    await io.out('Non-authoritative answer:\n');
    for (const address of answer.addresses) await io.out(`Name:\t${plain}\nAddress: ${address}\n`);
    for (const found of answer.names) await io.out(`${query}\tname = ${found}\n`);
    await io.out('\n');
  }
  return code;
}

async function bindLookup(io: Io, name: string, server: string): Promise<number> {
  const reverse = isAddress(name);
  const answer = await ask(io, server, reverse ? reverseName(name) : name, reverse ? TYPE_PTR : TYPE_A);
  if (!answer) {
    await io.out(`;; communications error to ${server}#53: timed out\n;; no servers could be reached\n\n`);
    return 1;
  }
  await io.out(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (answer.rcode !== RCODE.ok || answer.addresses.length + answer.names.length === 0) {
    const text =
      answer.rcode === RCODE.ok
        ? `*** Can't find ${name}: No answer`
        : `** server can't find ${name}: ${answer.rcode === RCODE.unknownName ? 'NXDOMAIN' : 'SERVFAIL'}`;
    await io.out(`${text}\n\n`);
    return answer.rcode === RCODE.ok ? 0 : 1;
  }
  await io.out('Non-authoritative answer:\n');
  for (const address of answer.addresses) await io.out(`Name:\t${name}\nAddress: ${address}\n`);
  for (const found of answer.names) await io.out(`${reverseName(name)}\tname = ${found}.\n`);
  await io.out('\n');
  return 0;
}

export const nslookup: Tool = async (io) => {
  const operands = io.args.filter((arg) => !arg.startsWith('-'));
  const [name, given] = operands;
  if (name === undefined) {
    await io.error(
      'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n',
    );
    return 1;
  }
  let server = given ?? servers(io)[0]!;
  if (!isAddress(server)) {
    const found = await addressesOf(io.sys, server);
    if (!found || found.length === 0) return io.die(`bad address '${server}'`);
    server = found[0]!;
  }
  return io.busybox ? busyboxLookup(io, name, server) : bindLookup(io, name, server);
};

const TYPES: Readonly<Record<string, number>> = { A: TYPE_A, AAAA: TYPE_AAAA, PTR: TYPE_PTR };

export const dig: Tool = async (io) => {
  let server = servers(io)[0]!;
  let type = 'A';
  let name = '.';
  let short = false;
  const args = [...io.args];
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg.startsWith('@')) server = arg.slice(1);
    else if (arg === '+short') short = true;
    else if (arg === '-x') [name, type] = [reverseName(args.shift() ?? ''), 'PTR'];
    else if (TYPES[arg.toUpperCase()] !== undefined) type = arg.toUpperCase();
    else if (!arg.startsWith('+') && !arg.startsWith('-')) name = arg;
  }
  if (!isAddress(server)) server = (await addressesOf(io.sys, server))?.[0] ?? server;
  const answer = await ask(io, server, name, TYPES[type]!);
  if (!answer) {
    await io.out(
      `;; communications error to ${server}#53: timed out\n\n; <<>> DiG 9.18.28 <<>> ${io.args.join(' ')}\n;; global options: +cmd\n;; no servers could be reached\n`,
    );
    return 9;
  }
  const found = type === 'PTR' ? answer.names.map((one) => `${one}.`) : answer.addresses;
  if (short) {
    for (const one of found) await io.out(`${one}\n`);
    return 0;
  }
  const status = answer.rcode === RCODE.ok ? 'NOERROR' : answer.rcode === RCODE.unknownName ? 'NXDOMAIN' : 'SERVFAIL';
  await io.out(
    `\n; <<>> DiG 9.18.28 <<>> ${io.args.join(' ')}\n;; global options: +cmd\n;; Got answer:\n` +
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${answer.id}\n;; flags: qr rd ra; QUERY: 1, ANSWER: ${found.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n` +
      `;; QUESTION SECTION:\n;${name}.\t\t\tIN\t${type}\n\n`,
  );
  if (found.length > 0)
    await io.out(`;; ANSWER SECTION:\n${found.map((one) => `${name}.\t\t600\tIN\t${type}\t${one}\n`).join('')}\n`);
  await io.out(`;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n\n`);
  return 0;
};

export const host: Tool = async (io) => {
  const [name = '', given] = io.args.filter((arg) => !arg.startsWith('-'));
  const server = given ?? servers(io)[0]!;
  const answer = await ask(io, server, isAddress(name) ? reverseName(name) : name, isAddress(name) ? TYPE_PTR : TYPE_A);
  if (!answer) {
    await io.out(';; connection timed out; no servers could be reached\n');
    return 1;
  }
  for (const address of answer.addresses) await io.out(`${name} has address ${address}\n`);
  for (const found of answer.names) await io.out(`${reverseName(name)} domain name pointer ${found}.\n`);
  if (answer.rcode === RCODE.ok) return 0;
  await io.out(`Host ${name} not found: ${answer.rcode === RCODE.unknownName ? '3(NXDOMAIN)' : '2(SERVFAIL)'}\n`);
  return 1;
};
