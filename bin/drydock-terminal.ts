/** `drydock` alone: the same machine in the developer's own terminal. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createMachine } from '../simulator/machine.ts';
import { nodeHost } from './node-host.ts';

const SIZE_LIMIT = 1 << 20;

/** Copies the files of the current folder that a learner would have there (small ones, no `.git`, no packages). */
async function folderFiles(dir: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  let left = 500;
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      if (entry.name === '.git' || entry.name === 'node_modules' || left <= 0) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        const bytes = await readFile(path);
        if (bytes.length > SIZE_LIMIT) continue;
        files[relative(dir, path)] = new Uint8Array(bytes);
        left--;
      }
    }
  };
  await walk(dir);
  return files;
}

/** Opens a machine on this terminal; resolves when its shell ends. */
export async function openMachine(): Promise<number> {
  const { stdin, stdout } = process;
  const size = (): { columns: number; rows: number } => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  // A copy of the folder, and only where it is a small one: nothing the machine does reaches the real files.
  const files = process.env.DRYDOCK_FILES === 'none' ? {} : await folderFiles(process.cwd());
  const machine = await createMachine({
    files,
    host: nodeHost,
    pace: { mode: 'real', factor: 1 },
    seed: Date.now() % 2 ** 31,
  });
  return new Promise((resolve) => {
    const session = machine.openTerminal({
      size: size(),
      output: (data) => void stdout.write(data),
      ended: (code) => {
        stdin.setRawMode?.(false);
        stdin.pause();
        machine.stop();
        resolve(code);
      },
    });
    stdin.setRawMode?.(true);
    stdin.on('data', (data) => session.write(new Uint8Array(data)));
    stdin.on('end', () => session.close());
    stdout.on('resize', () => session.resize(size()));
  });
}
