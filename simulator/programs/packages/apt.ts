/** apt-get and apt: update, install, remove, and what else Dockerfiles call. */
import { isErrno } from '../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { aptSize, Database, fullName, type Candidate } from './archive.ts';
import { debianTools, ensureDir, layPackage, removeFiles } from './contents.ts';
import { download, fetchText } from './fetch.ts';
import { candidates, update } from './sources.ts';

interface Settings {
  yes: boolean;
  quiet: number;
  recommends: boolean;
  simulate: boolean;
  purge: boolean;
  reinstall: boolean;
  downloadOnly: boolean;
  autoremove: boolean;
}

const HELP = `apt 2.6.1 (amd64)
Usage: apt-get [options] command
       apt-get [options] install|remove pkg1 [pkg2 ...]
       apt-get [options] source pkg1 [pkg2 ...]

apt-get is a command line interface for retrieval of packages
and information about them from authenticated sources and
for installation, upgrade and removal of packages together
with their dependencies.
`;

/** Options with a value of their own. */
const VALUED = new Set(['-o', '--option', '-t', '--target-release', '-c', '--config-file', '-a']);

function readArguments(args: readonly string[]): { settings: Settings; words: string[]; wrong: string | undefined } {
  const settings: Settings = {
    yes: false,
    quiet: 0,
    recommends: true,
    simulate: false,
    purge: false,
    reinstall: false,
    downloadOnly: false,
    autoremove: false,
  };
  const words: string[] = [];
  let wrong: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
    } else if (VALUED.has(arg)) {
      const value = args[++i] ?? '';
      if (/Install-Recommends=(0|false|no)/i.test(value)) settings.recommends = false;
    } else if (arg.startsWith('--')) {
      const name = arg.slice(2).split('=')[0]!;
      if (name === 'yes' || name === 'assume-yes') settings.yes = true;
      else if (name === 'no-install-recommends') settings.recommends = false;
      else if (name === 'install-recommends') settings.recommends = true;
      else if (name === 'quiet') settings.quiet += Number(arg.split('=')[1] ?? 1);
      else if (name === 'simulate' || name === 'dry-run' || name === 'just-print') settings.simulate = true;
      else if (name === 'purge') settings.purge = true;
      else if (name === 'reinstall') settings.reinstall = true;
      else if (name === 'download-only') settings.downloadOnly = true;
      else if (name === 'autoremove' || name === 'auto-remove') settings.autoremove = true;
      else if (
        !/^(allow-.*|no-.*|fix-.*|force-.*|only-upgrade|show-.*|with-.*|option|default-release|trivial-only|verbose-versions|installed|upgradable|all-versions|names-only|full|target-release|ignore-.*|print-uris|error-on.*)$/.test(
          name,
        )
      )
        wrong ??= `Command line option ${JSON.stringify(`--${name}`)} is not understood in combination with the other options`;
    } else if (/^-o/.test(arg)) {
      if (/Install-Recommends=(0|false|no)/i.test(arg)) settings.recommends = false;
    } else {
      for (const letter of arg.slice(1)) {
        if (letter === 'y') settings.yes = true;
        else if (letter === 'q') settings.quiet++;
        else if (letter === 's') settings.simulate = true;
        else if (letter === 'd') settings.downloadOnly = true;
        else if (!/[fmVuUbh=\d]/.test(letter))
          wrong ??= `Command line option '${letter}' [from ${arg}] is not understood in combination with the other options.`;
      }
    }
  }
  return { settings, words, wrong };
}

async function fail(io: Io, ...messages: string[]): Promise<never> {
  for (const message of messages) await io.error(`E: ${message}\n`);
  throw new Exit(100);
}

/** Only root may change the lists and the database. */
async function demandRoot(io: Io, what: 'lists' | 'dpkg'): Promise<void> {
  if (io.sys.uid === 0) return;
  if (what === 'lists')
    await fail(
      io,
      'Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)',
      'Unable to lock directory /var/lib/apt/lists/',
    );
  await fail(
    io,
    'Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)',
    'Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
  );
}

/** A list of names as apt sets it: two spaces in front, wrapped at 80 columns. */
function nameList(names: readonly string[]): string {
  let text = '';
  let line = ' ';
  for (const name of names) {
    if (line.length + 1 + name.length > 79) {
      text += `${line}\n`;
      line = ' ';
    }
    line += ` ${name}`;
  }
  return `${text}${line}\n`;
}

interface Plan {
  /** In the order they are set up: what others need first. */
  readonly order: Candidate[];
  readonly asked: ReadonlySet<string>;
  readonly already: string[];
  /** Recommended, but not wanted. */
  readonly recommended: string[];
}

/** Whether packages on offer speak of one that is not, and which of them take its place; the last listed comes first. */
function mentions(offered: Iterable<Candidate>, name: string): { by: boolean; replacedBy: string[] } {
  const all = [...offered];
  const replacedBy = all.filter((one) => one.replaces.includes(name)).map((one) => one.name);
  const by = replacedBy.length > 0 || all.some((one) => one.depends.includes(name) || one.recommends.includes(name));
  return { by, replacedBy: replacedBy.reverse() };
}

function notAvailable(name: string, replacedBy: readonly string[]): string {
  const text = `Package ${name} is not available, but is referred to by another package.
This may mean that the package is missing, has been obsoleted, or
is only available from another source
`;
  return `${text}${replacedBy.length > 0 ? `However the following packages replace it:\n${nameList(replacedBy)}` : ''}\n`;
}

async function makePlan(io: Io, wanted: readonly string[], settings: Settings): Promise<Plan> {
  const database = new Database(io.sys);
  const offered = candidates(io.sys);
  const order: Candidate[] = [];
  const seen = new Set<string>();
  const already: string[] = [];
  const recommended = new Set<string>();
  const asked = new Set<string>();
  const add = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const candidate = offered.get(name);
    if (!candidate || (database.installed(name) && !(asked.has(name) && settings.reinstall))) return;
    for (const dependency of candidate.depends) add(dependency);
    for (const other of candidate.recommends) {
      if (database.installed(other)) continue;
      if (settings.recommends) add(other);
      else recommended.add(other);
    }
    order.push(candidate);
  };
  const missing: string[] = [];
  for (const word of wanted) {
    const [name, version] = word.split('=') as [string, string | undefined];
    const bare = name.replace(/:amd64$/, '').replace(/\/.*$/, '');
    const candidate = offered.get(bare);
    const mentioned = candidate || database.installed(bare) ? undefined : mentions(offered.values(), bare);
    if (mentioned?.by === false) missing.push(`Unable to locate package ${bare}`);
    else if (mentioned) {
      if (settings.quiet < 2) await io.out(notAvailable(bare, mentioned.replacedBy));
      missing.push(`Package '${bare}' has no installation candidate`);
    } else if (version !== undefined && candidate && !matchesVersion(candidate.version, version))
      missing.push(`Version '${version}' for '${bare}' was not found`);
    else {
      asked.add(bare);
      const installed = database.installed(bare);
      if (installed && !settings.reinstall)
        already.push(`${bare} is already the newest version (${installed.get('Version')}).`);
    }
  }
  if (missing.length > 0) await fail(io, ...missing);
  for (const name of asked) add(name);
  return { order, asked, already, recommended: [...recommended].filter((name) => !seen.has(name)).sort() };
}

/** `name=7.88.*` takes a pattern. */
const matchesVersion = (version: string, pattern: string): boolean =>
  pattern.endsWith('*') ? version.startsWith(pattern.slice(0, -1)) : version === pattern;

async function confirm(io: Io): Promise<void> {
  await io.out('Do you want to continue? [Y/n] ');
  await io.flush();
  const answer = new TextDecoder().decode(await io.sys.read(0));
  if (/^\s*(y|yes)?\s*$/i.test(answer) && answer !== '') return;
  await io.out('Abort.\n');
  throw new Exit(1);
}

async function preamble(io: Io, settings: Settings): Promise<void> {
  if (settings.quiet > 1) return;
  await io.out('Reading package lists...\nBuilding dependency tree...\n');
  let state = '';
  try {
    state = io.sys.readText('/var/lib/apt/extended_states');
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  if (state !== '') await io.out('Reading state information...\n');
}

async function install(io: Io, words: readonly string[], settings: Settings): Promise<number> {
  await demandRoot(io, 'dpkg');
  const loud = settings.quiet < 2;
  const say = async (text: string): Promise<void> => {
    if (loud) await io.out(text);
  };
  await preamble(io, settings);
  const plan = await makePlan(io, words, settings);
  for (const line of plan.already) await say(`${line}\n`);
  const { order } = plan;
  const names = order.map((candidate) => candidate.name).sort();
  const extra = names.filter((name) => !plan.asked.has(name));
  if (extra.length > 0) await say(`The following additional packages will be installed:\n${nameList(extra)}`);
  if (plan.recommended.length > 0) await say(`Recommended packages:\n${nameList(plan.recommended)}`);
  if (names.length > 0) await say(`The following NEW packages will be installed:\n${nameList(names)}`);
  await say(`0 upgraded, ${names.length} newly installed, 0 to remove and 0 not upgraded.\n`);
  if (names.length === 0) return 0;
  const bytes = order.reduce((n, candidate) => n + candidate.size, 0);
  const disk = order.reduce((n, candidate) => n + candidate.installed * 1024, 0);
  await say(
    `Need to get ${aptSize(bytes)} of archives.\nAfter this operation, ${aptSize(disk)} of additional disk space will be used.\n`,
  );
  if (settings.simulate) {
    for (const { name, version } of order) await io.out(`Inst ${name} (${version} stable [amd64])\n`);
    for (const { name, version } of order) await io.out(`Conf ${name} (${version} stable [amd64])\n`);
    return 0;
  }
  if (extra.length > 0 && !settings.yes) await confirm(io);
  await fetchArchives(io, order, bytes, say);
  if (settings.downloadOnly) return 0;
  await unpack(io, order, say, plan.asked);
  return 0;
}

type Say = (text: string) => Promise<void>;

async function fetchArchives(io: Io, order: readonly Candidate[], bytes: number, say: Say): Promise<void> {
  const { sys } = io;
  const began = sys.now();
  const failures: string[] = [];
  for (const [i, candidate] of order.entries()) {
    const [uri] = candidate.source.split(' ');
    const url = `${uri}/${candidate.filename}`;
    const fetched = await fetchText(sys, url);
    if ('failed' in fetched) {
      await say(
        `Err:${i + 1} ${candidate.source} amd64 ${candidate.name} amd64 ${candidate.version}\n  ${fetched.failed}\n`,
      );
      failures.push(`Failed to fetch ${url}  ${fetched.failed}`);
      continue;
    }
    await download(sys, candidate.size);
    await say(
      `Get:${i + 1} ${candidate.source} amd64 ${candidate.name} amd64 ${candidate.version} [${aptSize(candidate.size)}]\n`,
    );
  }
  if (failures.length > 0)
    await fail(io, ...failures, 'Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?');
  const seconds = Math.max(1, Math.round((sys.now() - began) / 1000));
  await say(`Fetched ${aptSize(bytes)} in ${seconds}s (${aptSize(bytes / seconds)}/s)\n`);
}

async function unpack(io: Io, order: readonly Candidate[], say: Say, asked: ReadonlySet<string>): Promise<void> {
  const { sys } = io;
  if (asked.size > 0) await io.error('debconf: delaying package configuration, since apt-utils is not installed\n');
  const database = new Database(sys);
  let files = 6090;
  for (const name of database.stanzas.keys()) files += database.files(name).length;
  for (const [i, candidate] of order.entries()) {
    const { name, version, architecture } = candidate;
    const full = fullName(name, architecture);
    await say(`Selecting previously unselected package ${full}.\n`);
    if (i === 0) await say(`(Reading database ... ${files} files and directories currently installed.)\n`);
    const archive = `${order.length > 1 ? `${String(i).padStart(String(order.length - 1).length, '0')}-` : ''}${name}_${version.replace(/:/, '%3a')}_${architecture}.deb`;
    await say(`Preparing to unpack .../${order.length > 1 ? 'archives/' : ''}${archive} ...\n`);
    await say(`Unpacking ${full} (${version}) ...\n`);
    const library = /^lib/.test(name);
    const laid = await layPackage(sys, name, candidate.installed, {
      tools: debianTools(name),
      bulk: library ? `/usr/lib/x86_64-linux-gnu/${name}.so` : `/usr/share/${name}/${name}.dat`,
      doc: `/usr/share/doc/${name}/copyright`,
    });
    sys.writeFile(`/var/lib/dpkg/info/${name}.list`, laid.map((path) => `${path}\n`).join(''));
    await sys.compute(20 + candidate.installed / 400);
  }
  for (const candidate of order) {
    const { name, version, architecture, installed, depends, recommends, description } = candidate;
    await say(`Setting up ${fullName(name, architecture)} (${version}) ...\n`);
    await configure(io, name, say);
    database.stanzas.set(
      name,
      new Map([
        ['Package', name],
        ['Status', 'install ok installed'],
        ['Priority', 'optional'],
        ['Section', /^lib/.test(name) ? 'libs' : 'utils'],
        ['Installed-Size', String(installed)],
        ['Architecture', architecture],
        ...(/^lib/.test(name) ? [['Multi-Arch', 'same'] as const] : []),
        ['Version', version],
        ...(depends.length > 0 ? [['Depends', depends.join(', ')] as const] : []),
        ...(recommends.length > 0 ? [['Recommends', recommends.join(', ')] as const] : []),
        ['Description', description],
      ] as [string, string][]),
    );
  }
  database.save();
  const automatic = order.filter((candidate) => !asked.has(candidate.name));
  if (automatic.length > 0) {
    let old = '';
    try {
      old = sys.readText('/var/lib/apt/extended_states');
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    sys.writeFile(
      '/var/lib/apt/extended_states',
      old + automatic.map(({ name }) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`).join(''),
    );
  }
  const libc = database.installed('libc-bin')?.get('Version');
  if (order.some((candidate) => /^lib/.test(candidate.name)) && libc !== undefined)
    await say(`Processing triggers for libc-bin (${libc}) ...\n`);
  const certificates = database.installed('ca-certificates')?.get('Version');
  if (order.some((candidate) => candidate.name === 'ca-certificates'))
    await say(
      `Processing triggers for ca-certificates (${certificates}) ...\nUpdating certificates in /etc/ssl/certs...\n0 added, 0 removed; done.\nRunning hooks in /etc/ca-certificates/update.d...\ndone.\n`,
    );
}

/** What maintainer scripts say and do. */
async function configure(io: Io, name: string, say: Say): Promise<void> {
  if (name !== 'ca-certificates') return;
  ensureDir(io.sys, '/etc/ssl/certs');
  io.sys.writeFile('/etc/ssl/certs/ca-certificates.crt', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
  await say('Updating certificates in /etc/ssl/certs...\n142 added, 0 removed; done.\n');
}

async function remove(io: Io, words: readonly string[], settings: Settings, unneeded = false): Promise<number> {
  await demandRoot(io, 'dpkg');
  const { sys } = io;
  const say = async (text: string): Promise<void> => {
    if (settings.quiet < 2) await io.out(text);
  };
  await preamble(io, settings);
  const database = new Database(sys);
  const gone = new Set<string>();
  for (const word of words) {
    const name = word.replace(/:amd64$/, '');
    if (database.installed(name)) gone.add(name);
    else if (candidates(sys).has(name) || database.stanzas.has(name))
      await say(`Package '${name}' is not installed, so not removed\n`);
    else await fail(io, `Unable to locate package ${name}`);
  }
  // What depends on a removed package goes with it.
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, stanza] of database.stanzas) {
      if (gone.has(name) || !database.installed(name)) continue;
      const needs = (stanza.get('Depends') ?? '').split(',').map((part) => part.trim().split(/[ (|:]/)[0]!);
      if (needs.some((need) => gone.has(need))) {
        gone.add(name);
        grown = true;
      }
    }
  }
  const automatic = automaticPackages(io);
  const orphans = orphaned(database, automatic, gone);
  if (unneeded || settings.autoremove) for (const name of orphans) gone.add(name);
  else if (orphans.length > 0)
    await say(
      `The following package${orphans.length === 1 ? ' was' : 's were'} automatically installed and ${orphans.length === 1 ? 'is' : 'are'} no longer required:\n${nameList(orphans)}Use 'apt autoremove' to remove ${orphans.length === 1 ? 'it' : 'them'}.\n`,
    );
  const names = [...gone].sort();
  if (names.length > 0)
    await say(
      `The following packages will be REMOVED:\n${nameList(names.map((name) => (settings.purge ? `${name}*` : name)))}`,
    );
  await say(`0 upgraded, 0 newly installed, ${names.length} to remove and 0 not upgraded.\n`);
  if (names.length === 0) return 0;
  const freed = names.reduce((n, name) => n + Number(database.installed(name)?.get('Installed-Size') ?? 0) * 1024, 0);
  await say(`After this operation, ${aptSize(freed)} disk space will be freed.\n`);
  if (settings.simulate) return 0;
  if (!settings.yes) await confirm(io);
  let files = 6090;
  for (const name of database.stanzas.keys()) files += database.files(name).length;
  await say(`(Reading database ... ${files} files and directories currently installed.)\n`);
  for (const name of names) {
    const stanza = database.installed(name)!;
    await say(`Removing ${fullName(name, stanza.get('Architecture') ?? 'amd64')} (${stanza.get('Version')}) ...\n`);
    const paths = database.files(name);
    removeFiles(sys, settings.purge ? paths : paths.filter((path) => !path.startsWith('/etc/')));
    removeFiles(sys, [`/var/lib/dpkg/info/${name}.list`]);
    const keep = !settings.purge && paths.some((path) => path.startsWith('/etc/'));
    if (keep) stanza.set('Status', 'deinstall ok config-files');
    else database.stanzas.delete(name);
    await sys.compute(15);
  }
  database.save();
  const libc = database.installed('libc-bin')?.get('Version');
  if (names.some((name) => /^lib/.test(name)) && libc !== undefined)
    await say(`Processing triggers for libc-bin (${libc}) ...\n`);
  return 0;
}

function automaticPackages(io: Io): Set<string> {
  try {
    return new Set(
      [...io.sys.readText('/var/lib/apt/extended_states').matchAll(/^Package: (.+)$/gm)].map((match) => match[1]!),
    );
  } catch (error) {
    if (!isErrno(error)) throw error;
    return new Set();
  }
}

/** Automatically installed packages that nothing left needs. */
function orphaned(database: Database, automatic: ReadonlySet<string>, gone: ReadonlySet<string>): string[] {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    const stanza = database.installed(name);
    if (!stanza || needed.has(name) || gone.has(name)) return;
    needed.add(name);
    // What a package recommends is kept too.
    for (const field of ['Depends', 'Recommends'])
      for (const part of (stanza.get(field) ?? '').split(',')) visit(part.trim().split(/[ (|:]/)[0]!);
  };
  for (const name of database.stanzas.keys()) if (!automatic.has(name)) visit(name);
  return [...automatic].filter((name) => database.installed(name) && !needed.has(name) && !gone.has(name)).sort();
}

/** apt-get(8) and apt(8). */
export const aptGet: Tool = async (io) => {
  const { settings, words, wrong } = readArguments(io.args);
  const [command, ...names] = words;
  if (io.args.includes('--version') || io.args.includes('-v')) {
    await io.out('apt 2.6.1 (amd64)\n');
    return 0;
  }
  if (command === undefined || command === 'help' || io.args.includes('--help') || io.args.includes('-h')) {
    await io.out(HELP.replaceAll('apt-get', io.name));
    return command === undefined && !io.args.some((arg) => /^(--help|-h)$/.test(arg)) ? 1 : 0;
  }
  if (wrong !== undefined) await fail(io, wrong);
  if (io.name === 'apt' && !io.sys.isatty(1))
    await io.error('\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n');
  switch (command) {
    case 'update':
      await demandRoot(io, 'lists');
      return update(io, settings.quiet > 1);
    case 'install':
    case 'reinstall':
      return install(io, names, command === 'reinstall' ? { ...settings, reinstall: true } : settings);
    case 'remove':
    case 'purge':
      return remove(io, names, command === 'purge' ? { ...settings, purge: true } : settings);
    case 'autoremove':
    case 'autopurge':
      return remove(io, names, settings, true);
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
      await demandRoot(io, 'dpkg');
      await preamble(io, settings);
      if (settings.quiet < 2)
        await io.out('Calculating upgrade...\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
      return 0;
    case 'clean':
    case 'autoclean':
    case 'auto-clean':
      await demandRoot(io, 'dpkg');
      return 0;
    case 'check':
      await preamble(io, settings);
      return 0;
    case 'list':
    case 'show':
    case 'search':
    case 'policy':
      if (io.name === 'apt') return (await io.sys.external(import('./apt-cache.ts'))).query(io, command, names);
      break;
  }
  return fail(io, `Invalid operation ${command}`);
};
