/** npm run, start, test and exec: a script of package.json in a shell, with the project's commands on its PATH. */
import type { Sys } from '../../../kernel/abi.ts';
import type { SignalName } from '../../../kernel/signals.ts';
import { exists, inDir, projectDir, readManifest, type Manifest } from './project.ts';
import { NpmFailure, npmVersion } from './report.ts';

const quote = (arg: string): string => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `"${arg.replace(/(["\\$`])/g, '\\$1')}"`);

/** Runs a command line as npm runs scripts; signals go on to it. Resolves to its exit code. */
async function shell(sys: Sys, dir: string, manifest: Manifest, event: string, command: string): Promise<number> {
  const path: string[] = [];
  for (let at = dir; ; at = at.replace(/\/[^/]*$/, '') || '/') {
    path.push(inDir(at, 'node_modules/.bin'));
    if (at === '/') break;
  }
  const version = npmVersion(sys);
  const pid = sys.spawn({
    argv: ['sh', '-c', command],
    cwd: dir,
    env: {
      ...sys.env,
      PATH: [
        ...path,
        '/usr/local/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
        sys.env.PATH ?? '',
      ].join(':'),
      INIT_CWD: sys.cwd(),
      NODE: '/usr/local/bin/node',
      npm_command: event === 'start' || event === 'test' ? event : 'run-script',
      npm_lifecycle_event: event,
      npm_lifecycle_script: command,
      npm_package_json: inDir(dir, 'package.json'),
      ...(manifest.name !== undefined && { npm_package_name: manifest.name }),
      ...(manifest.version !== undefined && { npm_package_version: manifest.version }),
      npm_config_user_agent: `npm/${version} node/v${sys.env.NODE_VERSION ?? '22'} linux x64 workspaces/false`,
      npm_execpath: '/usr/local/lib/node_modules/npm/bin/npm-cli.js',
      npm_node_execpath: '/usr/local/bin/node',
    },
  });
  const forward = (signal: SignalName): void => sys.kill(pid, signal);
  sys.signal('SIGTERM', forward);
  sys.signal('SIGINT', () => undefined); // the terminal sends it to the whole group
  const status = (await sys.wait(pid))?.status;
  if (status && 'code' in status) return status.code;
  if (status && 'signal' in status)
    throw new NpmFailure([`path ${dir}`, 'command failed', `signal ${status.signal}`, `command sh -c ${command}`], 1);
  return 1;
}

/** One script with its heading. */
export async function runScript(
  sys: Sys,
  dir: string,
  manifest: Manifest,
  event: string,
  command: string,
  args: readonly string[],
  silent = false,
): Promise<number> {
  const line = [command, ...args.map(quote)].join(' ');
  const who =
    manifest.name === undefined
      ? ''
      : `${manifest.name}${manifest.version === undefined ? '' : `@${manifest.version}`} `;
  if (!silent) await sys.write(1, `\n> ${who}${event}\n> ${line}\n\n`);
  return shell(sys, dir, manifest, event, line);
}

/** npm run NAME, with what runs before and after it. */
export async function run(
  sys: Sys,
  name: string,
  args: readonly string[],
  options: { silent: boolean; ifPresent: boolean },
): Promise<number> {
  const dir = projectDir(sys);
  const manifest = readManifest(sys, dir);
  const scripts: Record<string, string> = { ...manifest.scripts };
  if (scripts.start === undefined && name === 'start' && exists(sys, inDir(dir, 'server.js')))
    scripts.start = 'node server.js';
  const command = scripts[name];
  if (command === undefined) {
    if (options.ifPresent) return 0;
    const near = Object.keys(scripts).filter((other) => other.startsWith(name.slice(0, 3)) || other.includes(name));
    const hint = near.length
      ? [
          `Did you mean ${near.length === 1 ? 'this' : 'one of these'}?`,
          ...near.map((other) => `  npm run ${other} # run the "${other}" package script`),
          '',
        ]
      : [];
    throw new NpmFailure([`Missing script: "${name}"`, '', ...hint, 'To see a list of scripts, run:', '  npm run']);
  }
  for (const [event, line] of [
    [`pre${name}`, scripts[`pre${name}`]],
    [name, command],
    [`post${name}`, scripts[`post${name}`]],
  ] as const) {
    if (line === undefined) continue;
    const code = await runScript(sys, dir, manifest, event, line, event === name ? args : [], options.silent);
    if (code !== 0) return code;
  }
  return 0;
}

/** npm run without a name: what there is. */
export async function listScripts(sys: Sys): Promise<number> {
  const manifest = readManifest(sys, projectDir(sys));
  const all = Object.entries(manifest.scripts ?? {});
  if (!all.length) return 0;
  const life = new Set([
    'start',
    'test',
    'stop',
    'restart',
    'install',
    'preinstall',
    'postinstall',
    'prepare',
    'prestart',
    'poststart',
    'pretest',
    'posttest',
  ]);
  const who = `${manifest.name ?? ''}@${manifest.version ?? ''}`;
  const block = (list: [string, string][]): string => list.map(([name, line]) => `  ${name}\n    ${line}\n`).join('');
  const [first, rest] = [all.filter(([name]) => life.has(name)), all.filter(([name]) => !life.has(name))];
  let text = first.length ? `Lifecycle scripts included in ${who}:\n${block(first)}` : '';
  if (rest.length)
    text += `${text ? 'available' : 'Scripts available'} ${text ? 'via `npm run-script`' : `in ${who} via \`npm run-script\``}:\n${block(rest)}`;
  await sys.write(1, text);
  return 0;
}

/** npx: a command of the project or of the system. */
export async function execute(sys: Sys, args: readonly string[]): Promise<number> {
  const rest = args.filter(
    (arg, i) => !(i === 0 && arg === '--') && !(args.indexOf(arg) === i && /^(-y|--yes|--no-install|--no)$/.test(arg)),
  );
  const [command, ...given] = rest;
  if (command === undefined) return 0;
  const dir = projectDir(sys);
  const manifest: Manifest = exists(sys, inDir(dir, 'package.json')) ? readManifest(sys, dir) : {};
  const code = await shell(sys, dir, manifest, 'npx', [command, ...given].map(quote).join(' '));
  return code;
}
