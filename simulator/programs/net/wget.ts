/** wget, in the flavour of the system it is on. */
import type { Tool } from '../io.ts';

export const wget: Tool = async (io) =>
  io.busybox ? (await import('./wget-busybox.ts')).busyboxWget(io) : (await import('./wget-gnu.ts')).gnuWget(io);
