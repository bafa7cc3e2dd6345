/** htpasswd(1) of the httpd image: makes the password files that registries read. */
import { isErrno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { bcrypt } from './bcrypt.ts';

const USAGE = `Usage:
	htpasswd [-cimB25dpsDv] [-C cost] [-r rounds] passwordfile username
	htpasswd -b[cmB25dpsDv] [-C cost] [-r rounds] passwordfile username password

	htpasswd -n[imB25dps] [-C cost] [-r rounds] username
	htpasswd -nb[mB25dps] [-C cost] [-r rounds] username password
 -c  Create a new file.
 -n  Don't update file; display results on stdout.
 -b  Use the password from the command line rather than prompting for it.
 -i  Read password from stdin without verification (for script usage).
 -B  Force bcrypt hashing of the password (very secure).
 -C  Set the computing time used for the bcrypt algorithm
     (higher is more secure but slower, default: 5, valid: 4 to 17).
 -D  Delete the specified user.
`;

/** Sets or prints one user's line. Passwords are hashed by bcrypt only (-B). */
export const htpasswd: Program = async (sys) => {
  const flags = new Set<string>();
  const operands: string[] = [];
  let cost = 5;
  const args = [...sys.argv.slice(1)];
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    for (const letter of arg.slice(1)) {
      if (letter === 'C') cost = Number(args.shift());
      else flags.add(letter);
    }
  }
  const print = flags.has('n');
  const wanted = (print ? 1 : 2) + (flags.has('b') ? 1 : 0);
  if (operands.length !== wanted || !(cost >= 4 && cost <= 17)) {
    await sys.write(2, USAGE);
    return 2;
  }
  const file = print ? undefined : operands.shift()!;
  const user = operands.shift()!;
  let old: string[] = [];
  if (file !== undefined && !flags.has('c')) {
    try {
      old = sys
        .readText(file)
        .split('\n')
        .filter((line) => line !== '');
    } catch (error) {
      if (!isErrno(error)) throw error;
      await sys.write(2, `htpasswd: cannot modify file ${file}; use '-c' to create it\n`);
      return 1;
    }
  }
  const others = old.filter((line) => !line.startsWith(`${user}:`));
  if (flags.has('D')) {
    sys.writeFile(file!, others.map((line) => `${line}\n`).join(''));
    await sys.write(2, `Deleting password for user ${user}\n`);
    return 0;
  }
  if (!flags.has('B')) {
    await sys.write(2, 'htpasswd: only bcrypt (-B) is simulated on this machine\n');
    return 1;
  }
  let password = operands[0];
  if (password === undefined) {
    await sys.write(2, flags.has('i') ? '' : 'New password: ');
    password = new TextDecoder().decode(await sys.read(0)).replace(/\r?\n[^]*$/, '');
  }
  const salt = new Uint8Array(16).map(() => sys.random(256));
  const line = `${user}:${bcrypt(password, salt, cost)}\n`;
  if (file === undefined) {
    await sys.write(1, `${line}\n`);
    return 0;
  }
  const known = others.length < old.length;
  sys.writeFile(file, [...others.map((one) => `${one}\n`), line].join(''));
  await sys.write(2, `${known ? 'Updating' : 'Adding'} password for user ${user}\n`);
  return 0;
};
