/** Types an example on a machine of its own and returns what the terminal would show. */
import { createMachine } from '../../simulator/machine.ts';
import { nodeHost } from '../../bin/node-host.ts';
import type { Example } from './examples.ts';

export interface Typed {
  readonly command: string;
  readonly output: string;
  readonly exit: number;
}

/** Runs the example's commands in order. Throws where one that is not shown fails. */
export async function runExample(example: Example): Promise<Typed[]> {
  const machine = await createMachine({
    files: example.files ?? {},
    images: example.images ?? ['busybox'],
    host: nodeHost,
  });
  try {
    for (const command of example.before ?? []) {
      const { exit, stderr } = await machine.run(command);
      if (exit !== 0) throw new Error(`${command}: ${stderr}`);
    }
    const typed: Typed[] = [];
    for (const command of example.show) {
      const { exit, stdout, stderr } = await machine.run(command);
      typed.push({ command, exit, output: stdout + stderr });
    }
    return typed;
  } finally {
    machine.stop();
  }
}
