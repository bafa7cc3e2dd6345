/** Types a session into a terminal as a person would: each line when what ran before is through. */
import type { Pace } from '../../simulator/kernel/kernel.ts';
import type { Machine, TerminalSession } from '../../simulator/machine.ts';
import { typed } from '../../simulator/session/session-file.ts';
import { runSteps, type PlainStep } from '../../simulator/session/steps.ts';

/** What the player needs of a terminal: where keys go, and when it last said something (page time, ms). */
export interface PlayedTerminal {
  readonly session: TerminalSession;
  readonly heardAt: () => number;
}

const LOOK = 40;
/** Code that is loaded for the first time is there after so long, ms. */
const LOADING = 500;
/** A program that reads is taken to wait for the next line once it has been silent for so long. */
const SILENT = 1200;
/** No step may take longer than this. */
const PATIENCE = 120_000;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Plays the steps; resolves to false when one did not come to its end. */
export async function play(
  machine: Machine,
  { session, heardAt }: PlayedTerminal,
  steps: readonly PlainStep[],
): Promise<boolean> {
  const until = async (ready: () => boolean): Promise<boolean> => {
    const begun = performance.now();
    while (!ready()) {
      if (performance.now() - begun > PATIENCE) return false;
      await rest(LOOK);
    }
    return true;
  };
  for (const step of steps) {
    if (step.kind === 'sleep') {
      const due = machine.now() + step.seconds * 1000;
      // At a quick pace the wait is over before the code of what was just started has been loaded.
      await rest(LOADING);
      if (!(await until(() => machine.now() >= due))) return false;
      continue;
    }
    if (step.kind !== 'run') {
      await runSteps(machine, [step]);
      continue;
    }
    if (!(await until(() => session.prompting() > 0))) return false;
    const before = session.prompting();
    const back = (): boolean => session.prompting() > before;
    await write(session, step.command, isQuick(machine.pace));
    let at = performance.now();
    for (const line of step.stdin) {
      await until(() => performance.now() - Math.max(at, heardAt()) > SILENT || back());
      if (back()) break;
      session.write(typed(line));
      at = performance.now();
    }
    if (!(await until(back))) return false;
  }
  return true;
}

/** A pace at which nobody watches the keys. */
const isQuick = (pace: Pace): boolean => pace.mode === 'instant' || (pace.mode === 'real' && pace.factor > 1);

/** Types a line, slowly enough to be seen, or all of it at once. */
async function write(session: TerminalSession, command: string, atOnce: boolean): Promise<void> {
  session.write('\x15');
  for (let i = 0; i < command.length; i += 4) {
    session.write(command.slice(i, i + 4));
    if (!atOnce) await rest(16);
  }
  session.write('\r');
}
