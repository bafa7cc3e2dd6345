/** setpriv(1) of util-linux: runs a program under another user, which official images do with their entrypoints. */
import { isErrno } from '../../kernel/errno.ts';
import { groups, users } from '../identity.ts';
import { Exit, type Io, type Tool } from '../io.ts';

const numeric = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

async function stop(io: Io, message: string): Promise<never> {
  await io.flush();
  await io.sys.write(2, `setpriv: ${message}\n`);
  throw new Exit(127);
}

async function userId(io: Io, text: string): Promise<number> {
  const found = numeric(text) ?? users(io.sys).find((user) => user.name === text)?.uid;
  return found ?? stop(io, `failed to parse reuid: '${text}'`);
}
async function groupId(io: Io, text: string): Promise<number> {
  const found = numeric(text) ?? groups(io.sys).find((group) => group.name === text)?.gid;
  return found ?? stop(io, `failed to parse rgid: '${text}'`);
}

/** Takes --reuid, --regid, --clear-groups, --init-groups, --keep-groups and --groups; other options are accepted. */
export const setpriv: Tool = async (io) => {
  let uid: number | undefined;
  let gid: number | undefined;
  let supplementary: number[] | undefined;
  let initGroups = false;
  let at = 0;
  for (; at < io.args.length; at++) {
    const arg = io.args[at]!;
    if (arg === '--') {
      at++;
      break;
    }
    if (!arg.startsWith('-')) break;
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const takesValue =
      /^--(?:re|r|e)?[ug]id$|^--groups$|^--(?:inh-caps|ambient-caps|bounding-set|securebits|pdeathsig)$/.test(name);
    const value = !takesValue ? '' : equals < 0 ? (io.args[++at] ?? '') : arg.slice(equals + 1);
    if (/uid$/.test(name)) uid = await userId(io, value);
    else if (/gid$/.test(name)) gid = await groupId(io, value);
    else if (name === '--groups')
      supplementary = await Promise.all(value.split(',').map((group) => groupId(io, group)));
    else if (name === '--clear-groups') supplementary = [];
    else if (name === '--init-groups') initGroups = true;
  }
  const argv = io.args.slice(at);
  if (argv.length === 0) return stop(io, 'No program specified');
  if (initGroups) {
    const name = users(io.sys).find((user) => user.uid === uid)?.name;
    supplementary = groups(io.sys)
      .filter((group) => name !== undefined && group.members.includes(name))
      .map((group) => group.gid);
  }
  try {
    if (supplementary) io.sys.setgroups(supplementary);
    if (gid !== undefined) io.sys.setgid(gid);
    if (uid !== undefined) io.sys.setuid(uid);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return stop(io, `${uid === undefined ? 'setresgid' : 'setresuid'} failed: ${error.message}`);
  }
  await io.flush();
  try {
    return await io.sys.exec(argv[0]!, argv, io.sys.env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return stop(io, `failed to execute ${argv[0]}: ${error.message}`);
  }
};
