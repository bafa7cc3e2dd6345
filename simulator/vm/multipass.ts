/** multipass: Canonical's command for Ubuntu machines, a client of multipassd. */
import type { Sys } from '../kernel/abi.ts';
import { ALL_CAPABILITIES } from '../kernel/capabilities.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';
import type { Program } from '../kernel/programs.ts';
import { sysChannel } from '../http/channel.ts';
import { parseArguments, UsageError, type Arguments } from './arguments.ts';
import { COMMANDS, commandHelp, overview } from './help.ts';
import { formatImages, formatInfo, formatList } from './listings.ts';
import { lines } from './lines.ts';
import { SOCKET, VERSION, type Reply, type Request } from './protocol.ts';
import { openSession } from './session.ts';
import { transfer } from './transfer.ts';

/** Exit codes of multipass: a request that failed, and a command line it cannot read. */
const FAILED = 2;
const MISUSED = 1;
const PRIMARY = 'primary';
/** How long the service may take to come up, in tries of 20 ms. */
const TRIES = 200;

export const multipass: Program = async (sys) => {
  const [word = '', ...rest] = sys.argv.slice(1);
  try {
    if (word === '' || word === '-h' || word === '--help' || word === 'help') {
      const [about] = word === 'help' ? rest : [];
      if (about === undefined) {
        await sys.write(1, overview());
        return word === '' ? MISUSED : 0;
      }
      if (!COMMANDS[about]) throw new UsageError(`Unknown command or alias: ${about}`);
      await sys.write(1, commandHelp(about));
      return 0;
    }
    if (word === '--version') return await version(sys);
    if (!COMMANDS[word]) {
      await sys.write(
        2,
        `Unknown command or alias '${word}'. Consult \`multipass help\` for a list of available commands.\n`,
      );
      return MISUSED;
    }
    if (word === 'version') return await version(sys);
    const args = parseArguments(word, rest);
    if (args.flag('help')) {
      await sys.write(1, commandHelp(word));
      return 0;
    }
    const run = RUNNERS[word];
    if (!run) {
      await sys.write(2, `multipass ${word}: this command is not simulated here\n`);
      return MISUSED;
    }
    return await run(sys, args);
  } catch (error) {
    if (error instanceof UsageError) {
      await sys.write(2, `${error.message}\n`);
      return MISUSED;
    }
    if (error instanceof Failure) {
      await sys.write(2, `${word} failed: ${error.message}\n`);
      return FAILED;
    }
    if (isErrno(error, 'EPIPE')) return 1;
    throw error;
  }
};

/** What multipassd refused, with its reason. */
class Failure extends Error {}

type Runner = (sys: Sys, args: Arguments) => Promise<number>;

/** Connects to multipassd; the service is started when it does not run. */
async function connect(sys: Sys): Promise<Channel> {
  for (let tries = 0; ; tries++) {
    try {
      return sysChannel(sys, await sys.connect({ family: 'unix', path: SOCKET }));
    } catch (error) {
      if (isErrno(error, 'EACCES')) throw new Failure('cannot connect to the multipass socket');
      if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ECONNREFUSED')) throw error;
      if (tries === TRIES) throw new Failure('cannot connect to the multipass socket');
      if (tries === 0) startService(sys);
      await sys.sleep(20);
    }
  }
}

function startService(sys: Sys): void {
  let kernel: ReturnType<Sys['kernel']>;
  try {
    kernel = sys.kernel();
  } catch (error) {
    if (isErrno(error, 'EPERM')) throw new Failure('cannot connect to the multipass socket');
    throw error;
  }
  kernel.start({
    argv: ['/usr/bin/multipassd'],
    exec: '/usr/bin/multipassd',
    env: { PATH: sys.env['PATH'] ?? '/usr/bin' },
    cwd: '/',
    namespaces: kernel.init,
    cgroup: kernel.rootCgroup.child('system.slice/snap.multipass.multipassd.service'),
    credentials: { uid: 0, gid: 0, groups: [0], capabilities: ALL_CAPABILITIES },
    stdio: [{ kind: 'null' }, { kind: 'null' }, { kind: 'null' }],
  });
}

const SPINNER = ['|', '/', '-', '\\'];
const FRAME = 200;

/** What is going on, on a terminal: a text and something that turns. */
class Spinner {
  readonly #sys: Sys;
  #text = '';
  #running = false;
  constructor(sys: Sys) {
    this.#sys = sys;
  }
  async say(text: string): Promise<void> {
    if (!this.#sys.isatty(1)) return;
    await this.clear();
    this.#text = text;
    if (this.#running) return;
    this.#running = true;
    void this.#turn();
  }
  async #turn(): Promise<void> {
    for (let n = 0; this.#running; n++) {
      await this.#sys.write(1, `\r${this.#text}  ${SPINNER[n % SPINNER.length]!}`);
      await this.#sys.sleep(FRAME);
    }
  }
  async clear(): Promise<void> {
    if (this.#text !== '') await this.#sys.write(1, '\r\x1b[2K');
    this.#text = '';
  }
  async stop(): Promise<void> {
    this.#running = false;
    await this.clear();
  }
}

/** Asks multipassd; shows its progress and gives its last word. */
async function ask(sys: Sys, request: Request): Promise<Reply> {
  const connection = await connect(sys);
  const spinner = new Spinner(sys);
  await connection.write(`${JSON.stringify(request)}\n`);
  for await (const line of lines(connection)) {
    const reply = JSON.parse(line) as Reply;
    if (reply.kind === 'progress') {
      await spinner.say(reply.text);
      continue;
    }
    await spinner.stop();
    connection.close();
    if (reply.kind === 'error') throw new Failure(reply.text);
    return reply;
  }
  await spinner.stop();
  throw new Failure('lost connection to the multipass service');
}

async function version(sys: Sys): Promise<number> {
  const reply = await ask(sys, { verb: 'version' });
  await sys.write(1, `multipass   ${VERSION}\nmultipassd  ${reply.kind === 'version' ? reply.version : VERSION}\n`);
  return 0;
}

async function launch(sys: Sys, args: Arguments): Promise<number> {
  const { names } = args;
  if (names.length > 1) throw new UsageError('Too many arguments supplied');
  const cpus = args.value('cpus');
  if (cpus !== '' && !/^[1-9]\d*$/.test(cpus))
    throw new UsageError(`Invalid CPU count '${cpus}', need a positive integer value`);
  const reply = await ask(sys, {
    verb: 'launch',
    image: names[0] ?? '',
    name: args.value('name'),
    memory: args.value('memory') || args.value('mem'),
    cpus,
    disk: args.value('disk'),
  });
  if (reply.kind === 'launched') await sys.write(1, `Launched: ${reply.name}\n`);
  return 0;
}

/** Names given, or the primary machine's. */
function targets(args: Arguments, fallback: boolean): { names: readonly string[]; all: boolean } {
  const all = args.flag('all');
  if (all && args.names.length > 0) throw new UsageError('Cannot specify name when --all option set');
  if (all || args.names.length > 0) return { names: args.names, all };
  if (!fallback) throw new UsageError('Name argument or --all is required');
  return { names: [PRIMARY], all: false };
}

/** Without a name the primary machine is meant, which is made when it is not there. */
async function havePrimary(sys: Sys, args: Arguments): Promise<void> {
  if (args.names.length > 0 || args.flag('all')) return;
  const reply = await ask(sys, { verb: 'list' });
  if (reply.kind === 'instances' && reply.instances.some(({ name }) => name === PRIMARY)) return;
  const launched = await ask(sys, { verb: 'launch', image: '', name: PRIMARY, memory: '', cpus: '', disk: '' });
  if (launched.kind === 'launched') await sys.write(1, `Launched: ${launched.name}\n`);
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  launch,
  list: async (sys, args) => {
    const reply = await ask(sys, { verb: 'list' });
    if (reply.kind === 'instances') await sys.write(1, formatList(reply.instances, format(args)));
    return 0;
  },
  info: async (sys, args) => {
    const reply = await ask(sys, { verb: 'info', names: args.names });
    if (reply.kind === 'instances') await sys.write(1, formatInfo(reply.instances, format(args)));
    return 0;
  },
  find: async (sys) => {
    const reply = await ask(sys, { verb: 'find' });
    if (reply.kind === 'images') await sys.write(1, formatImages(reply.images));
    return 0;
  },
  start: async (sys, args) => {
    await havePrimary(sys, args);
    await ask(sys, { verb: 'start', force: false, ...targets(args, true) });
    return 0;
  },
  restart: async (sys, args) => {
    await ask(sys, { verb: 'restart', force: false, ...targets(args, true) });
    return 0;
  },
  stop: async (sys, args) => {
    await ask(sys, { verb: 'stop', force: args.flag('force'), ...targets(args, true) });
    return 0;
  },
  delete: async (sys, args) => {
    await ask(sys, { verb: 'delete', purge: args.flag('purge'), ...targets(args, false) });
    return 0;
  },
  recover: async (sys, args) => {
    await ask(sys, { verb: 'recover', ...targets(args, false) });
    return 0;
  },
  purge: async (sys) => {
    await ask(sys, { verb: 'purge' });
    return 0;
  },
  exec: async (sys, args) => {
    const [name, ...before] = args.names;
    const command = [...before, ...args.command];
    if (name === undefined || command.length === 0) throw new UsageError('Wrong number of arguments');
    const directory = args.value('working-directory');
    return within(sys, name, { command: command.map(quoted).join(' '), ...(directory !== '' && { directory }) });
  },
  shell: async (sys, args) => {
    if (args.names.length > 1) throw new UsageError('Too many arguments given');
    await havePrimary(sys, args);
    return within(sys, args.names[0] ?? PRIMARY, {});
  },
  transfer: (sys, args) =>
    transfer(sys, args.names, (name, command, streams) => within(sys, name, { command }, streams)),
};

function format(args: Arguments): string {
  const given = args.value('format') || 'table';
  if (!['table', 'json', 'csv', 'yaml'].includes(given)) throw new UsageError(`Invalid format type given.`);
  return given;
}

/** An argument as the machine's shell has to be told it. */
export const quoted = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs a command line, or a shell, in a machine; over its sshd, as long as the machine runs. */
async function within(
  sys: Sys,
  name: string,
  what: { readonly command?: string; readonly directory?: string },
  streams?: Parameters<typeof openSession>[3],
): Promise<number> {
  const connection = await connect(sys);
  await connection.write(`${JSON.stringify({ verb: 'ssh', name } satisfies Request)}\n`);
  const replies = lines(connection);
  const first = await replies.next();
  const reply = first.done ? undefined : (JSON.parse(first.value) as Reply);
  if (reply?.kind === 'error') throw new Failure(reply.text);
  if (reply?.kind !== 'ssh') throw new Failure('lost connection to the multipass service');
  const stopped = replies.next().then(() => undefined);
  const terminal = sys.isatty(0) ? { ...sys.terminalMode(0) } : undefined;
  let end: number | string | undefined;
  try {
    end = await Promise.race([openSession(sys, reply.address, what, streams), stopped]);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new Failure(`ssh connection failed: '${error.message}'`);
  } finally {
    if (terminal) sys.terminalMode(0, terminal);
  }
  if (typeof end === 'number') {
    connection.close();
    return end;
  }
  throw new Failure(end ?? `the instance "${name}" stopped`);
}
