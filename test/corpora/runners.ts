/** One runner per file of recorded cases: given its text (and the folder it lies in) it says how many the model passes. */
import { corpora as client } from './client.ts';
import { corpora as dockerfile } from './dockerfile.ts';

export interface CorpusResult {
  readonly passed: number;
  readonly total: number;
  /** What differed, one text per case. */
  readonly failures: readonly string[];
}
export type CorpusRunner = (text: string, dir: string) => CorpusResult | Promise<CorpusResult>;

export const RUNNERS: Readonly<Record<string, CorpusRunner>> = { ...client, ...dockerfile };
