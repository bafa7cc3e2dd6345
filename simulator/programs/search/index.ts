/** Tools that look for files. */
import type { Tools } from '../io.ts';
import { find } from './find.ts';
import { tree, whereis, which } from './which.ts';
import { xargs } from './xargs.ts';

export const TOOLS: Tools = { find, tree, whereis, which, xargs };
