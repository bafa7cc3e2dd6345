/** Archives and compression. */
import type { Tools } from '../io.ts';
import { gunzip, gzip, zcat } from './gzip.ts';
import { tar } from './tar.ts';

export const TOOLS: Tools = { gunzip, gzip, tar, zcat };
