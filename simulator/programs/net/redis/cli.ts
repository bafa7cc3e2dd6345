/** redis-cli: one command from the arguments, or a dialogue. */
import { isErrno } from '../../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../../io.ts';
import { addressesOf, dial, lookupFailure } from '../dial.ts';
import { array, bulk, encodeText, RespBuffer, splitWords, toBytes, writeReply, type Reply } from './resp.ts';
import { versionOf } from './server.ts';

interface Settings {
  host: string;
  port: number;
  password: string | undefined;
  db: number;
  raw: boolean | undefined;
  repeat: number;
  interval: number;
  lastFromInput: boolean;
  words: string[];
}

async function readSettings(io: Io): Promise<Settings> {
  const settings: Settings = {
    host: '127.0.0.1',
    port: 6379,
    password: io.sys.env['REDISCLI_AUTH'],
    db: 0,
    raw: undefined,
    repeat: 1,
    interval: 0,
    lastFromInput: false,
    words: [],
  };
  const args = [...io.args];
  while (args.length > 0 && args[0]!.startsWith('-')) {
    const option = args.shift()!;
    const value = async (): Promise<string> => {
      const next = args.shift();
      if (next !== undefined) return next;
      await io.error(`Unrecognized option or bad number of args for: '${option}'\n`);
      throw new Exit(1);
    };
    if (option === '-h') settings.host = await value();
    else if (option === '-p') settings.port = Number(await value());
    else if (option === '-a' || option === '--pass') {
      settings.password = await value();
      await io.error(
        "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n",
      );
    } else if (option === '-n') settings.db = Number(await value());
    else if (option === '-r') settings.repeat = Number(await value());
    else if (option === '-i') settings.interval = Number(await value()) * 1000;
    else if (option === '-x') settings.lastFromInput = true;
    else if (option === '--raw') settings.raw = true;
    else if (option === '--no-raw') settings.raw = false;
    else if (option === '--no-auth-warning' || option === '-3' || option === '-2') continue;
    else if (option === '--user') await value();
    else if (option === '-u') {
      const parts = /^rediss?:\/\/(?:[^:@]*:?([^@]*)@)?([^:/]*)(?::(\d+))?(?:\/(\d+))?$/.exec(await value());
      if (parts?.[1]) settings.password = parts[1];
      if (parts?.[2]) settings.host = parts[2];
      if (parts?.[3]) settings.port = Number(parts[3]);
      if (parts?.[4]) settings.db = Number(parts[4]);
    } else if (option === '-v' || option === '--version') {
      await io.out(`redis-cli ${versionOf(io.sys)}\n`);
      throw new Exit(0);
    } else {
      await io.error(`Unrecognized option or bad number of args for: '${option}'\n`);
      throw new Exit(1);
    }
  }
  settings.words = args.map(encodeText);
  return settings;
}

class Connection {
  readonly #channel: Awaited<ReturnType<typeof dial>>;
  readonly #buffer = new RespBuffer();
  constructor(channel: Awaited<ReturnType<typeof dial>>) {
    this.#channel = channel;
  }
  async ask(words: readonly string[]): Promise<Reply | undefined> {
    await this.#channel.write(toBytes(writeReply(array(words.map(bulk)))));
    return this.next();
  }
  /** The next reply, or undefined when the server closed. */
  async next(): Promise<Reply | undefined> {
    for (;;) {
      const reply = this.#buffer.take();
      if (reply) return reply;
      const bytes = await this.#channel.read();
      if (bytes.length === 0) return undefined;
      this.#buffer.push(bytes);
    }
  }
  close(): void {
    this.#channel.close();
  }
}

/** A byte string as redis-cli quotes it on a terminal. */
function quote(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\x07': '\\a',
    '\b': '\\b',
    '"': '\\"',
    '\\': '\\\\',
  };
  const inner = [...text].map(
    (c) => escapes[c] ?? (c >= ' ' && c <= '~' ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`),
  );
  return `"${inner.join('')}"`;
}

function formatted(reply: Reply, prefix = ''): string {
  switch (reply.kind) {
    case 'simple':
      return `${reply.text}\n`;
    case 'error':
      return `(error) ${reply.text}\n`;
    case 'integer':
      return `(integer) ${reply.value}\n`;
    case 'bulk':
      return reply.text === undefined ? '(nil)\n' : `${quote(reply.text)}\n`;
    case 'array': {
      if (!reply.items) return '(nil)\n';
      if (reply.items.length === 0) return '(empty array)\n';
      const width = String(reply.items.length).length;
      return reply.items
        .map(
          (item, i) =>
            `${i === 0 ? '' : prefix}${String(i + 1).padStart(width)}) ${formatted(item, `${prefix}${' '.repeat(width + 2)}`)}`,
        )
        .join('');
    }
  }
}

function raw(reply: Reply): string {
  switch (reply.kind) {
    case 'integer':
      return String(reply.value);
    case 'array':
      return (reply.items ?? []).map(raw).join('\n');
    case 'error':
      return reply.text;
    default:
      return reply.text ?? '';
  }
}

async function connect(io: Io, settings: Settings): Promise<Connection | string> {
  const place = `${settings.host}:${settings.port}`;
  const addresses = await addressesOf(io.sys, settings.host);
  if (!addresses || addresses.length === 0) {
    return `Could not connect to Redis at ${place}: ${lookupFailure(io.sys, addresses)}\n`;
  }
  try {
    const connection = new Connection(await dial(io.sys, addresses[0]!, settings.port));
    if (settings.password !== undefined) {
      const reply = await connection.ask(['AUTH', encodeText(settings.password)]);
      if (reply?.kind === 'error') await io.error(`AUTH failed: ${reply.text}\n`);
    }
    if (settings.db !== 0) await connection.ask(['SELECT', String(settings.db)]);
    return connection;
  } catch (error) {
    return `Could not connect to Redis at ${place}: ${io.reason(error)}\n`;
  }
}

/** Sends a command and shows what comes; whether the connection still stands. */
async function exchange(
  io: Io,
  connection: Connection,
  words: readonly string[],
  asText: boolean,
): Promise<'ok' | 'error' | 'closed'> {
  const show = (reply: Reply): Promise<void> | undefined =>
    io.bytes(toBytes(asText ? `${raw(reply)}\n` : formatted(reply)));
  let reply: Reply | undefined;
  try {
    reply = await connection.ask(words);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  const name = words[0]!.toLowerCase();
  if (!reply) {
    if (name !== 'shutdown') await io.error('Error: Server closed the connection\n');
    return 'closed';
  }
  await show(reply);
  if (reply.kind === 'error') return 'error';
  if (name === 'subscribe' || name === 'psubscribe' || name === 'monitor') {
    if (!asText && name !== 'monitor') await io.out('Reading messages... (press Ctrl-C to quit)\n');
    for (let next = await connection.next(); next; next = await connection.next()) await show(next);
    return 'closed';
  }
  return 'ok';
}

async function dialogue(io: Io, settings: Settings, first: Connection | string): Promise<number> {
  const { sys } = io;
  let connection = first;
  if (typeof connection === 'string') await io.error(connection);
  const terminal = sys.isatty(0);
  const asText = settings.raw ?? !sys.isatty(1);
  let db = settings.db;
  const prompt = async (): Promise<void> => {
    if (!terminal) return;
    const place =
      typeof connection === 'string'
        ? 'not connected'
        : `${settings.host}:${settings.port}${db === 0 ? '' : `[${db}]`}`;
    await io.out(`${place}> `);
    await io.flush();
  };
  await prompt();
  for await (const { lines } of io.lines(0)) {
    for (const line of lines) {
      const words = splitWords(line.trim());
      if (!words) await io.out('Invalid argument(s)\n');
      else if (words[0] === 'exit' || words[0] === 'quit') return 0;
      else if (words.length > 0) {
        if (typeof connection === 'string') connection = await connect(io, settings);
        if (typeof connection === 'string') await io.error(connection);
        else {
          const outcome = await exchange(io, connection, words, asText);
          if (outcome === 'closed') connection = 'closed';
          if (outcome === 'ok' && words[0]!.toLowerCase() === 'select') db = Number(words[1]);
        }
      }
      await prompt();
    }
  }
  return 0;
}

export const redisCli: Tool = async (io) => {
  io.name = 'redis-cli';
  const settings = await readSettings(io);
  if (settings.lastFromInput) settings.words.push(await io.allText(0));
  const connection = await connect(io, settings);
  if (settings.words.length === 0) return dialogue(io, settings, connection);
  if (typeof connection === 'string') {
    await io.error(connection);
    return 1;
  }
  const asText = settings.raw ?? !io.sys.isatty(1);
  let outcome: Awaited<ReturnType<typeof exchange>> = 'ok';
  for (let i = 0; i < settings.repeat || settings.repeat < 0; i++) {
    if (i > 0 && settings.interval > 0) await io.sys.sleep(settings.interval);
    outcome = await exchange(io, connection, settings.words, asText);
  }
  connection.close();
  return outcome === 'closed' && settings.words[0]!.toLowerCase() !== 'shutdown' ? 1 : 0;
};
