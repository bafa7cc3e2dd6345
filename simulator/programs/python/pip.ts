/** pip: installs from the simulated package index into site-packages, lists, shows, uninstalls, freezes. */
import { isErrno } from '../../kernel/errno.ts';
import { fillerData } from '../../kernel/fs/data.ts';
import type { Sys } from '../../kernel/abi.ts';
import type { Program } from '../../kernel/programs.ts';
import { PYTHON_PACKAGES, type PythonPackage } from './packages.ts';
import { pythonMinor, sitePackages } from './site.ts';

const PIP = '25.2';
/** Bytes the index sends in a virtual millisecond. */
const SPEED = 12_000;

interface Wanted {
  readonly name: string;
  /** As pip shows it: `flask==3.1.2`, or with `(from flask)`. */
  readonly shown: string;
  readonly version: string | undefined;
  readonly from: string;
}

const canonical = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[._]+/g, '-')
    .replace(/\[.*\]$/, '');
const exists = (sys: Sys, path: string): boolean => {
  try {
    sys.stat(path);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
};
const size = (kB: number): string => (kB >= 1000 ? `${(kB / 1000).toFixed(1)} MB` : `${kB} kB`);

function requirement(text: string, from: string): Wanted {
  const [, name = text, , version] = /^([\w.-]+(?:\[[\w,]+\])?)\s*(==|>=|<=|~=|!=|>|<)?\s*([^\s;,]*)?/.exec(text) ?? [];
  const exact = /==/.test(text) ? version : undefined;
  return { name: canonical(name), shown: text.replace(/\s+/g, ''), version: exact, from };
}

function mkdirs(sys: Sys, path: string): void {
  let at = '';
  for (const name of path.split('/').filter(Boolean)) {
    at += `/${name}`;
    if (!exists(sys, at)) sys.mkdir(at, 0o755);
  }
}

/** Installed packages: canonical name → version, from the .dist-info folders. */
function installed(sys: Sys): Map<string, string> {
  const found = new Map<string, string>();
  const dir = sitePackages(sys);
  if (!exists(sys, dir)) return found;
  for (const { name } of sys.readdir(dir)) {
    const match = /^(.+)-([^-]+)\.dist-info$/.exec(name);
    if (match) found.set(canonical(match[1]!), match[2]!);
  }
  return found;
}

async function readRequirements(sys: Sys, file: string): Promise<Wanted[] | number> {
  try {
    return sys
      .readText(file)
      .split('\n')
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('-'))
      .map((line, i) => requirement(line, `(from -r ${file} (line ${i + 1}))`));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await sys.write(
      2,
      `ERROR: Could not open requirements file: [Errno ${error.number}] ${error.message}: '${file}'\n`,
    );
    return 1;
  }
}

/** The words of the marker file (PEP 668) by which a distribution keeps pip out of its own python3. */
function externallyManaged(sys: Sys): string | undefined {
  const marker = `/usr/lib/python${pythonMinor(sys)}/EXTERNALLY-MANAGED`;
  if (sys.env.PYTHON_VERSION || !exists(sys, marker)) return undefined;
  return sys.readText(marker).split('Error=')[1]?.trimEnd() ?? '';
}

/** pip's answer where the distribution manages the environment. */
const refusal = (marker: string): string =>
  `error: externally-managed-environment

× This environment is externally managed
╰─> ${marker
    .split('\n')
    .map((line, i) => (i ? `    ${line.trim()}` : line))
    .join('\n')}

note: If you believe this is a mistake, please contact your Python installation or OS distribution provider. You can override this, at the risk of breaking your Python installation or OS, by passing --break-system-packages.
hint: See PEP 668 for the detailed specification.
`;

async function install(sys: Sys, args: readonly string[]): Promise<number> {
  const quiet = args.includes('-q') || args.includes('--quiet');
  const say = async (text: string): Promise<void> => {
    if (!quiet) await sys.write(1, `${text}\n`);
  };
  const marker = externallyManaged(sys);
  if (marker !== undefined && !args.includes('--break-system-packages') && !sys.env.PIP_BREAK_SYSTEM_PACKAGES) {
    await sys.write(2, refusal(marker));
    return 1;
  }
  const wanted: Wanted[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-r' || arg === '--requirement') {
      const list = await readRequirements(sys, args[++i] ?? '');
      if (typeof list === 'number') return list;
      wanted.push(...list);
    } else if (!arg.startsWith('-')) wanted.push(requirement(arg, ''));
  }
  if (!wanted.length) {
    await sys.write(2, 'ERROR: You must give at least one requirement to install (see "pip help install")\n');
    return 1;
  }
  const have = installed(sys);
  const chosen = new Map<string, { pkg: PythonPackage; version: string }>();
  const queue = [...wanted];
  const cached: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (chosen.has(next.name)) continue;
    const pkg = PYTHON_PACKAGES[next.name];
    const shown = `${next.shown}${next.from ? ` ${next.from}` : ''}`;
    await sys.sleep(60);
    const old = have.get(next.name);
    if (old !== undefined && (next.version === undefined || next.version === old)) {
      await say(
        `Requirement already satisfied: ${next.shown} in ${sitePackages(sys)} ${next.from ? `${next.from} ` : ''}(${old})`,
      );
      chosen.set(next.name, { pkg: pkg ?? { version: old, needs: [], wheel: 0, unpacked: 0 }, version: '' });
      continue;
    }
    if (!pkg || (next.version !== undefined && !/^\d[\w.]*$/.test(next.version))) {
      await sys.write(
        2,
        `ERROR: Could not find a version that satisfies the requirement ${shown} (from versions: none)\nERROR: No matching distribution found for ${next.shown}\n`,
      );
      return 1;
    }
    const version = next.version ?? pkg.version;
    chosen.set(next.name, { pkg, version });
    const file = next.name.replaceAll('-', '_');
    const tag = pkg.binary
      ? `cp${pythonMinor(sys).replace('.', '')}-cp${pythonMinor(sys).replace('.', '')}-manylinux_2_17_x86_64.manylinux2014_x86_64`
      : 'py3-none-any';
    await say(`Collecting ${shown}`);
    await sys.sleep(40);
    await say(
      `  Downloading ${file}-${version}-${tag}.whl${pkg.binary ? '.metadata' : '.metadata'} (${Math.max(1, Math.round(pkg.wheel / 20) / 10)} kB)`,
    );
    cached.push(`Downloading ${file}-${version}-${tag}.whl (${size(pkg.wheel)})`);
    queue.push(
      ...pkg.needs.map((need) => ({
        name: need,
        shown: need,
        version: undefined,
        from: `(from ${next.shown}${next.from ? `->${next.from.slice(6)}` : ')'}`,
      })),
    );
  }
  const fresh = [...chosen].filter(([, c]) => c.version !== '');
  for (const line of cached) await say(line);
  for (const [, { pkg }] of fresh) await sys.sleep((pkg.wheel * 1000) / SPEED);
  if (fresh.length) {
    await say(
      `Installing collected packages: ${fresh
        .map(([name]) => name)
        .sort()
        .join(', ')}`,
    );
    for (const [name, { pkg, version }] of fresh) {
      if (!(await lay(sys, name, pkg, version))) return 1;
    }
    await say(
      `\nSuccessfully installed ${fresh
        .map(([name, c]) => `${name}-${c.version}`)
        .sort()
        .join(' ')}`,
    );
  }
  if (sys.uid === 0) {
    await sys.write(
      2,
      "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager, possibly rendering your system unusable. It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv. Use the --root-user-action option if you know what you are doing and want to suppress this warning.\n",
    );
  }
  return 0;
}

/** Writes a package's files. */
async function lay(sys: Sys, name: string, pkg: PythonPackage, version: string): Promise<boolean> {
  const dir = sitePackages(sys);
  const module = name.replaceAll('-', '_');
  const info = `${dir}/${module}-${version}.dist-info`;
  try {
    mkdirs(sys, `${dir}/${module}`);
    mkdirs(sys, info);
    sys.writeFile(`${dir}/${module}/__init__.py`, `__version__ = '${version}'\n`, 0o644);
    // As compressible as the wheel was.
    const bytes = fillerData(
      pkg.unpacked * 1000,
      name.length * 7919 + version.length,
      undefined,
      Math.min(1, pkg.wheel / pkg.unpacked),
    );
    for (let part = 0, at = 0; at < bytes.size; part++, at += 2_000_000) {
      sys.writeFile(
        `${dir}/${module}/${pkg.binary ? `_core${part || ''}.so` : `_code${part || ''}.pyc`}`,
        bytes.slice(at, at + 2_000_000),
        0o644,
      );
    }
    sys.writeFile(`${info}/METADATA`, `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n`, 0o644);
    sys.writeFile(`${info}/INSTALLER`, 'pip\n', 0o644);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await sys.write(
      2,
      `ERROR: Could not install packages due to an OSError: [Errno ${error.number}] ${error.message}: '${dir}/${module}'\nConsider using the \`--user\` option or check the permissions.\n\n`,
    );
    return false;
  }
  await sys.compute(pkg.unpacked / 200);
  return true;
}

function removeTree(sys: Sys, path: string): void {
  if (!exists(sys, path)) return;
  for (const entry of sys.readdir(path)) {
    if (entry.type === 'dir') removeTree(sys, `${path}/${entry.name}`);
    else sys.unlink(`${path}/${entry.name}`);
  }
  sys.rmdir(path);
}

/** Runs `pip ARGS`; resolves to the exit code. */
export async function runPip(sys: Sys, args: readonly string[]): Promise<number> {
  const [command, ...rest] = args.filter(
    (a) =>
      !/^--(no-cache-dir|disable-pip-version-check|root-user-action.*|no-input|upgrade|user|prefer-binary|no-warn-script-location)$/.test(
        a,
      ),
  );
  switch (command) {
    case 'install':
      return install(sys, rest);
    case 'uninstall': {
      const dir = sitePackages(sys);
      for (const name of rest.filter((a) => !a.startsWith('-')).map(canonical)) {
        const version = installed(sys).get(name);
        if (version === undefined) {
          await sys.write(2, `WARNING: Skipping ${name} as it is not installed.\n`);
          continue;
        }
        const module = name.replaceAll('-', '_');
        await sys.write(1, `Found existing installation: ${name} ${version}\nUninstalling ${name}-${version}:\n`);
        removeTree(sys, `${dir}/${module}`);
        removeTree(sys, `${dir}/${module}-${version}.dist-info`);
        await sys.write(1, `  Successfully uninstalled ${name}-${version}\n`);
      }
      return 0;
    }
    case 'list': {
      const all = [...installed(sys), ['pip', PIP] as const].sort(([a], [b]) => (a < b ? -1 : 1));
      const width = Math.max(7, ...all.map(([n]) => n.length));
      const versions = Math.max(7, ...all.map(([, v]) => v.length));
      await sys.write(
        1,
        `${'Package'.padEnd(width)} Version\n${'-'.repeat(width)} ${'-'.repeat(versions)}\n${all.map(([n, v]) => `${n.padEnd(width)} ${v}\n`).join('')}`,
      );
      return 0;
    }
    case 'freeze': {
      const all = [...installed(sys)].sort(([a], [b]) => (a < b ? -1 : 1));
      await sys.write(1, all.map(([n, v]) => `${n}==${v}\n`).join(''));
      return 0;
    }
    case 'show': {
      const name = canonical(rest[0] ?? '');
      const version = installed(sys).get(name);
      if (version === undefined) {
        await sys.write(2, `WARNING: Package(s) not found: ${rest[0] ?? ''}\n`);
        return 1;
      }
      await sys.write(
        1,
        `Name: ${name}\nVersion: ${version}\nLocation: ${sitePackages(sys)}\nRequires: ${(PYTHON_PACKAGES[name]?.needs ?? []).join(', ')}\n`,
      );
      return 0;
    }
    case '--version':
    case '-V':
      await sys.write(1, `pip ${PIP} from ${sitePackages(sys)}/pip (python ${pythonMinor(sys)})\n`);
      return 0;
    case undefined:
    case 'help':
    case '--help':
      await sys.write(
        1,
        '\nUsage:   \n  pip <command> [options]\n\nCommands:\n  install                     Install packages.\n  uninstall                   Uninstall packages.\n  freeze                      Output installed packages in requirements format.\n  list                        List installed packages.\n  show                        Show information about installed packages.\n',
      );
      return 0;
    default:
      await sys.write(2, `ERROR: unknown command "${command}"\n`);
      return 1;
  }
}

export const pip: Program = (sys) => runPip(sys, sys.argv.slice(1));
