/** npm install, ci, uninstall: which versions, where they lie, and the files themselves. */
import { sha512 } from '@noble/hashes/sha2.js';
import { isErrno } from '../../../kernel/errno.ts';
import { fillerData } from '../../../kernel/fs/data.ts';
import { executable } from '../../../kernel/programs.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { download, fetchText } from '../../packages/fetch.ts';
import {
  exists,
  inDir,
  projectDir,
  readLock,
  readManifest,
  sortedDependencies,
  writeJson,
  type Lock,
  type LockEntry,
  type Manifest,
} from './project.ts';
import type { NpmArchive, NpmDocument, NpmVersion } from './registry.ts';
import { cacheDir, fileFailure, NpmFailure, took, updateNotice } from './report.ts';
import { newest, satisfies } from './versions.ts';

const REGISTRY = 'https://registry.npmjs.org';
/** Requests that are under way at a time. */
const SOCKETS = 15;

export interface InstallOptions {
  readonly omitDev: boolean;
  readonly global: boolean;
  readonly saveDev: boolean;
  readonly saveExact: boolean;
  readonly noSave: boolean;
  readonly silent: boolean;
  readonly lockOnly: boolean;
}

/** A place in the tree of node_modules: `node_modules/a/node_modules/b`. */
interface Placed {
  readonly at: string;
  readonly name: string;
  readonly entry: LockEntry;
}

const nameOf = (at: string): string => at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length);

export function mkdirs(sys: Sys, path: string): void {
  let at = '';
  for (const part of path.split('/').filter(Boolean)) {
    at += `/${part}`;
    if (exists(sys, at)) continue;
    try {
      sys.mkdir(at, 0o755);
    } catch (error) {
      throw fileFailure(error, 'mkdir', at);
    }
  }
}

export function removeTree(sys: Sys, path: string): void {
  if (!exists(sys, path)) return;
  try {
    if (sys.lstat(path).type !== 'dir') {
      sys.unlink(path);
      return;
    }
    for (const entry of sys.readdir(path)) removeTree(sys, `${path}/${entry.name}`);
    sys.rmdir(path);
  } catch (error) {
    throw error instanceof NpmFailure ? error : fileFailure(error, 'rmdir', path);
  }
}

async function get(sys: Sys, url: string, shown: string): Promise<string> {
  const fetched = await fetchText(sys, url);
  if ('text' in fetched) return fetched.text;
  if (fetched.failed.startsWith('404'))
    throw new NpmFailure([
      'code E404',
      `404 Not Found - GET ${url.replace('@', '@').replace(/(@[^/]+)\//, '$1%2f')} - Not found`,
      '404',
      `404  '${shown}' is not in this registry.`,
      '404',
      '404 Note that you can also install from a',
      '404 tarball, folder, http url, or git folder.',
    ]);
  if (/resolving/.test(fetched.failed))
    throw new NpmFailure([
      'code EAI_AGAIN',
      'syscall getaddrinfo',
      'errno EAI_AGAIN',
      `request to ${url} failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org`,
    ]);
  throw new NpmFailure([
    'code ECONNREFUSED',
    'errno ECONNREFUSED',
    `FetchError: request to ${url} failed, reason: connect ECONNREFUSED`,
  ]);
}

/** Asks the index for packages, each once. */
class Index {
  readonly #sys: Sys;
  readonly #known = new Map<string, NpmDocument>();
  constructor(sys: Sys) {
    this.#sys = sys;
  }
  /** Asks for several at once, as many as npm does; a failure shows where the package is picked. */
  async prefetch(names: readonly string[]): Promise<void> {
    const fresh = [...new Set(names)].filter((name) => !this.#known.has(name));
    for (let i = 0; i < fresh.length; i += SOCKETS)
      await Promise.all(
        fresh.slice(i, i + SOCKETS).map((name) =>
          this.pick(name, '*').catch((error: unknown) => {
            if (!(error instanceof NpmFailure)) throw error;
          }),
        ),
      );
  }
  async pick(name: string, range: string): Promise<NpmVersion> {
    let found = this.#known.get(name);
    if (!found) {
      found = JSON.parse(await get(this.#sys, `${REGISTRY}/${name}`, `${name}@${range}`)) as NpmDocument;
      this.#known.set(name, found);
    }
    const wanted = range === 'latest' || range === '' ? found['dist-tags'].latest : range;
    const version = newest(Object.keys(found.versions), wanted);
    if (version === undefined)
      throw new NpmFailure([
        'code ETARGET',
        `notarget No matching version found for ${name}@${range}.`,
        'notarget In most cases you or one of your dependencies are requesting',
        "notarget a package version that doesn't exist.",
      ]);
    return found.versions[version]!;
  }
}

const integrity = (name: string, version: string): string => {
  const digest = sha512(new TextEncoder().encode(`${name}@${version}`));
  return `sha512-${btoa(String.fromCharCode(...digest))}`;
};

const entryOf = (found: NpmVersion, dev: boolean): LockEntry => ({
  version: found.version,
  resolved: found.dist.tarball,
  integrity: integrity(found.name, found.version),
  ...(dev && { dev: true }),
  license: 'MIT',
  ...(found.dependencies && { dependencies: { ...found.dependencies } }),
  ...(found.bin && { bin: { ...found.bin } }),
});

/** Lays out a whole tree: each package as near to the top as another version of it allows. */
async function resolveTree(sys: Sys, manifest: Manifest, lock: Lock | undefined): Promise<Map<string, LockEntry>> {
  const index = new Index(sys);
  const tree = new Map<string, LockEntry>();
  const look = (from: string, name: string): [string, LockEntry] | undefined => {
    for (let dir = from; ; dir = dir.slice(0, dir.lastIndexOf('/node_modules/'))) {
      const at = dir === '' ? `node_modules/${name}` : `${dir}/node_modules/${name}`;
      const found = tree.get(at);
      if (found) return [at, found];
      if (dir === '') return undefined;
      if (!dir.includes('/node_modules/')) dir = '/node_modules/';
    }
  };
  const queue: { from: string; name: string; range: string; dev: boolean }[] = [];
  const roots = [
    ...Object.entries(manifest.dependencies ?? {}).map((d) => [...d, false] as const),
    ...Object.entries(manifest.devDependencies ?? {}).map((d) => [...d, true] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, range, dev] of roots) queue.push({ from: '', name, range, dev });
  await index.prefetch(roots.map(([name]) => name));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { from, name, range, dev } = next;
    if (/^(file:|git|https?:|github:|\.|\/)/.test(range))
      throw new NpmFailure(['code EUNSUPPORTEDPROTOCOL', `Unsupported URL Type on this machine: ${range}`]);
    const there = look(from, name);
    if (there && satisfies(there[1].version ?? '', range)) {
      if (!dev && there[1].dev) undev(tree, there[0]);
      continue;
    }
    const locked = lock?.packages[from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`];
    const top = lock?.packages[`node_modules/${name}`];
    const wanted = [locked, top].find((entry) => entry?.version !== undefined && satisfies(entry.version, range));
    const found = await index.pick(name, wanted?.version ?? range);
    const at =
      there || (from !== '' && tree.has(`node_modules/${name}`))
        ? `${from}/node_modules/${name}`.replace(/^\//, '')
        : `node_modules/${name}`;
    tree.set(at, entryOf(found, dev));
    await index.prefetch(Object.keys(found.dependencies ?? {}));
    for (const [need, needed] of Object.entries(found.dependencies ?? {}))
      queue.push({ from: at, name: need, range: needed, dev });
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What only development needed is needed by the program too: the mark goes from it and from what it needs. */
function undev(tree: Map<string, LockEntry>, at: string): void {
  const entry = tree.get(at);
  if (!entry?.dev) return;
  delete entry.dev;
  for (const name of Object.keys(entry.dependencies ?? {})) {
    const own = `${at}/node_modules/${name}`;
    undev(tree, tree.has(own) ? own : `node_modules/${name}`);
  }
}

async function fetchArchive(sys: Sys, name: string, entry: LockEntry): Promise<NpmArchive> {
  const url = entry.resolved ?? `${REGISTRY}/${name}/-/${name.replace(/^@.*\//, '')}-${entry.version}.tgz`;
  const cached = `${cacheDir(sys)}/_cacache/content-v2/${name.replace('/', '+')}-${entry.version}.tgz`;
  const archive = JSON.parse(
    await get(sys, url.replace(/^https?:\/\/[^/]+/, REGISTRY), `${name}@${entry.version}`),
  ) as NpmArchive;
  if (exists(sys, cached)) return archive;
  const size = Math.round((archive.filler + 2000) * 0.28);
  await download(sys, size);
  try {
    mkdirs(sys, cached.replace(/\/[^/]*$/, ''));
    sys.writeFile(cached, '');
    writeFiller(sys, cached, size, name.length * 31);
  } catch (error) {
    if (!isErrno(error) && !(error instanceof NpmFailure)) throw error; // a cache that cannot be written is not used
  }
  return archive;
}

function writeFiller(sys: Sys, path: string, size: number, seed: number): void {
  const data = fillerData(size, seed);
  const step = 2_000_000;
  if (size <= step) sys.writeFile(path, data.slice(0, size), 0o644);
  else
    for (let part = 0, at = 0; at < size; part++, at += step)
      sys.writeFile(part ? `${path}.${part}` : path, data.slice(at, at + step), 0o644);
}

async function lay(sys: Sys, dir: string, { at, name, entry }: Placed, archive: NpmArchive): Promise<void> {
  const home = inDir(dir, at);
  removeTree(sys, home);
  mkdirs(sys, home);
  for (const [file, text] of Object.entries(archive.files)) {
    const path = `${home}/${file}`;
    mkdirs(sys, path.replace(/\/[^/]*$/, ''));
    sys.writeFile(path, text, 0o644);
  }
  if (archive.filler > 4000)
    writeFiller(
      sys,
      `${home}/${archive.filler > 400_000 ? 'lib.bundle.js' : 'CHANGELOG.md'}`,
      archive.filler,
      name.length * 7919 + (entry.version ?? '').length,
    );
  for (const command of archive.commands) {
    mkdirs(sys, `${home}/bin`);
    const program = executable(`npm:${command}`);
    sys.writeFile(`${home}/bin/${command}`, program.slice(0, program.size), 0o755);
  }
  await sys.compute(0.3 + archive.filler / 4_000_000);
}

/** Links the commands of the packages at the top into node_modules/.bin. */
function linkCommands(sys: Sys, modules: string, placed: readonly Placed[], bin = `${modules}/.bin`): void {
  for (const { at, name, entry } of placed) {
    if (at !== `node_modules/${name}`) continue;
    for (const [command, file] of Object.entries(entry.bin ?? {})) {
      mkdirs(sys, bin);
      const path = `${bin}/${command}`;
      if (exists(sys, path)) sys.unlink(path);
      sys.symlink(bin.endsWith('/.bin') ? `../${name}/${file}` : `${modules}/${name}/${file}`, path);
    }
  }
}

/** What is installed: place → version. */
function present(sys: Sys, dir: string): Map<string, string> {
  const hidden = inDir(dir, 'node_modules/.package-lock.json');
  if (!exists(sys, hidden)) return new Map();
  const lock = JSON.parse(sys.readText(hidden)) as Lock;
  return new Map(
    Object.entries(lock.packages)
      .filter(([at]) => exists(sys, inDir(dir, `${at}/package.json`)))
      .map(([at, entry]) => [at, entry.version ?? '']),
  );
}

const count = (n: number): string => `${n} package${n === 1 ? '' : 's'}`;

/** Makes node_modules what the tree says; resolves to how many were added, changed and removed. */
async function apply(
  sys: Sys,
  dir: string,
  tree: Map<string, LockEntry>,
  omitDev: boolean,
): Promise<{ added: number; changed: number; removed: number; total: number }> {
  const have = present(sys, dir);
  const wanted = [...tree]
    .filter(([, entry]) => !(omitDev && entry.dev))
    .map(([at, entry]) => ({ at, name: nameOf(at), entry }));
  let [added, changed, removed] = [0, 0, 0];
  for (const at of have.keys()) {
    if (wanted.some((place) => place.at === at)) continue;
    removeTree(sys, inDir(dir, at));
    removed++;
  }
  const todo = wanted.filter((place) => have.get(place.at) !== place.entry.version);
  for (const place of todo) {
    if (have.has(place.at)) changed++;
    else added++;
  }
  for (let i = 0; i < todo.length; i += SOCKETS) {
    const part = todo.slice(i, i + SOCKETS);
    const archives = await Promise.all(part.map(({ name, entry }) => fetchArchive(sys, name, entry)));
    for (const [j, place] of part.entries()) await lay(sys, dir, place, archives[j]!);
  }
  if (wanted.length) {
    mkdirs(sys, inDir(dir, 'node_modules'));
    linkCommands(sys, inDir(dir, 'node_modules'), wanted);
    writeJson(sys, inDir(dir, 'node_modules/.package-lock.json'), {
      lockfileVersion: 3,
      requires: true,
      packages: Object.fromEntries(wanted.map(({ at, entry }) => [at, entry])),
    });
  }
  return { added, changed, removed, total: wanted.length };
}

function summary(
  sys: Sys,
  done: { added: number; changed: number; removed: number; total: number },
  started: number,
): string {
  const parts = [
    ...(done.added ? [`added ${count(done.added)}`] : []),
    ...(done.removed ? [`removed ${count(done.removed)}`] : []),
    ...(done.changed ? [`changed ${count(done.changed)}`] : []),
  ];
  const funded = Math.floor(done.total * 0.22);
  const head = parts.length ? `${parts.join(', ')}, and` : 'up to date,';
  const funding = funded
    ? `\n${count(funded)} ${funded === 1 ? 'is' : 'are'} looking for funding\n  run \`npm fund\` for details\n`
    : '';
  return `\n${head} audited ${count(done.total + 1)} in ${took(sys.now() - started)}\n${funding}\nfound 0 vulnerabilities\n`;
}

const USAGE_CI = [
  '',
  'Clean install a project',
  '',
  'Usage:',
  'npm ci',
  '',
  'Options:',
  '[--install-strategy <hoisted|nested|shallow|linked>] [--legacy-bundling]',
  '[--global-style] [--omit <dev|optional|peer> [--omit <dev|optional|peer> ...]]',
  '[--include <prod|dev|optional|peer> [--include <prod|dev|optional|peer> ...]]',
  '[--strict-peer-deps] [--foreground-scripts] [--ignore-scripts] [--no-audit]',
  '[--no-bin-links] [--no-fund] [--dry-run]',
  '[-w|--workspace <workspace-name> [-w|--workspace <workspace-name> ...]]',
  '[-ws|--workspaces] [--include-workspace-root] [--install-links]',
  '',
  'aliases: clean-install, ic, install-clean, isntall-clean',
  '',
  'Run "npm help ci" for more info',
];

/** npm ci: exactly what the lock file says, into an empty node_modules. */
export async function cleanInstall(sys: Sys, options: InstallOptions): Promise<number> {
  const started = sys.now();
  const dir = projectDir(sys);
  const lock = readLock(sys, dir);
  if (!lock)
    throw new NpmFailure([
      'code EUSAGE',
      '',
      'The `npm ci` command can only install with an existing package-lock.json or',
      'npm-shrinkwrap.json with lockfileVersion >= 1. Run an install with npm@5 or',
      'later to generate a package-lock.json file, then try again.',
      ...USAGE_CI,
    ]);
  const manifest = readManifest(sys, dir);
  const missing = Object.entries({ ...manifest.devDependencies, ...manifest.dependencies }).flatMap(([name, range]) => {
    const locked = lock.packages[`node_modules/${name}`];
    if (!locked) return [`Missing: ${name}@${range} from lock file`];
    return satisfies(locked.version ?? '', range)
      ? []
      : [`Invalid: lock file's ${name}@${locked.version} does not satisfy ${name}@${range}`];
  });
  if (missing.length)
    throw new NpmFailure([
      'code EUSAGE',
      '',
      '`npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.',
      '',
      ...missing,
      ...USAGE_CI,
    ]);
  removeTree(sys, inDir(dir, 'node_modules'));
  const tree = new Map(Object.entries(lock.packages).filter(([at]) => at !== ''));
  const done = await apply(sys, dir, tree, options.omitDev);
  await hooks(sys, dir, manifest, options);
  await finish(sys, options, summary(sys, done, started));
  return 0;
}

async function finish(sys: Sys, options: InstallOptions, text: string): Promise<void> {
  if (options.silent) return;
  await sys.write(1, text);
  const notice = updateNotice(sys);
  if (notice) await sys.write(2, notice);
}

/** Scripts that run with an install. */
async function hooks(sys: Sys, dir: string, manifest: Manifest, options: InstallOptions): Promise<void> {
  const { runScript } = await sys.external(import('./scripts.ts'));
  for (const name of ['preinstall', 'install', 'postinstall', ...(options.omitDev ? [] : ['prepare'])]) {
    const command = manifest.scripts?.[name];
    if (command === undefined) continue;
    const code = await runScript(sys, dir, manifest, name, command, []);
    if (code !== 0)
      throw new NpmFailure([`code ${code}`, `path ${dir}`, 'command failed', `command sh -c ${command}`], code);
  }
}

const specOf = (text: string): [string, string] => {
  const at = text.lastIndexOf('@');
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, 'latest'];
};

async function installGlobally(sys: Sys, specs: readonly string[], options: InstallOptions): Promise<number> {
  const started = sys.now();
  const index = new Index(sys);
  const prefix = '/usr/local/lib';
  let added = 0;
  for (const spec of specs) {
    const [name, range] = specOf(spec);
    if (name === 'npm') continue;
    const found = await index.pick(name, range);
    const entry = entryOf(found, false);
    await lay(sys, prefix, { at: `node_modules/${name}`, name, entry }, await fetchArchive(sys, name, entry));
    const tree = await resolveTree(sys, { dependencies: { ...found.dependencies } }, undefined);
    for (const [at, need] of tree)
      await lay(
        sys,
        `${prefix}/node_modules/${name}`,
        { at, name: nameOf(at), entry: need },
        await fetchArchive(sys, nameOf(at), need),
      );
    linkCommands(sys, `${prefix}/node_modules`, [{ at: `node_modules/${name}`, name, entry }], '/usr/local/bin');
    added += 1 + tree.size;
  }
  if (!options.silent) await sys.write(1, `\nadded ${count(added)} in ${took(sys.now() - started)}\n`);
  return 0;
}

/** npm install: what package.json says, and the packages named. */
export async function install(sys: Sys, specs: readonly string[], options: InstallOptions): Promise<number> {
  if (options.global) return installGlobally(sys, specs, options);
  const started = sys.now();
  const dir = projectDir(sys);
  const manifest: Manifest = exists(sys, inDir(dir, 'package.json')) ? readManifest(sys, dir) : {};
  const lock = readLock(sys, dir);
  if (specs.length) {
    const index = new Index(sys);
    for (const spec of specs) {
      const [name, range] = specOf(spec);
      const found = await index.pick(name, range);
      if (found.deprecated && !options.silent)
        await sys.write(2, `npm warn deprecated ${name}@${found.version}: ${found.deprecated}\n`);
      const saved = options.saveExact
        ? found.version
        : /^[\d^~><=]/.test(range) && range !== found.version
          ? range
          : `^${found.version}`;
      const [kind, other] = options.saveDev
        ? (['devDependencies', 'dependencies'] as const)
        : (['dependencies', 'devDependencies'] as const);
      if (manifest[other]) delete manifest[other][name];
      manifest[kind] = sortedDependencies({ ...manifest[kind], [name]: saved });
      if (manifest[other] && Object.keys(manifest[other]).length === 0) delete manifest[other];
    }
  }
  return settle(sys, dir, manifest, lock, options, started, specs.length > 0);
}

/** npm uninstall. */
export async function uninstall(sys: Sys, names: readonly string[], options: InstallOptions): Promise<number> {
  const started = sys.now();
  if (options.global) {
    for (const name of names) removeTree(sys, `/usr/local/lib/node_modules/${name}`);
    await finish(sys, options, `\nremoved ${count(names.length)} in ${took(sys.now() - started)}\n`);
    return 0;
  }
  const dir = projectDir(sys);
  const manifest = readManifest(sys, dir);
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    for (const name of names) delete manifest[kind]?.[name];
    if (manifest[kind] && Object.keys(manifest[kind]).length === 0) delete manifest[kind];
  }
  return settle(sys, dir, manifest, readLock(sys, dir), options, started, true);
}

async function settle(
  sys: Sys,
  dir: string,
  manifest: Manifest,
  lock: Lock | undefined,
  options: InstallOptions,
  started: number,
  changed: boolean,
): Promise<number> {
  const tree = await resolveTree(sys, manifest, lock);
  const done = options.lockOnly
    ? { added: 0, changed: 0, removed: 0, total: tree.size }
    : await apply(sys, dir, tree, options.omitDev);
  if (changed && !options.noSave) writeJson(sys, inDir(dir, 'package.json'), manifest);
  if (!options.noSave && (exists(sys, inDir(dir, 'package.json')) || tree.size)) {
    const name = manifest.name ?? dir.split('/').pop()!;
    const { dependencies, devDependencies, version } = manifest;
    const root: LockEntry = {
      ...(manifest.name !== undefined && { name: manifest.name }),
      ...(version !== undefined && { version }),
      ...(typeof manifest.license === 'string' && { license: manifest.license }),
      ...(dependencies && { dependencies }),
      ...(devDependencies && { devDependencies }),
    };
    writeJson(sys, inDir(dir, 'package-lock.json'), {
      name,
      ...(version !== undefined && { version }),
      lockfileVersion: 3,
      requires: true,
      packages: { '': root, ...Object.fromEntries(tree) },
    });
  }
  await hooks(sys, dir, manifest, options);
  await finish(sys, options, summary(sys, done, started));
  return 0;
}
