/** `drydock session`: runs session files and writes transcripts, or prints them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { MachineEvent } from '../simulator/kernel/log.ts';
import { createMachine } from '../simulator/machine.ts';
import { parseSession } from '../simulator/session/session-file.ts';
import { replay, type Transcript } from '../simulator/session/replay.ts';
import { nodeHost } from './node-host.ts';

/** Runs one session file on a fresh machine; `followed` is told every event of its log. */
export async function runSession(file: string, followed?: (event: MachineEvent) => void): Promise<Transcript> {
  const session = parseSession(await readFile(file, 'utf8'));
  const machine = await createMachine({
    files: session.files,
    images: session.images,
    host: nodeHost,
    pace: { mode: 'instant' },
  });
  if (followed) machine.follow(followed);
  try {
    return await replay(basename(file, '.session'), session, machine);
  } finally {
    machine.stop();
  }
}

function print(transcript: Transcript): void {
  const out: string[] = [];
  for (const step of transcript.steps) {
    out.push(`$ ${step.cmd}\n`, ...step.stdin.map((line) => `< ${line}\n`), step.stdout, step.stderr);
    if (step.exit !== 0) out.push(`(exit ${step.exit})\n`);
  }
  process.stdout.write(out.join(''));
}

interface Job {
  readonly file: string;
}
type JobResult =
  { readonly file: string; readonly transcript: Transcript } | { readonly file: string; readonly error: string };

/** The side of a worker thread: one session after the other, until told there is no more. */
function work(): void {
  parentPort!.on('message', (job: Job) => {
    runSession(job.file).then(
      (transcript) => parentPort!.postMessage({ file: job.file, transcript } satisfies JobResult),
      (error: unknown) =>
        parentPort!.postMessage({
          file: job.file,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies JobResult),
    );
  });
}

/** A session that takes longer is ended and counts as failed. */
const LIMIT_MS = 120_000;

function runIn(worker: Worker, file: string): Promise<JobResult> {
  return new Promise((resolve) => {
    const failed = (error: string): void => done({ file, error });
    const onMessage = (result: JobResult): void => done(result);
    const onError = (error: Error): void => failed(error.stack ?? error.message);
    const onExit = (): void => failed('the machine came to a standstill');
    const timer = setTimeout(() => failed(`no end after ${LIMIT_MS / 1000} s`), LIMIT_MS);
    const done = (result: JobResult): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(result);
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage({ file } satisfies Job);
  });
}

/** Runs the files on as many threads as there are cores; calls `done` for each as it ends. */
async function runAll(files: readonly string[], done: (result: JobResult) => Promise<void>): Promise<void> {
  const queue = [...files];
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), files.length) }, async () => {
      let worker = new Worker(new URL(import.meta.url));
      for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
        const result = await runIn(worker, file);
        if ('error' in result) {
          await worker.terminate();
          worker = new Worker(new URL(import.meta.url));
        }
        await done(result);
      }
      await worker.terminate();
    }),
  );
}

export async function runSessions(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { out: { type: 'string' }, client: { type: 'string' }, events: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (!positionals.length) {
    process.stderr.write('drydock session: name at least one session file\n');
    return 1;
  }
  if (values.client !== undefined)
    return (await import('./drydock-client.ts')).runWithClient(values.client, positionals, values.out);
  if (values.events) {
    for (const file of positionals)
      await runSession(file, ({ seq: _seq, at: _at, kind, ...fields }) =>
        process.stdout.write(`${kind} ${JSON.stringify(fields)}\n`),
      );
    return 0;
  }
  if (values.out !== undefined) await mkdir(values.out, { recursive: true });
  let failed = 0;
  /** Transcripts that are printed in the order of the command line. */
  const waiting = new Map<string, Transcript | undefined>();
  const order = [...positionals];
  await runAll(positionals, async (result) => {
    if ('error' in result) {
      failed++;
      process.stderr.write(`${result.file}: ${result.error}\n`);
    }
    const transcript = 'transcript' in result ? result.transcript : undefined;
    if (values.out === undefined) {
      waiting.set(result.file, transcript);
      while (order.length && waiting.has(order[0]!)) {
        const next = waiting.get(order.shift()!);
        if (next) print(next);
      }
    } else if (transcript)
      await writeFile(join(values.out, `${transcript.session}.json`), `${JSON.stringify(transcript, null, 1)}\n`);
  });
  return failed ? 1 : 0;
}

if (!isMainThread) work();
