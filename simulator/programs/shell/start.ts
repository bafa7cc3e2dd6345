/** What a shell's variables are when it starts. */
import type { Env } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Shell } from './shell.ts';

const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Takes the environment over and gives the shell's own variables. */
export function start(sh: Shell, env: Env): void {
  const { vars, sys, flavour } = sh;
  for (const [name, value] of Object.entries(env)) {
    if (/^[A-Za-z_]\w*$/.test(name)) vars.set(name, value, { export: true });
  }
  const own = (name: string, value: string) => {
    if (vars.get(name) === undefined) vars.set(name, value);
  };
  vars.set('IFS', ' \t\n');
  vars.find('IFS')!.exported = false;
  own('PATH', flavour === 'ash' ? '/sbin:/usr/sbin:/bin:/usr/bin' : STANDARD_PATH);
  vars.set('OPTIND', '1');
  vars.declare('PPID').value = String(sys.ppid);
  const here = sys.cwd();
  const given = vars.get('PWD');
  sh.pwd = given !== undefined && given.startsWith('/') && same(sh, given, here) ? given : here;
  vars.set('PWD', sh.pwd, { export: true });
  if (flavour === 'bash' && vars.get('OLDPWD') === undefined) vars.declare('OLDPWD').exported = true;
  vars.set('PS4', vars.get('PS4') ?? '+ ');
  if (flavour !== 'bash') {
    own('PS2', '> ');
    own('PS1', flavour === 'dash' ? (sys.uid === 0 ? '# ' : '$ ') : '\\w \\$ ');
    if (flavour === 'dash') return;
    own('HOSTNAME', sys.hostname());
    vars.set('SHLVL', String((Number(vars.get('SHLVL')) || 0) + 1), { export: true });
    return;
  }
  vars.set('SHLVL', String((Number(vars.get('SHLVL')) || 0) + 1), { export: true });
  own('HOSTNAME', sys.hostname());
  own('TERM', 'dumb');
  own(
    'SHELL',
    sh.passwd((f) => f[2] === String(sys.uid)) === undefined
      ? '/bin/sh'
      : (sh.account((f) => f[2] === String(sys.uid))?.[6] ?? '/bin/sh'),
  );
  vars.set('OPTERR', '1');
  for (const [name, value] of Object.entries({
    BASH: '/bin/bash',
    BASH_VERSION: '5.2.15(1)-release',
    HOSTTYPE: 'x86_64',
    MACHTYPE: 'x86_64-pc-linux-gnu',
    OSTYPE: 'linux-gnu',
  })) {
    vars.set(name, value);
  }
  vars.setArray('BASH_VERSINFO', ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu']);
  for (const [name, value] of [
    ['UID', sys.uid],
    ['EUID', sys.uid],
  ] as const) {
    const v = vars.declare(name);
    v.value = String(value);
    v.readonly = true;
    v.integer = true;
  }
  vars.find('PPID')!.readonly = true;
  vars.find('PPID')!.integer = true;
  vars.find('BASH_VERSINFO')!.readonly = true;
}

function same(sh: Shell, a: string, b: string): boolean {
  try {
    const [x, y] = [sh.sys.stat(a), sh.sys.stat(b)];
    return x.dev === y.dev && x.ino === y.ino;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
