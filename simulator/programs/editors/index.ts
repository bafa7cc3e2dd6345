/** vi and nano. */
import type { Tools } from '../io.ts';
import { nano } from './nano.ts';
import { vi } from './vi.ts';

export const TOOLS: Tools = { nano, vi };
