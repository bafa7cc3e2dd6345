import type { FileAccess } from '../../kernel/kernel.ts';
import { systemError } from '../errors.ts';

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

const decoder = new TextDecoder();

function lines(files: FileAccess, path: string): string[][] {
  if (!files.exists(path)) return [];
  return decoder
    .decode(files.read(path))
    .split('\n')
    .map((line) => line.split(':'));
}

const accounts = (files: FileAccess): Account[] =>
  lines(files, '/etc/passwd')
    .filter((fields) => fields.length >= 6)
    .map((fields) => ({ name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5]! }));

/**
 * Finds the user a container is to run as (`name`, `uid`, `name:group`, …) in the container's own files. Throws Docker's
 * text for names that are not there.
 */
export function findUser(files: FileAccess, spec: string): { uid: number; gid: number; home: string } {
  const [user = '', group] = spec.split(':', 2) as [string?, string?];
  const known = accounts(files);
  const numeric = /^\d+$/.test(user);
  const account =
    user === ''
      ? known.find((one) => one.uid === 0)
      : known.find((one) => one.name === user || (numeric && one.uid === Number(user)));
  if (account === undefined && user !== '' && !numeric)
    throw systemError(`unable to find user ${user}: no matching entries in passwd file`);
  let gid = account?.gid ?? 0;
  if (group !== undefined && group !== '') {
    const found = lines(files, '/etc/group').find((fields) => fields[0] === group || fields[2] === group);
    if (found === undefined && !/^\d+$/.test(group))
      throw systemError(`unable to find group ${group}: no matching entries in group file`);
    gid = found ? Number(found[2]) : Number(group);
  }
  return { uid: account?.uid ?? (numeric ? Number(user) : 0), gid, home: account?.home || '/' };
}
