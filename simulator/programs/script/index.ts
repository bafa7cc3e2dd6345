/** awk and jq, which bring a large library with them. */
import type { Tools } from '../io.ts';
import { awk, jq } from './engine.ts';

export const TOOLS: Tools = { awk, gawk: awk, jq, mawk: awk };
