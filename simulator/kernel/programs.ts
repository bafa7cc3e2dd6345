import type { Sys } from './abi.ts';
import { fillerData, type FileData } from './fs/data.ts';

/** A program: given its system calls (with `sys.argv`, `sys.env`), runs and resolves to its exit code. */
export type Program = (sys: Sys) => Promise<number>;

/** How the kernel finds the code of an executable: by the name in its header; `load` is called on first use. */
export interface ProgramRegistry {
  /** The loader of program `name`, or undefined when this machine has none (exec fails with ENOEXEC). */
  find(name: string): (() => Promise<Program>) | undefined;
}

const MAGIC = '\x7fELF\x02\x01\x01';
const NOTE = 'drydock:';

/**
 * The content of an executable file that runs program `name`: an ELF header with a note naming it, then filler up to
 * `size` bytes. It can be copied, hard-linked and put into layers like any binary.
 */
export function executable(name: string, size = 16384): FileData {
  const head = new TextEncoder().encode(`${MAGIC}\0\0\0\0\0\0\0\0\0\x03\0\x3e\0${NOTE}${name}\0`);
  let seed = 7;
  for (let i = 0; i < name.length; i++) seed = Math.imul(seed ^ name.charCodeAt(i), 0x01000193);
  return fillerData(Math.max(size, head.length), seed, head);
}

/** The program an executable's first bytes name, or undefined when they are no executable of ours. */
export function programName(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, 200));
  if (!text.startsWith(MAGIC)) return undefined;
  const at = text.indexOf(NOTE);
  const end = text.indexOf('\0', at);
  return at < 0 || end < 0 ? undefined : text.slice(at + NOTE.length, end);
}
