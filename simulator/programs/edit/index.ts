/** sed, diff and cmp. */
import type { Tools } from '../io.ts';
import { cmp, diff } from './diff.ts';
import { sed } from './sed.ts';

export const TOOLS: Tools = { cmp, diff, sed };
