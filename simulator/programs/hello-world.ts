/** The program of the `hello-world` image. */
import type { Program } from '../kernel/programs.ts';

const MESSAGE = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

`;

export const helloWorld: Program = async (sys) => {
  await sys.write(1, MESSAGE);
  return 0;
};
