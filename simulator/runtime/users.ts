/** Users and groups as a container's own files know them (moby/sys/user: GetExecUser). */
import type { FileAccess } from '../kernel/kernel.ts';
import { ConfigError } from './spec.ts';

export interface ExecUser {
  readonly uid: number;
  readonly gid: number;
  /** All groups, the primary one first. */
  readonly groups: readonly number[];
  readonly home: string;
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}
interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const decoder = new TextDecoder();
const MAX_ID = 2 ** 31 - 1;

function lines(files: FileAccess, path: string): string[][] {
  if (!files.exists(path) || files.stat(path).type !== 'file') return [];
  return decoder
    .decode(files.read(path))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(':'));
}

const accounts = (files: FileAccess): Account[] =>
  lines(files, '/etc/passwd').map((fields) => ({
    name: fields[0] ?? '',
    uid: Number(fields[2]),
    gid: Number(fields[3]),
    home: fields[5] ?? '',
  }));

const groups = (files: FileAccess): Group[] =>
  lines(files, '/etc/group').map((fields) => ({
    name: fields[0] ?? '',
    gid: Number(fields[2]),
    members: (fields[3] ?? '').split(',').filter((member) => member !== ''),
  }));

const numberOf = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

function inRange(id: number): number {
  if (id > MAX_ID) throw new ConfigError(`uids and gids must be in range 0-${MAX_ID}`);
  return id;
}

/**
 * Resolves what --user was given: `name`, `uid`, `name:group`, `uid:gid`. Throws ConfigError with Docker's text, which
 * is the whole message: `unable to find user nosuch: no matching entries in passwd file`.
 */
export function resolveUser(files: FileAccess, spec: string, groupAdd: readonly string[] = []): ExecUser {
  const [userText = '', groupText = ''] = spec.split(':');
  const uidGiven = userText === '' ? 0 : numberOf(userText);
  const account = accounts(files).find(
    (one) => (userText !== '' && one.name === userText) || (uidGiven !== undefined && one.uid === uidGiven),
  );
  if (!account && uidGiven === undefined) {
    throw new ConfigError(`unable to find user ${userText}: no matching entries in passwd file`);
  }
  const uid = inRange(account?.uid ?? uidGiven ?? 0);
  let gid = account?.gid ?? 0;
  const more: number[] = [];
  const known = groups(files);
  if (groupText !== '') {
    const given = numberOf(groupText);
    const group = known.find((one) => one.name === groupText || (given !== undefined && one.gid === given));
    if (!group && given === undefined) {
      throw new ConfigError(`unable to find group ${groupText}: no matching entries in group file`);
    }
    gid = inRange(group?.gid ?? given ?? 0);
  } else if (account) {
    for (const group of known) if (group.members.includes(account.name)) more.push(group.gid);
  }
  for (const name of groupAdd) {
    const group = known.find((one) => one.name === name || String(one.gid) === name);
    const id = group?.gid ?? numberOf(name);
    if (id === undefined) throw new ConfigError(`unable to find group ${name}: no matching entries in group file`);
    more.push(inRange(id));
  }
  return { uid, gid, groups: [...new Set([gid, ...more])], home: account?.home || '/' };
}
