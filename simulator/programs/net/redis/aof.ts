/** The append-only file (`appendonly yes`): every change as the command that makes it again, beside a snapshot it began with. */
import type { Sys } from '../../../kernel/abi.ts';
import { runCommand, type Context } from './commands.ts';
import { fromBytes, RespBuffer, texts, toBytes, writeReply, type Reply } from './resp.ts';

const BASE = 'appendonly.aof.1.base.rdb';
const INCR = 'appendonly.aof.1.incr.aof';
const MANIFEST = 'appendonly.aof.manifest';

/** Commands after which a key may have a time to live that was given from now on. */
const TIMED = new Set(['set', 'setex', 'psetex', 'expire', 'pexpire', 'expireat']);

/**
 * The commands that repeat at any time what `words` have just done: chance and durations are replaced by what came of them.
 */
export function effectOf(context: Context, words: readonly string[], reply: Reply): string[][] {
  const [name, key] = [words[0]!.toLowerCase(), words[1]];
  if (name === 'spop') return reply.kind === 'bulk' && reply.text !== undefined ? [['SREM', key!, reply.text]] : [];
  if (!TIMED.has(name)) return [[...words]];
  const value = context.store.get(context.db, key!);
  if (!value) return [['DEL', key!]];
  const due = context.store.expiry(value);
  const plain = name.includes('set') && value.type === 'string' ? [['SET', key!, value.data]] : [];
  return due === undefined ? plain : [...plain, ['PEXPIREAT', key!, String(Math.ceil(due))]];
}

/** What the server lends: its process, its settings' directory, its log and the snapshot as bytes. */
interface Host {
  readonly sys: Sys;
  readonly dir: string;
  readonly snapshot: () => Uint8Array;
  readonly log: (mark: string, message: string) => Promise<void>;
}

export class AppendOnlyFile {
  readonly #host: Host;
  readonly #folder: string;
  #fd: number | undefined;
  #db: number | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#folder = `${host.dir}/appendonlydir`;
  }

  get exists(): boolean {
    return this.#host.sys.access(`${this.#folder}/${MANIFEST}`, {});
  }

  /** Begins a new file with what the store holds. Throws Errno. */
  async create(): Promise<void> {
    const { sys, log, snapshot } = this.#host;
    if (!sys.access(this.#folder, {})) sys.mkdir(this.#folder, 0o755);
    await log('*', `Creating AOF base file ${BASE} on server start`);
    sys.writeFile(`${this.#folder}/${BASE}`, snapshot(), 0o644);
    await log('*', `Creating AOF incr file ${INCR} on server start`);
    this.#fd = sys.open(`${this.#folder}/${INCR}`, { write: true, create: true, truncate: true }, 0o644);
    const manifest = `file ${BASE} seq 1 type b\nfile ${INCR} seq 1 type i\n`;
    sys.writeFile(`${this.#folder}/${MANIFEST}`, toBytes(manifest), 0o644);
  }

  /** Repeats what the file holds; `base` takes its snapshot. Throws Errno. */
  async load(context: Context, base: (path: string) => Promise<void>): Promise<void> {
    const { sys, log } = this.#host;
    await log('*', 'Reading RDB base file on AOF loading...');
    await base(`${this.#folder}/${BASE}`);
    await log('*', `DB loaded from base file ${BASE}: 0.000 seconds`);
    const buffer = new RespBuffer();
    buffer.push(toBytes(fromBytes(sys.readFile(`${this.#folder}/${INCR}`))));
    for (let words = buffer.takeRequest(); words; words = buffer.takeRequest()) {
      const [name = '', ...args] = words;
      if (name === 'SELECT') context.db = Number(args[0]);
      else runCommand(context, name.toLowerCase(), args);
    }
    await log('*', `DB loaded from incr file ${INCR}: 0.000 seconds`);
    await log('*', 'DB loaded from append only file: 0.000 seconds');
    await log('*', `Opening AOF incr file ${INCR} on server start`);
    this.#fd = sys.open(`${this.#folder}/${INCR}`, { write: true, append: true });
  }

  /** Adds what a command has just changed, before its sender is answered. */
  async append(context: Context, words: readonly string[], reply: Reply): Promise<void> {
    if (this.#fd === undefined) return;
    const commands = effectOf(context, words, reply);
    if (this.#db !== context.db) commands.unshift(['SELECT', String((this.#db = context.db))]);
    await this.#host.sys.write(this.#fd, toBytes(commands.map((command) => writeReply(texts(command))).join('')));
  }
}
