import type { Process } from '../../kernel/kernel.ts';
import { StreamHub } from '../containers/streams.ts';
import { notFound } from '../errors.ts';

/** One exec of a container: what is to run, and how it went. */
export interface ExecRecord {
  readonly id: string;
  readonly containerId: string;
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly tty: boolean;
  readonly privileged: boolean;
  readonly attach: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly detachKeys: string;
  readonly streams: StreamHub;
  started: boolean;
  running: boolean;
  exitCode: number | null;
  pid: number;
  process: Process | undefined;
  consoleSize: readonly [number, number] | undefined;
}

/** All execs whose container has not been removed. */
export class ExecStore {
  readonly #byId = new Map<string, ExecRecord>();
  add(exec: ExecRecord): void {
    this.#byId.set(exec.id, exec);
  }
  get(id: string): ExecRecord {
    const exec = this.#byId.get(id);
    if (exec === undefined) throw notFound(`No such exec instance: ${id}`);
    return exec;
  }
  find(id: string): ExecRecord | undefined {
    return this.#byId.get(id);
  }
  delete(id: string): void {
    this.#byId.delete(id);
  }
}
