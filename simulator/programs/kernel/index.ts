/** Tools that look at namespaces and hardware. */
import type { Tools } from '../io.ts';
import { lsblk, lscpu } from './machine.ts';
import { lsns, nsenter, unshare } from './namespaces.ts';

export const TOOLS: Tools = { lsblk, lscpu, lsns, nsenter, unshare };
