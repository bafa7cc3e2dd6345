/** npm and npx: installs from the simulated index, runs scripts, lists, makes a package.json. */
import { isErrno } from '../../../kernel/errno.ts';
import type { Sys } from '../../../kernel/abi.ts';
import type { Program } from '../../../kernel/programs.ts';
import { nodeVersion } from '../about.ts';
import { cleanInstall, install, removeTree, uninstall, type InstallOptions } from './install.ts';
import { exists, inDir, parseJson, projectDir, readManifest, type LockEntry, type Manifest } from './project.ts';
import { cacheDir, fileFailure, NpmFailure, npmVersion, reportFailure } from './report.ts';
import { execute, listScripts, run } from './scripts.ts';
import { satisfies } from './versions.ts';

const USAGE = `npm <command>

Usage:

npm install        install all the dependencies in your project
npm install <foo>  add the <foo> dependency to your project
npm test           run this project's tests
npm run <foo>      run the script named <foo>
npm <command> -h   quick help on <command>
npm -l             display usage info for all commands
npm help <term>    search for help on <term>
npm help npm       more involved overview

All commands:

    cache, ci, exec, help, init, install, ls, run-script, start,
    test, uninstall

Specify configs in the ini-formatted file:
    /root/.npmrc
or on the command line via: npm <command> --key=value

More configuration info: npm help config
Configuration fields: npm help 7 config
`;

interface Words {
  readonly names: string[];
  readonly flags: Map<string, string>;
  /** After `--`. */
  readonly rest: string[];
}

const SHORT: Readonly<Record<string, string>> = {
  D: 'save-dev',
  E: 'save-exact',
  g: 'global',
  S: 'save',
  s: 'silent',
  y: 'yes',
  v: 'version',
  h: 'help',
  P: 'save-prod',
  l: 'long',
  a: 'all',
  q: 'quiet',
  f: 'force',
};
const TAKES = new Set([
  'omit',
  'include',
  'only',
  'loglevel',
  'prefix',
  'cache',
  'registry',
  'depth',
  'w',
  'workspace',
  'fetch-retries',
  'fetch-timeout',
]);

function readWords(args: readonly string[]): Words {
  const words: Words = { names: [], flags: new Map(), rest: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      words.rest.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const at = arg.indexOf('=');
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      const old = words.flags.get(name);
      const value = at >= 0 ? arg.slice(at + 1) : TAKES.has(name) ? (args[++i] ?? '') : 'true';
      words.flags.set(name, old === undefined ? value : `${old},${value}`);
    } else if (/^-[a-zA-Z]+$/.test(arg)) {
      for (const letter of arg.slice(1)) words.flags.set(SHORT[letter] ?? letter, 'true');
    } else words.names.push(arg);
  }
  return words;
}

function installOptions(sys: Sys, { flags }: Words): InstallOptions {
  const on = (name: string): boolean => flags.has(name) && flags.get(name) !== 'false';
  const dev = (flags.get('include') ?? '').split(',').includes('dev');
  const omit = (flags.get('omit') ?? sys.env.npm_config_omit ?? sys.env.NPM_CONFIG_OMIT ?? '')
    .split(/[, ]/)
    .includes('dev');
  const production =
    on('production') ||
    flags.get('only') === 'production' ||
    flags.get('only') === 'prod' ||
    sys.env.NODE_ENV === 'production';
  return {
    omitDev: !dev && (omit || (production && flags.get('production') !== 'false')),
    global: on('global'),
    saveDev: on('save-dev'),
    saveExact: on('save-exact'),
    noSave: flags.get('save') === 'false' || on('no-save'),
    lockOnly: on('package-lock-only'),
    silent: on('silent') || flags.get('loglevel') === 'silent',
  };
}

async function list(sys: Sys, words: Words): Promise<number> {
  const global = words.flags.has('global');
  const dir = global ? '/usr/local/lib' : projectDir(sys);
  const manifest: Manifest = !global && exists(sys, inDir(dir, 'package.json')) ? readManifest(sys, dir) : {};
  const version = (path: string): string | undefined =>
    exists(sys, `${path}/package.json`) ? parseJson<Manifest>(sys, `${path}/package.json`).version : undefined;
  const problems: string[] = [];
  const rows: { text: string; needs: readonly string[] }[] = [];
  const modules = inDir(dir, 'node_modules');
  const who = `${manifest.name ?? ''}@${manifest.version ?? ''}`;
  const wanted = global
    ? sys.readdir(modules).map((entry) => [entry.name, '*'] as const)
    : Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const [name, range] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const there = version(`${modules}/${name}`);
    if (there === undefined) {
      rows.push({ text: `UNMET DEPENDENCY ${name}@${range}`, needs: [] });
      problems.push(`missing: ${name}@${range}, required by ${who}`);
    } else {
      const invalid = !satisfies(there, range);
      if (invalid) problems.push(`invalid: ${name}@${there} ${modules}/${name}`);
      const needs =
        words.flags.has('all') || Number(words.flags.get('depth') ?? 0) > 0
          ? Object.keys(parseJson<LockEntry>(sys, `${modules}/${name}/package.json`).dependencies ?? {}).map(
              (need) => `${need}@${version(`${modules}/${need}`) ?? ''}`,
            )
          : [];
      rows.push({ text: `${name}@${there}${invalid ? ` invalid: "${range}" from the root project` : ''}`, needs });
    }
  }
  const lines = rows.flatMap(({ text, needs }, i) => {
    const last = i === rows.length - 1;
    return [
      `${last ? '└' : '├'}─${needs.length ? '┬' : '─'} ${text}`,
      ...needs.map((need, j) => `${last ? ' ' : '│'} ${j === needs.length - 1 ? '└' : '├'}── ${need}`),
    ];
  });
  const head = global ? '/usr/local/lib' : manifest.name === undefined ? dir : `${who} ${dir}`;
  await sys.write(1, `${[head, ...(lines.length ? lines : ['└── (empty)'])].join('\n')}\n\n`);
  if (problems.length) throw new NpmFailure(['code ELSPROBLEMS', ...problems]);
  return 0;
}

async function init(sys: Sys): Promise<number> {
  const dir = sys.cwd();
  const path = inDir(dir, 'package.json');
  const old: Manifest = exists(sys, path) ? parseJson<Manifest>(sys, path) : {};
  const made = {
    name: (dir.split('/').pop() || 'root').toLowerCase(),
    version: '1.0.0',
    main: exists(sys, inDir(dir, 'server.js')) && !exists(sys, inDir(dir, 'index.js')) ? 'server.js' : 'index.js',
    scripts: {
      ...(exists(sys, inDir(dir, 'server.js')) && { start: 'node server.js' }),
      test: 'echo "Error: no test specified" && exit 1',
    },
    keywords: [],
    author: '',
    license: 'ISC',
    description: '',
    ...old,
  };
  const text = JSON.stringify(made, undefined, 2);
  try {
    sys.writeFile(path, `${text}\n`);
  } catch (error) {
    throw fileFailure(error, 'open', path);
  }
  await sys.write(1, `Wrote to ${path}:\n\n${text}\n\n\n\n`);
  return 0;
}

async function cache(sys: Sys, words: Words): Promise<number> {
  const [action] = words.names;
  if (action === 'clean' || action === 'clear') {
    if (!words.flags.has('force'))
      throw new NpmFailure([
        'As of npm@5, the npm cache self-heals from corruption issues',
        'by treating integrity mismatches as cache misses.  As a result,',
        'data extracted from the cache is guaranteed to be valid.  If you',
        'want to make sure everything is consistent, use `npm cache verify`',
        'instead.  Deleting the cache can only make npm go slower, and is',
        'not likely to correct any problems you may be encountering!',
        '',
        "On the other hand, if you're debugging an issue with the installer,",
        'or race conditions that depend on the timing of writing to an empty',
        'cache, you can use `npm install --cache /tmp/empty-cache` to use a',
        'temporary cache instead of nuking the actual one.',
        '',
        "If you're sure you want to delete the entire cache, rerun this command",
        'with --force.',
      ]);
    await sys.write(2, 'npm warn using --force Recommended protections disabled.\n');
    removeTree(sys, `${cacheDir(sys)}/_cacache`);
    return 0;
  }
  if (action === 'verify') {
    await sys.write(1, `Cache verified and compressed (${cacheDir(sys)}/_cacache)\n`);
    return 0;
  }
  throw new NpmFailure(
    [
      'code EUSAGE',
      '',
      'Manipulates packages cache',
      '',
      'Usage:',
      'npm cache add <package-spec>',
      'npm cache clean [<key>]',
      'npm cache verify',
    ],
    1,
    false,
  );
}

async function command(sys: Sys, name: string | undefined, args: readonly string[], words: Words): Promise<number> {
  const scripted = { silent: words.flags.has('silent'), ifPresent: words.flags.has('if-present') };
  switch (name) {
    case 'install':
    case 'i':
    case 'in':
    case 'add':
      return install(sys, words.names, installOptions(sys, words));
    case 'ci':
    case 'clean-install':
    case 'ic':
      return cleanInstall(sys, installOptions(sys, words));
    case 'uninstall':
    case 'un':
    case 'remove':
    case 'rm':
    case 'r':
      return uninstall(sys, words.names, installOptions(sys, words));
    case 'prune':
      return install(sys, [], installOptions(sys, words));
    case 'run':
    case 'run-script':
      if (words.names[0] === undefined) return listScripts(sys);
      return run(sys, words.names[0], [...words.names.slice(1), ...words.rest], scripted);
    case 'start':
    case 'test':
    case 't':
    case 'stop':
    case 'restart':
      return run(sys, name === 't' ? 'test' : name, [...words.names, ...words.rest], scripted);
    case 'exec':
    case 'x':
      return execute(sys, args);
    case 'ls':
    case 'list':
    case 'la':
    case 'll':
      return list(sys, words);
    case 'init':
    case 'create':
      if (!words.flags.has('yes') && !words.flags.has('y'))
        throw new NpmFailure(
          ['the questions of npm init are not simulated on this machine; npm init -y answers them all'],
          1,
          false,
        );
      return init(sys);
    case 'cache':
      return cache(sys, words);
    case 'audit':
      await sys.write(1, 'found 0 vulnerabilities\n');
      return 0;
    case 'fund':
    case 'config':
    case 'set':
      return 0;
    case 'root':
      await sys.write(1, `${inDir(projectDir(sys), 'node_modules')}\n`);
      return 0;
    case 'prefix':
      await sys.write(1, `${words.flags.has('global') ? '/usr/local' : projectDir(sys)}\n`);
      return 0;
    case 'version':
      await sys.write(1, `{\n  npm: '${npmVersion(sys)}',\n  node: '${nodeVersion(sys)}'\n}\n`);
      return 0;
    case undefined:
    case 'help':
      await sys.write(1, USAGE.replace('/root/.npmrc', `${sys.env.HOME ?? '/root'}/.npmrc`));
      return name === undefined && !words.flags.has('help') ? 1 : 0;
    default:
      await sys.write(1, `Unknown command: "${name}"\n\n\nTo see a list of supported npm commands, run:\n  npm help\n`);
      return 1;
  }
}

async function guarded(sys: Sys, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NpmFailure) return reportFailure(sys, error);
    if (isErrno(error)) return reportFailure(sys, fileFailure(error, 'open', error.subject));
    throw error;
  }
}

export const npm: Program = (sys) =>
  guarded(sys, async () => {
    sys.memory(60_000_000);
    await sys.compute(120);
    const all = readWords(sys.argv.slice(1));
    if (all.flags.has('version') && all.names.length === 0) {
      await sys.write(1, `${npmVersion(sys)}\n`);
      return 0;
    }
    const prefix = all.flags.get('prefix');
    if (prefix !== undefined) sys.chdir(prefix);
    const [name, ...names] = all.names;
    const at = sys.argv.indexOf(name ?? '');
    return command(sys, name, sys.argv.slice(at + 1), { ...all, names });
  });

export const npx: Program = (sys) =>
  guarded(sys, async () => {
    await sys.compute(120);
    if (['-v', '--version'].includes(sys.argv[1] ?? '')) {
      await sys.write(1, `${npmVersion(sys)}\n`);
      return 0;
    }
    return execute(sys, sys.argv.slice(1));
  });
