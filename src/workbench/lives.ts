/** The runs of containers as bars on one line of time: what the timeline shows when no build is going on. */
import type { History } from '../lessons/history.ts';

export interface Life {
  readonly id: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly state: 'run' | 'fail' | 'wait';
  /** What became of it, in a word or two. */
  readonly word: string;
  readonly lane: 'a' | 'b';
}
export interface Lives {
  readonly from: number;
  readonly ms: number;
  readonly bars: readonly Life[];
  /** When the last of these things happened, virtual ms. */
  readonly last: number;
}

/** The timeline never shows more than this, ms: older runs are cut off or left out. */
const WINDOW = 120_000;
const SHORTEST = 5000;

/** The runs of the last two minutes up to `now`, in two lanes; undefined while no container has run. */
export function livesOf(history: Pick<History, 'containers'>, now: number): Lives | undefined {
  const runs = [...history.containers.values()].flatMap((c) =>
    c.runs.map((run) => ({ ...run, id: c.id, name: c.name })),
  );
  const last = Math.max(...runs.map((run) => run.to ?? run.from));
  if (!runs.length) return undefined;
  const end = Math.max(now, last);
  const start = Math.max(Math.min(...runs.map((run) => run.from)), end - WINDOW);
  const from = Math.min(start, end - SHORTEST);
  const ends: Record<Life['lane'], number> = { a: -Infinity, b: -Infinity };
  const bars = runs
    .filter((run) => (run.to ?? end) >= start)
    .sort((x, y) => x.from - y.from)
    .map((run): Life => {
      const lane = run.from >= ends.a || ends.a <= ends.b ? 'a' : 'b';
      const to = run.to ?? end;
      ends[lane] = Math.max(ends[lane], to);
      const ended = run.exitCode !== undefined;
      return {
        id: run.id,
        name: run.name,
        from: Math.max(run.from, from),
        to,
        lane,
        state: !ended ? 'run' : run.exitCode === 0 ? 'wait' : 'fail',
        word: ended ? `ended with ${run.exitCode}` : 'runs',
      };
    });
  return { from, ms: Math.ceil((end - from) / 500) * 500, bars, last };
}
