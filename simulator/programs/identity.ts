/** Users and groups as /etc/passwd and /etc/group name them. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const table = (sys: Sys, path: string): string[][] => {
  try {
    return sys
      .readText(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(':'));
  } catch (error) {
    if (isErrno(error)) return []; // an image without the file knows no names
    throw error;
  }
};

/** All users of /etc/passwd. */
export const users = (sys: Sys): User[] =>
  table(sys, '/etc/passwd').map(([name = '', , uid = '', gid = '', comment = '', home = '', shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    comment,
    home,
    shell,
  }));

/** All groups of /etc/group. */
export const groups = (sys: Sys): Group[] =>
  table(sys, '/etc/group').map(([name = '', , gid = '', members = '']) => ({
    name,
    gid: Number(gid),
    members: members === '' ? [] : members.split(','),
  }));

/** Looks names up, reading each table once. */
export class Names {
  readonly #sys: Sys;
  #users: User[] | undefined;
  #groups: Group[] | undefined;
  constructor(sys: Sys) {
    this.#sys = sys;
  }
  get users(): User[] {
    return (this.#users ??= users(this.#sys));
  }
  get groups(): Group[] {
    return (this.#groups ??= groups(this.#sys));
  }
  user(uid: number): User | undefined {
    return this.users.find((user) => user.uid === uid);
  }
  group(gid: number): Group | undefined {
    return this.groups.find((group) => group.gid === gid);
  }
  /** The user's name, or the number where it has none. */
  userName(uid: number): string {
    return this.user(uid)?.name ?? String(uid);
  }
  groupName(gid: number): string {
    return this.group(gid)?.name ?? String(gid);
  }
  /** Uid of a name or number. */
  findUser(text: string): number | undefined {
    return this.users.find((user) => user.name === text)?.uid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  }
  findGroup(text: string): number | undefined {
    return this.groups.find((group) => group.name === text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  }
  /** All groups of a user: the primary one first. */
  groupsOf(user: User): number[] {
    return [
      user.gid,
      ...this.groups.filter((group) => group.members.includes(user.name) && group.gid !== user.gid).map((g) => g.gid),
    ];
  }
}
