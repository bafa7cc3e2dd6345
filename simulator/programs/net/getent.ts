/** getent: the databases of nsswitch.conf. */
import { isErrno } from '../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { addressesOf } from './dial.ts';

async function lines(io: Io, path: string): Promise<string[]> {
  try {
    return io.sys
      .readText(path)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

async function hosts(io: Io, database: string, names: readonly string[]): Promise<number> {
  if (names.length === 0) {
    for (const line of await lines(io, '/etc/hosts')) {
      const [address, ...rest] = line.trim().split(/\s+/);
      await io.out(`${address!.padEnd(15)} ${rest.join(' ')}\n`);
    }
    return 0;
  }
  let code = 0;
  for (const name of names) {
    const found = (await addressesOf(io.sys, name)) ?? [];
    if (found.length === 0) code = 2;
    const entry = (await lines(io, '/etc/hosts'))
      .map((line) => line.trim().split(/\s+/))
      .find(([address]) => address === found[0]);
    const aliases = entry?.slice(1).join(' ') ?? name;
    if (database === 'hosts')
      for (const address of found) await io.out(`${address.padEnd(15)} ${aliases.includes(name) ? aliases : name}\n`);
    else {
      for (const address of found) {
        await io.out(
          `${address.padEnd(15)} STREAM ${name}\n${address.padEnd(15)} DGRAM  \n${address.padEnd(15)} RAW    \n`,
        );
      }
    }
  }
  return code;
}

async function table(io: Io, path: string, keys: readonly string[]): Promise<number> {
  const all = await lines(io, path);
  if (keys.length === 0) {
    for (const line of all) await io.out(`${line}\n`);
    return 0;
  }
  let code = 0;
  for (const key of keys) {
    const found = all.find((line) => {
      const fields = line.split(':');
      return fields[0] === key || (/^\d+$/.test(key) && fields[2] === key);
    });
    if (found === undefined) code = 2;
    else await io.out(`${found}\n`);
  }
  return code;
}

export const getent: Tool = async (io) => {
  const [database, ...keys] = io.args.filter((arg) => !arg.startsWith('-'));
  if (database === undefined) {
    await io.error(
      "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
    );
    throw new Exit(1);
  }
  if (['hosts', 'ahosts', 'ahostsv4'].includes(database)) return hosts(io, database, keys);
  const paths: Readonly<Record<string, string>> = {
    passwd: '/etc/passwd',
    group: '/etc/group',
    shadow: '/etc/shadow',
    services: '/etc/services',
    protocols: '/etc/protocols',
    networks: '/etc/networks',
  };
  const path = paths[database];
  if (path !== undefined) return table(io, path, keys);
  await io.error(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
  return 1;
};
