/** The programs of the machine: names to loaders, in groups that load together on first use. */
import type { Program } from '../kernel/programs.ts';
import { program, type Flavour, type Tool, type Tools } from './io.ts';
import { DEBIAN_BASE, DEBIAN_EXTRA, GNU_COREUTILS, IMAGE_TOOLS } from './names.ts';
import { NET_GROUPS, NET_IMAGES, NET_PACKAGES } from './net/index.ts';

export type ProgramLoader = () => Promise<Program>;

type Group = () => Promise<Tools>;

const files: Group = async () => (await import('./files/index.ts')).TOOLS;
const text: Group = async () => (await import('./text/index.ts')).TOOLS;
const accounts: Group = async () => (await import('./accounts/index.ts')).TOOLS;
const archive: Group = async () => (await import('./archive/index.ts')).TOOLS;
const data: Group = async () => (await import('./data/index.ts')).TOOLS;
const editors: Group = async () => (await import('./editors/index.ts')).TOOLS;
const edit: Group = async () => (await import('./edit/index.ts')).TOOLS;
const kernel: Group = async () => (await import('./kernel/index.ts')).TOOLS;
const script: Group = async () => (await import('./script/index.ts')).TOOLS;
const search: Group = async () => (await import('./search/index.ts')).TOOLS;
const rare: Group = async () => (await import('./rare/index.ts')).TOOLS;
const packages: Group = async () => (await import('./packages/index.ts')).TOOLS;
const system: Group = async () => (await import('./system/index.ts')).TOOLS;

/** Which group holds a tool. Those of the first two are what nearly every session uses. */
const GROUPS: readonly (readonly [Group, string])[] = [
  [
    files,
    `ls dir vdir cp mv rm mkdir rmdir ln link unlink touch chmod chown chgrp stat readlink realpath basename dirname mktemp du df
     truncate install mkfifo mknod sync pwd`,
  ],
  [
    text,
    `cat comm cut echo egrep expand expr factor fgrep fold grep head join nl paste printf rev seq shuf sort split tac tail tee test
     [ [[ tr unexpand uniq wc yes`,
  ],
  [
    system,
    `arch cal chroot clear date dnsdomainname env false free groups hostid hostname id kill killall logname nice nohup nproc
     pgrep pidof pkill printenv ps pstree reset setpriv setsid sleep stdbuf stty time timeout top tput true tty uname uptime users w
     watch who whoami`,
  ],
  [kernel, 'lsblk lscpu lsns nsenter unshare'],
  [search, 'find tree whereis which xargs'],
  [archive, 'gunzip gzip tar zcat'],
  [data, 'base32 base64 cksum dd hd hexdump md5sum od sha1sum sha224sum sha256sum sha384sum sha512sum strings xxd'],
  [edit, 'cmp diff sed'],
  [editors, 'nano vi'],
  [script, 'awk gawk jq mawk'],
  [packages, 'apk apt apt-get apt-cache apt-mark apt-config dpkg dpkg-query'],
  [
    accounts,
    `addgroup adduser chpasswd delgroup deluser dmesg file findmnt getconf groupadd groupdel logger lsof mount mountpoint nologin
     passwd runuser su sudo sysctl umount useradd userdel usermod`,
  ],
  [
    rare,
    `column dos2unix fallocate flock fsync getopt ionice ldconfig ldd less locale mesg more pwdx renice run-parts shred stress
     taskset ts tsort unix2dos unzip usleep zip`,
  ],
  ...NET_GROUPS,
];

const GROUP_OF = new Map(
  GROUPS.flatMap(([group, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, group] as const),
  ),
);

async function findTool(name: string): Promise<Tool | undefined> {
  return (await GROUP_OF.get(name)?.())?.[name];
}

/** The program that runs tool `name` in one flavour, or undefined where there is none. */
export async function toolProgram(name: string, flavour: Flavour): Promise<Program | undefined> {
  const tool = await findTool(name);
  return tool === undefined ? undefined : program(tool, flavour);
}

/** Whether some group holds the tool. */
export const hasTool = (name: string): boolean => GROUP_OF.has(name);

const packaged = (name: string, tool: string): [string, ProgramLoader] => [
  name,
  async () => {
    const found = await toolProgram(tool, 'gnu');
    if (found === undefined) throw new Error(`program ${name} is missing from its group`);
    return found;
  },
];

function toolLoaders(): [string, ProgramLoader][] {
  const tables = [
    GNU_COREUTILS,
    ...[DEBIAN_BASE, DEBIAN_EXTRA, IMAGE_TOOLS, NET_PACKAGES, NET_IMAGES].flatMap((packages) =>
      Object.values(packages),
    ),
  ];
  const names = new Set(tables.flatMap((table) => Object.values(table)));
  return [...names].flatMap((name) => {
    const tool = name.slice(name.indexOf(':') + 1);
    return GROUP_OF.has(tool) ? [packaged(name, tool)] : [];
  });
}

/** The program of an applet of busybox. */
function applet(name: string): ProgramLoader | undefined {
  if (name === 'sh' || name === 'ash') return async () => (await import('./shell/main.ts')).ash;
  if (!GROUP_OF.has(name)) return undefined;
  return async () => {
    const found = await toolProgram(name, 'busybox');
    if (found === undefined) throw new Error(`applet ${name} is missing from its group`);
    return found;
  };
}

/** Every program by the name executables give it. */
export const PROGRAMS: Readonly<Record<string, ProgramLoader>> = Object.fromEntries([
  ['bash', async () => (await import('./shell/main.ts')).bash],
  ['dash', async () => (await import('./shell/main.ts')).dash],
  ['ash', async () => (await import('./shell/main.ts')).ash],
  ['busybox', async () => (await import('./busybox.ts')).busybox(applet)],
  ['hello-world', async () => (await import('./hello-world.ts')).helloWorld],
  ...toolLoaders(),
]);
