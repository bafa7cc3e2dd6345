/** Runs a session on a machine and writes down what every command printed. */
import type { Machine } from '../machine.ts';
import type { SessionFile } from './session-file.ts';

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
  for (const step of session.steps) {
    switch (step.kind) {
      case 'use':
        for (const [path, text] of Object.entries(session.sets[step.name] ?? {})) machine.files.write(path, text);
        break;
      case 'touch':
        machine.files.touch(step.path);
        break;
      case 'rm':
        machine.files.remove(step.path);
        break;
      case 'sleep':
        await machine.settle(step.seconds * 1000);
        break;
      case 'run': {
        const result = await machine.run(step.command, { stdin: step.stdin, tty: step.tty });
        steps.push({ cmd: step.command, tty: step.tty, stdin: step.stdin, ...result });
        break;
      }
    }
  }
  return { session: name, steps };
}
