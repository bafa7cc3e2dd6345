/** A session as steps that hold their files, so that they can be handed to a machine elsewhere; and what runs them. */
import type { CommandResult, Machine } from '../machine.ts';
import type { SessionFile, SessionStep } from './session-file.ts';

export type PlainStep =
  Exclude<SessionStep, { kind: 'use' }> | { readonly kind: 'write'; readonly files: Readonly<Record<string, string>> };

/** The session's steps with `@use` replaced by the files it stands for. */
export const plainSteps = (session: Pick<SessionFile, 'steps' | 'sets'>): PlainStep[] =>
  session.steps.map((step) => (step.kind === 'use' ? { kind: 'write', files: session.sets[step.name] ?? {} } : step));

/** Runs the steps one after the other; `told` gets what each command printed. */
export async function runSteps(
  machine: Pick<Machine, 'files' | 'run' | 'settle'>,
  steps: readonly PlainStep[],
  told: (step: Extract<PlainStep, { kind: 'run' }>, result: CommandResult) => void = () => undefined,
): Promise<void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'write':
        for (const [path, text] of Object.entries(step.files)) machine.files.write(path, text);
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
      case 'run':
        told(step, await machine.run(step.command, { stdin: step.stdin, tty: step.tty }));
        break;
    }
  }
}
