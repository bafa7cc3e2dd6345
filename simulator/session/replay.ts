/** Runs a session on a machine and writes down what every command printed. */
import type { Machine } from '../machine.ts';
import type { SessionFile } from './session-file.ts';
import { plainSteps, runSteps } from './steps.ts';

export interface TranscriptStep {
  readonly cmd: string;
  readonly tty: boolean;
  readonly stdin: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Transcript {
  readonly session: string;
  readonly steps: readonly TranscriptStep[];
}

/** Replays `session` on a fresh machine whose folder holds the session's files. */
export async function replay(name: string, session: SessionFile, machine: Machine): Promise<Transcript> {
  const steps: TranscriptStep[] = [];
  await runSteps(machine, plainSteps(session), ({ command, tty, stdin }, result) =>
    steps.push({ cmd: command, tty, stdin, ...result }),
  );
  return { session: name, steps };
}
