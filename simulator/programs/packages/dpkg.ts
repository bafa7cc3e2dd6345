/** dpkg and dpkg-query: what is installed, and by what. */
import { Exit, type Io, type Tool } from '../io.ts';
import { Database, fullName, type Stanza } from './archive.ts';

const archOf = (stanza: Stanza): string => stanza.get('Architecture') ?? 'amd64';

async function list(io: Io, patterns: readonly string[]): Promise<number> {
  const database = new Database(io.sys);
  const rows: string[][] = [];
  let missing = false;
  const test = (pattern: string): RegExp =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    );
  for (const pattern of patterns.length > 0 ? patterns : ['*']) {
    const found = [...database.stanzas].filter(([name]) => test(pattern).test(name));
    if (found.length === 0) {
      missing = true;
      await io.error(`dpkg-query: no packages found matching ${pattern}\n`);
    }
    for (const [name, stanza] of found) {
      const state = /^deinstall/.test(stanza.get('Status') ?? '') ? 'rc' : 'ii';
      rows.push([
        state,
        fullName(name, archOf(stanza)),
        stanza.get('Version') ?? '',
        archOf(stanza),
        (stanza.get('Description') ?? '').split('\n')[0]!,
      ]);
    }
  }
  if (rows.length === 0) return 1;
  rows.sort((a, b) => (a[1]! < b[1]! ? -1 : 1));
  const width = (column: number, least: number): number => Math.max(least, ...rows.map((row) => row[column]!.length));
  const [name, version, arch] = [width(1, 14), width(2, 12), width(3, 12)];
  const rule = (n: number): string => '='.repeat(n);
  await io.out(
    'Desired=Unknown/Install/Remove/Purge/Hold\n' +
      '| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n' +
      '|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n' +
      `||/ ${'Name'.padEnd(name)} ${'Version'.padEnd(version)} ${'Architecture'.padEnd(arch)} Description\n` +
      `+++-${rule(name)}-${rule(version)}-${rule(arch)}-=================================\n`,
  );
  for (const [state, n, v, a, d] of rows)
    await io.out(`${state}  ${n!.padEnd(name)} ${v!.padEnd(version)} ${a!.padEnd(arch)} ${d}\n`);
  return missing ? 1 : 0;
}

async function packageNotInstalled(io: Io, name: string): Promise<never> {
  await io.error(`dpkg-query: package '${name}' is not installed\n`);
  throw new Exit(1);
}

/** dpkg(1) and dpkg-query(1). */
export const dpkg: Tool = async (io) => {
  const args = [...io.args];
  const first = args.shift() ?? '';
  const database = new Database(io.sys);
  const operands = args.filter((arg) => !arg.startsWith('-'));
  switch (first) {
    case '-l':
    case '--list':
      return list(io, operands);
    case '-L':
    case '--listfiles':
      for (const name of operands) {
        if (!database.installed(name)) await packageNotInstalled(io, name);
        await io.out(
          `/.\n${database
            .files(name)
            .filter((path) => path !== '/.')
            .map((path) => `${path}\n`)
            .join('')}`,
        );
      }
      return 0;
    case '-s':
    case '--status':
      for (const name of operands) {
        const stanza = database.stanzas.get(name);
        if (!stanza) {
          await io.error(`dpkg-query: package '${name}' is not installed and no information is available\n`);
          throw new Exit(1);
        }
        await io.out(`${[...stanza].map(([key, value]) => `${key}: ${value}`).join('\n')}\n`);
      }
      return 0;
    case '-S':
    case '--search': {
      let missing = 0;
      for (const path of operands) {
        const owner = [...database.stanzas].find(([name]) => database.files(name).includes(path));
        if (owner) await io.out(`${fullName(owner[0], archOf(owner[1]))}: ${path}\n`);
        else {
          missing = 1;
          await io.error(`dpkg-query: no path found matching pattern ${path}\n`);
        }
      }
      return missing;
    }
    case '-W':
    case '--show': {
      const format =
        args.find((arg) => /^(-f|--showformat)=/.test(arg))?.replace(/^[^=]+=/, '') ?? '${Package}\\t${Version}\\n';
      const names = operands.length > 0 ? operands : [...database.stanzas.keys()].sort();
      for (const name of names) {
        const stanza = database.stanzas.get(name);
        if (!stanza) {
          await io.error(`dpkg-query: no packages found matching ${name}\n`);
          throw new Exit(1);
        }
        await io.out(
          format
            .replace(/\$\{([^};]+)[^}]*\}/g, (_, key: string) => stanza.get(key) ?? '')
            .replace(/\\n/g, '\n')
            .replace(/\\t/g, '\t'),
        );
      }
      return 0;
    }
    case '--print-architecture':
      await io.out('amd64\n');
      return 0;
    case '--print-foreign-architectures':
    case '--configure':
    case '--add-architecture':
      return 0;
    case '--version':
      await io.out("Debian 'dpkg' package management program version 1.21.22 (amd64).\n");
      return 0;
    case '-i':
    case '--install':
      await io.error(`dpkg: error: cannot access archive '${operands[0] ?? ''}': No such file or directory\n`);
      return 2;
    default:
      await io.error(
        'dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\n',
      );
      return 2;
  }
};
