/** apt-cache, `apt list|show|search`, apt-mark and apt-config: questions about packages. */
import { Exit, type Io, type Tool } from '../io.ts';
import { Database } from './archive.ts';
import { candidates } from './sources.ts';

/** Answers one question; `names` are packages or search words. */
export async function query(io: Io, command: string, names: readonly string[]): Promise<number> {
  const database = new Database(io.sys);
  const offered = candidates(io.sys);
  switch (command) {
    case 'list': {
      await io.out('Listing...\n');
      const installedOnly = io.args.includes('--installed');
      const all = new Set([...database.stanzas.keys(), ...(installedOnly ? [] : offered.keys())]);
      for (const name of [...all].sort()) {
        if (names.length > 0 && !names.some((pattern) => matches(name, pattern))) continue;
        const installed = database.installed(name);
        const candidate = offered.get(name);
        const version = candidate?.version ?? installed?.get('Version') ?? '';
        const suite = candidate?.source.split(' ')[1]?.split('/')[0];
        const where = suite === undefined ? 'now' : `${suite}${installed ? ',now' : ''}`;
        const state = !installed ? '' : suite === undefined ? ' [installed,local]' : ' [installed]';
        await io.out(`${name}/${where} ${version} amd64${state}\n`);
      }
      return 0;
    }
    case 'search':
      for (const [name, candidate] of [...offered].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (names.every((word) => name.includes(word) || candidate.description.includes(word)))
          await io.out(`${name} - ${candidate.description}\n`);
      return 0;
    case 'policy':
      for (const name of names) {
        const installed = database.installed(name)?.get('Version') ?? '(none)';
        const candidate = offered.get(name);
        if (!candidate && installed === '(none)') continue;
        await io.out(`${name}:\n  Installed: ${installed}\n  Candidate: ${candidate?.version ?? installed}\n`);
      }
      return 0;
    default:
      for (const name of names) {
        const candidate = offered.get(name);
        const stanza = database.installed(name);
        if (!candidate && !stanza) {
          await io.error(`E: No packages found\n`);
          throw new Exit(100);
        }
        const fields = candidate
          ? [
              ['Package', name],
              ['Version', candidate.version],
              ['Installed-Size', `${candidate.installed}`],
              ['Depends', candidate.depends.join(', ')],
              ['Description', candidate.description],
            ]
          : [...stanza!];
        await io.out(
          `${fields
            .filter(([, value]) => value !== '')
            .map(([key, value]) => `${key}: ${value}`)
            .join('\n')}\n\n`,
        );
      }
      return 0;
  }
}

const matches = (name: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  ).test(name);

export const aptCache: Tool = async (io) => {
  const [command, ...names] = io.args.filter((arg) => !arg.startsWith('-'));
  if (command === 'search' || command === 'show' || command === 'policy') return query(io, command, names);
  if (command === 'pkgnames') {
    for (const name of candidates(io.sys).keys()) await io.out(`${name}\n`);
    return 0;
  }
  await io.error(`E: Invalid operation ${command ?? ''}\n`);
  return 100;
};

/** apt-mark: marks are taken note of, nothing more. */
export const aptMark: Tool = async (io) => {
  const [command, ...names] = io.args;
  const database = new Database(io.sys);
  if (command === 'showmanual') {
    for (const name of [...database.stanzas.keys()].sort()) await io.out(`${name}\n`);
    return 0;
  }
  if (command === 'hold' || command === 'unhold' || command === 'auto' || command === 'manual') {
    const text = {
      hold: 'set on hold',
      unhold: 'Canceled hold on',
      auto: 'set to automatically installed',
      manual: 'set to manually installed',
    }[command];
    for (const name of names) await io.out(command === 'unhold' ? `${text} ${name}.\n` : `${name} ${text}.\n`);
  }
  return 0;
};

export const aptConfig: Tool = async (io) => {
  if (io.args[0] === 'dump') await io.out('APT "";\nAPT::Architecture "amd64";\nAPT::Install-Recommends "1";\n');
  return 0;
};
