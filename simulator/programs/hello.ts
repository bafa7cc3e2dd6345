/** The program of the image hello-world. */
import type { Program } from '../kernel/programs.ts';

const TEXT = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

`;

/** Prints the greeting. */
export const helloWorld: Program = async (sys) => {
  await sys.write(1, TEXT);
  return 0;
};
