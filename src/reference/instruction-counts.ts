/** Counts how often a lesson names each instruction of a Dockerfile. */
import { INSTRUCTION_HELP } from '../editor/instruction-help.ts';

const NAMES = new RegExp(`\\b(?:${Object.keys(INSTRUCTION_HELP).join('|')})\\b`, 'g');
/** Blocks, spans of code, and the steps that a reference names. */
const CODE = /^```[\s\S]*?^```|`[^`\n]+`|<code>.*?<\/code>|\bstep="[^"]*"/gm;

/** Name → how often it stands in the lesson's code; in prose “RUN” is a word like any other. */
export function instructionCounts(mdx: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [code] of mdx.replaceAll(/\{\/\*[\s\S]*?\*\/\}/g, '').matchAll(CODE))
    for (const [name] of code.matchAll(NAMES)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
