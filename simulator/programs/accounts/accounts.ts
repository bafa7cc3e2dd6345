/** Tools that keep /etc/passwd, /etc/group and /etc/shadow. */
import { isErrno } from '../../kernel/errno.ts';
import { Names, type Group, type User } from '../identity.ts';
import { quote } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, usageError } from '../options.ts';

const readLines = (io: Io, path: string): string[] => {
  try {
    return io.sys
      .readText(path)
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
};
const writeLines = (io: Io, path: string, lines: readonly string[]): void =>
  io.sys.writeFile(path, lines.length === 0 ? '' : `${lines.join('\n')}\n`, path.includes('shadow') ? 0o640 : 0o644);
const append = (io: Io, path: string, line: string): void => writeLines(io, path, [...readLines(io, path), line]);
const days = (io: Io): number => Math.floor(io.sys.now() / 86400000);

function nextId(used: readonly number[], system: boolean, busybox: boolean): number {
  if (system) {
    if (busybox) {
      for (let id = 100; id < 1000; id++) if (!used.includes(id)) return id;
    }
    for (let id = 999; id >= 100; id--) if (!used.includes(id)) return id;
  }
  for (let id = 1000; ; id++) if (!used.includes(id)) return id;
}

function addGroup(io: Io, name: string, gid: number): void {
  append(io, '/etc/group', `${name}:x:${gid}:`);
  if (!io.busybox) append(io, '/etc/gshadow', `${name}:!::`);
}

function addUser(io: Io, user: User): void {
  append(io, '/etc/passwd', `${user.name}:x:${user.uid}:${user.gid}:${user.comment}:${user.home}:${user.shell}`);
  append(io, '/etc/shadow', `${user.name}:!:${days(io)}:0:99999:7:::`);
}

function joinGroup(io: Io, group: string, name: string): void {
  writeLines(
    io,
    '/etc/group',
    readLines(io, '/etc/group').map((line) => {
      const fields = line.split(':');
      if (fields[0] !== group) return line;
      const members = (fields[3] ?? '').split(',').filter((m) => m !== '');
      if (!members.includes(name)) members.push(name);
      return [...fields.slice(0, 3), members.join(',')].join(':');
    }),
  );
}

function makeHome(io: Io, user: User): void {
  const parts = user.home.split('/').filter((part) => part !== '');
  let path = '';
  for (const part of parts) {
    path += `/${part}`;
    try {
      io.sys.mkdir(path, 0o755);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  io.sys.chown(user.home, user.uid, user.gid);
  if (io.busybox) {
    io.sys.chmod(user.home, 0o2755);
    return;
  }
  try {
    for (const { name, type } of io.sys.readdir('/etc/skel')) {
      if (type !== 'file') continue;
      io.sys.writeFile(`${user.home}/${name}`, io.sys.readFile(`/etc/skel/${name}`));
      io.sys.chown(`${user.home}/${name}`, user.uid, user.gid);
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/** useradd(8). */
export const useradd: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'b:c:d:De:f:g:G:hk:K:lmMNop:rR:s:u:U',
    long: {
      comment: ':c',
      'home-dir': ':d',
      home: ':d',
      gid: ':g',
      groups: ':G',
      'create-home': 'm',
      'no-create-home': 'M',
      'no-user-group': 'N',
      'non-unique': 'o',
      password: ':p',
      system: 'r',
      shell: ':s',
      uid: ':u',
      'user-group': 'U',
      'no-log-init': 'l',
    },
    exit: 2,
  });
  const name = options.operands[0];
  if (name === undefined) {
    await io.error('Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]\n');
    return 2;
  }
  if (io.sys.uid !== 0) {
    await io.fail('Permission denied.');
    await io.fail('cannot lock /etc/passwd; try again later.');
    return 1;
  }
  const names = new Names(io.sys);
  if (!/^[a-z_][a-z0-9_-]*\$?$/.test(name))
    return io.die(`invalid user name ${quote(name)}: use --badname to ignore`, 3);
  if (names.users.some((u) => u.name === name)) return io.die(`user ${quote(name)} already exists`, 9);
  const system = options.has('r');
  const uid =
    options.get('u') === undefined
      ? nextId(
          [...names.users.map((u) => u.uid), ...(options.get('g') === undefined ? names.groups.map((g) => g.gid) : [])],
          system,
          false,
        )
      : Number(options.get('u'));
  if (!options.has('o') && names.user(uid)) return io.die(`UID ${uid} is not unique`, 4);
  let gid: number;
  const given = options.get('g');
  if (given !== undefined) {
    const found = names.findGroup(given);
    if (found === undefined || (/^\d+$/.test(given) && !names.group(found)))
      return io.die(`group ${quote(given)} does not exist`, 6);
    gid = found;
  } else if (options.has('N')) gid = 100;
  else {
    if (names.groups.some((g) => g.name === name)) {
      await io.fail(`group ${name} exists - if you want to add this user to that group, use -g.`);
      return 9;
    }
    gid = names.group(uid)
      ? nextId(
          names.groups.map((g) => g.gid),
          system,
          false,
        )
      : uid;
    addGroup(io, name, gid);
  }
  const user: User = {
    name,
    uid,
    gid,
    comment: options.get('c') ?? '',
    home: options.get('d') ?? `/home/${name}`,
    shell: options.get('s') ?? '/bin/sh',
  };
  addUser(io, user);
  for (const group of (options.get('G') ?? '').split(',').filter((g) => g !== '')) {
    if (!names.groups.some((g) => g.name === group || String(g.gid) === group))
      return io.die(`group ${quote(group)} does not exist`, 6);
    joinGroup(io, names.groups.find((g) => g.name === group || String(g.gid) === group)!.name, name);
  }
  if (options.has('m') && !options.has('M')) makeHome(io, user);
  return 0;
};

/** groupadd(8). */
export const groupadd: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'fg:hK:op:rR:',
    long: { force: 'f', gid: ':g', 'non-unique': 'o', system: 'r' },
    exit: 2,
  });
  const name = options.operands[0];
  if (name === undefined) {
    await io.error('Usage: groupadd [options] GROUP\n');
    return 2;
  }
  if (io.sys.uid !== 0) {
    await io.fail('Permission denied.');
    await io.fail('cannot lock /etc/group; try again later.');
    return 10;
  }
  const names = new Names(io.sys);
  if (names.groups.some((g) => g.name === name))
    return options.has('f') ? 0 : io.die(`group ${quote(name)} already exists`, 9);
  const gid =
    options.get('g') === undefined
      ? nextId(
          names.groups.map((g) => g.gid),
          options.has('r'),
          false,
        )
      : Number(options.get('g'));
  if (!options.has('o') && names.group(gid)) return io.die(`GID ${quote(String(gid))} already exists`, 4);
  addGroup(io, name, gid);
  return 0;
};

function removeUser(io: Io, user: User): void {
  for (const path of ['/etc/passwd', '/etc/shadow'])
    writeLines(
      io,
      path,
      readLines(io, path).filter((line) => line.split(':')[0] !== user.name),
    );
  writeLines(
    io,
    '/etc/group',
    readLines(io, '/etc/group').flatMap((line) => {
      const fields = line.split(':');
      if (fields[0] === user.name && Number(fields[2]) === user.gid) return [];
      return [
        [
          ...fields.slice(0, 3),
          (fields[3] ?? '')
            .split(',')
            .filter((m) => m !== user.name && m !== '')
            .join(','),
        ].join(':'),
      ];
    }),
  );
}

/** userdel(8). */
export const userdel: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'frhR:', long: { force: 'f', remove: 'r' }, exit: 2 });
  const name = options.operands[0] ?? '';
  const user = new Names(io.sys).users.find((u) => u.name === name);
  if (!user) return io.die(`user ${quote(name)} does not exist`, 6);
  removeUser(io, user);
  if (options.has('r')) await removeAll(io, user.home);
  return 0;
};

async function removeAll(io: Io, path: string): Promise<void> {
  try {
    await io.sys.wait(io.sys.spawn({ argv: ['rm', '-rf', path] }));
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

/** groupdel(8), delgroup(8). */
export const groupdel: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'fh',
    long: { system: 'system', quiet: 'q', 'only-if-empty': 'empty' },
  });
  const name = options.operands.at(-1) ?? '';
  if (!new Names(io.sys).groups.some((g) => g.name === name))
    return io.die(io.busybox ? `unknown group ${name}` : `group ${quote(name)} does not exist`, io.busybox ? 1 : 6);
  for (const path of ['/etc/group', '/etc/gshadow']) {
    const lines = readLines(io, path);
    if (lines.length > 0)
      writeLines(
        io,
        path,
        lines.filter((line) => line.split(':')[0] !== name),
      );
  }
  return 0;
};

/** Takes a user's name off the members of those groups. */
function leaveGroups(io: Io, name: string, leaves: (group: string) => boolean): void {
  writeLines(
    io,
    '/etc/group',
    readLines(io, '/etc/group').map((line) => {
      const [group = '', password = '', gid = '', members = ''] = line.split(':');
      if (!leaves(group)) return line;
      const others = members.split(',').filter((m) => m !== '' && m !== name);
      return [group, password, gid, others.join(',')].join(':');
    }),
  );
}

/** usermod(8). */
export const usermod: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'ac:d:e:f:g:G:l:Lmop:s:u:U',
    long: {
      append: 'a',
      comment: ':c',
      home: ':d',
      gid: ':g',
      groups: ':G',
      login: ':l',
      lock: 'L',
      'move-home': 'm',
      'non-unique': 'o',
      shell: ':s',
      uid: ':u',
      unlock: 'U',
      password: ':p',
    },
    exit: 2,
  });
  const names = new Names(io.sys);
  const name = options.operands[0] ?? '';
  const user = names.users.find((u) => u.name === name);
  if (!user) return io.die(`user ${quote(name)} does not exist`, 6);
  const group = options.get('g');
  const gid = group === undefined ? user.gid : names.findGroup(group);
  if (gid === undefined) return io.die(`group ${quote(group!)} does not exist`, 6);
  const next = {
    ...user,
    name: options.get('l') ?? name,
    uid: Number(options.get('u') ?? user.uid),
    gid,
    comment: options.get('c') ?? user.comment,
    home: options.get('d') ?? user.home,
    shell: options.get('s') ?? user.shell,
  };
  writeLines(
    io,
    '/etc/passwd',
    readLines(io, '/etc/passwd').map((line) =>
      line.split(':')[0] === name
        ? `${next.name}:x:${next.uid}:${next.gid}:${next.comment}:${next.home}:${next.shell}`
        : line,
    ),
  );
  const wanted = options.get('G');
  if (wanted !== undefined) {
    const list = wanted.split(',').filter((g) => g !== '');
    for (const g of list)
      if (!names.groups.some((known) => known.name === g)) return io.die(`group ${quote(g)} does not exist`, 6);
    if (!options.has('a')) leaveGroups(io, name, () => true);
    for (const g of list) joinGroup(io, g, name);
  }
  return 0;
};

/** adduser(8) of Debian and of busybox. */
export const adduser: Tool = async (io) => {
  const options = await parseOptions(
    io,
    io.busybox
      ? {
          short: 'h:g:s:G:SDHu:k:',
          long: {
            home: ':h',
            gecos: ':g',
            shell: ':s',
            ingroup: ':G',
            system: 'S',
            'disabled-password': 'D',
            'no-create-home': 'H',
            uid: ':u',
          },
          usage: '[OPTIONS] USER [GROUP]',
        }
      : {
          short: 'qh',
          long: {
            home: ':h',
            gecos: ':g',
            comment: ':g',
            shell: ':s',
            ingroup: ':G',
            gid: ':gid',
            group: 'group',
            system: 'S',
            'disabled-password': 'D',
            'disabled-login': 'D',
            'no-create-home': 'H',
            uid: ':u',
            quiet: 'q',
            'force-badname': 'bad',
            'allow-bad-names': 'bad',
          },
        },
  );
  const [name, group] = options.operands;
  if (name === undefined) {
    if (io.busybox) return usageError(io, { usage: '[OPTIONS] USER [GROUP]' });
    return io.die('Only one or two names allowed.');
  }
  const names = new Names(io.sys);
  const existing = names.users.find((u) => u.name === name);
  if (group !== undefined) {
    const target: Group | undefined = names.groups.find((g) => g.name === group);
    if (!existing) return io.die(io.busybox ? `unknown user ${name}` : `The user \`${name}' does not exist.`);
    if (!target) return io.die(io.busybox ? `unknown group ${group}` : `The group \`${group}' does not exist.`);
    joinGroup(io, group, name);
    if (!io.busybox) await io.out(`Adding user \`${name}' to group \`${group}' ...\nDone.\n`);
    return 0;
  }
  const system = options.has('S');
  if (existing) {
    if (io.busybox) return io.die(`user '${name}' in use`);
    if (system) {
      await io.out(`The system user \`${name}' already exists. Exiting.\n`);
      return 0;
    }
    return io.die(`The user \`${name}' already exists.`);
  }
  const quiet = options.has('q') || io.busybox;
  const uid =
    options.get('u') === undefined
      ? nextId([...names.users.map((u) => u.uid), ...names.groups.map((g) => g.gid)], system, true)
      : Number(options.get('u'));
  const ingroup = options.get('G') ?? options.get('gid');
  let gid: number;
  if (!quiet)
    await io.out(system ? `Adding system user \`${name}' (UID ${uid}) ...\n` : `Adding user \`${name}' ...\n`);
  if (ingroup !== undefined) {
    const found = names.findGroup(ingroup);
    if (found === undefined)
      return io.die(io.busybox ? `unknown group ${ingroup}` : `The group \`${ingroup}' does not exist.`);
    gid = found;
  } else if (system && io.busybox) gid = names.groups.find((g) => g.name === 'nogroup')?.gid ?? 65533;
  else if (system && !options.has('group')) gid = 65534;
  else {
    gid = names.group(uid)
      ? nextId(
          names.groups.map((g) => g.gid),
          system,
          true,
        )
      : uid;
    addGroup(io, name, gid);
    if (!quiet) await io.out(`Adding new group \`${name}' (GID ${gid}) ...\n`);
  }
  const user: User = {
    name,
    uid,
    gid,
    comment: options.get('g') ?? (io.busybox ? 'Linux User,,,' : system ? '' : ',,,'),
    home: options.get('h') ?? (system && !io.busybox ? '/nonexistent' : `/home/${name}`),
    shell:
      options.get('s') ??
      (system ? (io.busybox ? '/bin/false' : '/usr/sbin/nologin') : io.busybox ? '/bin/sh' : '/bin/bash'),
  };
  if (!quiet)
    await io.out(
      `Adding new user \`${name}' (${system ? 'UID ' : ''}${uid}${system ? '' : ''}) with group \`${names.groups.find((g) => g.gid === gid)?.name ?? name}${system ? "'" : ` (${gid})'`} ...\n`,
    );
  addUser(io, user);
  const noHome = options.has('H') || (system && !options.has('h') && !io.busybox);
  if (noHome) {
    if (!quiet) await io.out(`Not creating ${system ? '' : ''}home directory \`${user.home}'.\n`);
  } else {
    if (!quiet) await io.out(`Creating home directory \`${user.home}' ...\nCopying files from \`/etc/skel' ...\n`);
    makeHome(io, user);
  }
  if (!system && !options.has('D')) await passwordDialogue(io, name);
  return 0;
};

async function readSecret(io: Io, prompt: string): Promise<string> {
  await io.error(prompt);
  const tty = io.sys.isatty(0);
  if (tty) io.sys.terminalMode(0, { echo: false });
  let line = '';
  for (;;) {
    const byte = await io.sys.read(0, 1);
    if (byte.length === 0 || byte[0] === 10) break;
    line += String.fromCharCode(byte[0]!);
  }
  if (tty) {
    io.sys.terminalMode(0, { echo: true });
    await io.error('\n');
  }
  return line;
}

async function passwordDialogue(io: Io, name: string): Promise<number> {
  if (io.busybox) await io.out(`Changing password for ${name}\n`);
  const first = await readSecret(io, 'New password: ');
  const second = await readSecret(io, io.busybox ? 'Retype password: ' : 'Retype new password: ');
  if (first !== second) {
    await io.error(io.busybox ? "Passwords don't match\n" : 'Sorry, passwords do not match.\n');
    await io.error(
      io.busybox
        ? `passwd: password for ${name} is unchanged\n`
        : 'passwd: Authentication token manipulation error\npasswd: password unchanged\n',
    );
    return io.busybox ? 1 : 10;
  }
  setPassword(io, name, first);
  await (io.busybox
    ? io.out(`passwd: password for ${name} changed by root\n`)
    : io.error('passwd: password updated successfully\n'));
  return 0;
}

/** Keeps a mark that a password is set; no real hash is made. */
function setPassword(io: Io, name: string, password: string): void {
  let sum = 7;
  for (const c of password) sum = Math.imul(sum ^ c.codePointAt(0)!, 0x01000193) >>> 0;
  const hash = `$6$${sum.toString(36).padStart(8, '.')}$${`${sum.toString(36)}./`.repeat(20).slice(0, 86)}`;
  writeLines(
    io,
    '/etc/shadow',
    readLines(io, '/etc/shadow').map((line) => {
      const fields = line.split(':');
      return fields[0] === name ? [name, hash, String(days(io)), ...fields.slice(3)].join(':') : line;
    }),
  );
}

/** passwd(1). */
export const passwd: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'adeklSqu',
    long: { delete: 'd', lock: 'l', unlock: 'u', status: 'S' },
  });
  const names = new Names(io.sys);
  const name = options.operands[0] ?? names.userName(io.sys.uid);
  if (!names.users.some((u) => u.name === name))
    return io.die(io.busybox ? `unknown user ${name}` : `user '${name}' does not exist`);
  if (options.has('l') || options.has('u') || options.has('d')) {
    await io.out(io.busybox ? `passwd: password for ${name} changed by root\n` : 'passwd: password changed.\n');
    return 0;
  }
  return passwordDialogue(io, name);
};

/** chpasswd(8). */
export const chpasswd: Tool = async (io) => {
  await parseOptions(io, { short: 'ec:ms:', long: { encrypted: 'e', md5: 'm' } });
  for (const line of (await io.allText(0)).split('\n')) {
    if (line === '') continue;
    const [name = '', ...rest] = line.split(':');
    setPassword(io, name, rest.join(':'));
    if (io.busybox) await io.error(`chpasswd: password for '${name}' changed\n`);
  }
  return 0;
};

/** addgroup(8) of Debian and of busybox. */
export const addgroup: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? 'g:S' : 'q',
    long: { gid: ':g', system: 'S', quiet: 'q' },
    usage: '[-g GID] [-S] [USER] GROUP',
  });
  const names = new Names(io.sys);
  if (options.operands.length === 2) {
    const [user, group] = options.operands as [string, string];
    if (!names.users.some((u) => u.name === user))
      return io.die(io.busybox ? `unknown user ${user}` : `The user \`${user}' does not exist.`);
    if (!names.groups.some((g) => g.name === group))
      return io.die(io.busybox ? `unknown group ${group}` : `The group \`${group}' does not exist.`);
    joinGroup(io, group, user);
    return 0;
  }
  const name = options.operands[0];
  if (name === undefined) return usageError(io, { usage: '[-g GID] [-S] [USER] GROUP' });
  if (names.groups.some((g) => g.name === name))
    return io.die(io.busybox ? `group '${name}' in use` : `The group \`${name}' already exists.`);
  const gid =
    options.get('g') === undefined
      ? nextId(
          names.groups.map((g) => g.gid),
          options.has('S'),
          true,
        )
      : Number(options.get('g'));
  if (names.group(gid)) return io.die(io.busybox ? `gid '${gid}' in use` : `The GID \`${gid}' is already in use.`);
  addGroup(io, name, gid);
  if (!io.busybox) await io.out(`Adding group \`${name}' (GID ${gid}) ...\nDone.\n`);
  return 0;
};

/** deluser(8). */
export const deluser: Tool = async (io) => {
  const options = await parseOptions(io, {
    long: { 'remove-home': 'r', system: 'S', quiet: 'q' },
    usage: '[--remove-home] USER',
  });
  const [name = '', group] = options.operands;
  const names = new Names(io.sys);
  const user = names.users.find((u) => u.name === name);
  if (!user)
    return io.die(io.busybox ? `unknown user ${name}` : `The user \`${name}' does not exist.`, io.busybox ? 1 : 2);
  // Debian's takes a user out of one group where a group is named, and leaves the user.
  if (group !== undefined && !io.busybox) {
    const target = names.groups.find((g) => g.name === group);
    if (!target) return io.die(`The group \`${group}' does not exist.`, 3);
    if (!target.members.includes(name)) return io.die(`The user \`${name}' is not a member of group \`${group}'.`, 6);
    leaveGroups(io, name, (g) => g === group);
    await io.out(`Removing user \`${name}' from group \`${group}' ...\nDone.\n`);
    return 0;
  }
  removeUser(io, user);
  if (options.has('r')) await removeAll(io, user.home);
  if (!io.busybox) await io.out(`Removing user \`${name}' ...\nDone.\n`);
  return 0;
};

/** su(1), runuser(1), sudo(8). */
export const su: Tool = async (io) => {
  const sudo = io.name === 'sudo';
  const options = await parseOptions(io, {
    short: sudo ? 'u:EHniks' : 'c:flmps:g:G:u:',
    long: { command: ':c', login: 'l', shell: ':s', user: ':u', 'preserve-environment': 'p' },
    stopEarly: sudo,
    usage: '[-lmp] [-s SH] [-] [USER [FILE ARGS]]',
  });
  const operands = [...options.operands];
  let login = options.has('l') || (sudo && options.has('i'));
  if (operands[0] === '-') {
    login = true;
    operands.shift();
  }
  const names = new Names(io.sys);
  const name = sudo ? (options.get('u') ?? 'root') : (options.get('u') ?? operands.shift() ?? 'root');
  const user = names.users.find((u) => u.name === name);
  if (!user)
    return io.die(
      io.busybox
        ? `unknown user ${name}`
        : sudo
          ? `unknown user ${name}`
          : `user ${name} does not exist or the user entry does not contain all the required fields`,
    );
  if (io.sys.uid !== 0) {
    await readSecret(io, 'Password: ');
    return io.die(io.busybox ? 'incorrect password' : 'Authentication failure');
  }
  io.sys.setgroups(names.groupsOf(user));
  io.sys.setgid(user.gid);
  io.sys.setuid(user.uid);
  const env = options.has('p')
    ? { ...io.sys.env }
    : {
        ...io.sys.env,
        HOME: user.home,
        SHELL: user.shell,
        ...(user.uid === 0 && !login ? {} : { USER: name, LOGNAME: name }),
      };
  if (login) {
    try {
      io.sys.chdir(user.home);
    } catch (error) {
      await io.fail(`warning: cannot change directory to ${user.home}: ${io.reason(error)}`);
    }
  }
  const shell = options.get('s') ?? (user.shell === '' ? '/bin/sh' : user.shell);
  const command = options.get('c');
  const direct = sudo || (options.get('u') !== undefined && operands.length > 0);
  const argv =
    direct && operands.length > 0
      ? operands
      : [
          login ? `-${shell.split('/').pop()}` : shell.split('/').pop()!,
          ...(command === undefined ? operands : ['-c', command, ...operands]),
        ];
  try {
    return await io.sys.exec(direct && operands.length > 0 ? operands[0]! : shell, argv, env);
  } catch (error) {
    return io.die(
      io.busybox
        ? `can't execute '${shell}': ${io.reason(error)}`
        : `failed to execute ${direct ? operands[0] : shell}: ${io.reason(error)}`,
      isErrno(error, 'ENOENT') ? 127 : 126,
    );
  }
};

/** nologin(8). */
export const nologin: Tool = async (io) => {
  await io.out('This account is currently not available.\n');
  return 1;
};
