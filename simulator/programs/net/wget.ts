/** wget, in the flavour of the system it is on. */
import type { Tool } from '../io.ts';

export const wget: Tool = async (io) =>
  io.busybox
    ? (await io.sys.external(import('./wget-busybox.ts'))).busyboxWget(io)
    : (await io.sys.external(import('./wget-gnu.ts'))).gnuWget(io);
