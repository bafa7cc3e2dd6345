/** `--chown=user:group`, resolved in the files of an image. */
import { dataText } from '../kernel/fs/data.ts';
import type { LayerTree } from './tree.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The records of a colon-separated file; none where it is missing. */
function records(tree: LayerTree, path: string): string[][] {
  const entry = tree.stat(path);
  if (entry?.type !== 'file') return [];
  return dataText(entry.data)
    .split('\n')
    .map((line) => line.split(':'));
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** Numbers are taken as they are; names that are unknown give root, without an error. */
export function resolveOwner(tree: LayerTree, owner: string): Owner {
  const [user = '', group] = owner.split(':') as [string, string?];
  let uid = 0;
  let gid = 0;
  if (isNumber(user)) {
    uid = Number(user);
    gid = uid;
  } else {
    const record = records(tree, '/etc/passwd').find((r) => r[0] === user);
    if (record) {
      uid = Number(record[2] ?? 0);
      gid = Number(record[3] ?? 0);
    }
  }
  if (group !== undefined) {
    if (isNumber(group)) gid = Number(group);
    else gid = Number(records(tree, '/etc/group').find((r) => r[0] === group)?.[2] ?? 0);
  }
  return { uid, gid };
}

/** Whether the names of an owner must be looked up, and where. */
export function ownerFiles(owner: string): string[] {
  if (owner === '') return [];
  const [user = '', group] = owner.split(':') as [string, string?];
  return [
    ...(isNumber(user) ? [] : ['/etc/passwd']),
    ...(group === undefined || isNumber(group) ? [] : ['/etc/group']),
  ];
}
