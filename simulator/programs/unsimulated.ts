/** What runs behind an executable whose program this machine does not have: it says so, and fails. */
import type { Program } from '../kernel/programs.ts';

export const unsimulated: Program = async (sys) => {
  const name = (sys.argv[0] ?? 'program').replace(/^.*\//, '');
  await sys.write(2, `${name}: this program is not simulated on this machine\n`);
  return 126;
};
