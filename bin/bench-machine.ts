/** Timings of the machine in Node. Each is the median of several runs. */
import { readFile } from 'node:fs/promises';
import { sha256 } from '@noble/hashes/sha2.js';
import { selectFiles, wholeTree } from '../simulator/builder/contenthash.ts';
import { LayerTree } from '../simulator/builder/tree.ts';
import { bytesData } from '../simulator/kernel/fs/data.ts';
import type { LayerEntry } from '../simulator/kernel/fs/layer.ts';
import { createMachine, type Machine } from '../simulator/machine.ts';
import { parseSession } from '../simulator/session/session-file.ts';
import { replay } from '../simulator/session/replay.ts';
import type { Figure } from './bench.ts';
import { nodeHost } from './node-host.ts';

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await timed(work));
  return median(all);
}

const make = (files: Record<string, string> = {}, images: string[] = ['busybox']): Promise<Machine> =>
  createMachine({ host: nodeHost, files, images });

async function must(machine: Machine, command: string): Promise<void> {
  const result = await machine.run(command);
  if (result.exit !== 0) throw new Error(`${command}: exit ${result.exit}\n${result.stdout}${result.stderr}`);
}

/** Speed of hashing a context of 10,000 files and 50 MB, as a share of plain SHA-256 over the same bytes in the same run. */
function contextHashing(): number {
  const shares: number[] = [];
  for (let round = 0; round < 5; round++) {
    const meta = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    const contents = Array.from({ length: 10_000 }, (_, i) => new Uint8Array(5000).fill((i + round) % 251));
    const entries = new Map<string, LayerEntry>(
      contents.map((bytes, i) => [`file${i}`, { type: 'file', data: bytesData(bytes), ...meta }]),
    );
    const tree = new LayerTree([{ root: { type: 'dir', opaque: false, entries, ...meta, mode: 0o755 } }]);
    const all = new Uint8Array(50_000_000);
    contents.forEach((bytes, i) => all.set(bytes, i * 5000));
    const start = performance.now();
    sha256(all);
    const middle = performance.now();
    selectFiles(tree, [wholeTree('/')]);
    shares.push((middle - start) / (performance.now() - middle));
  }
  return median(shares);
}

/** How long the editor waits for a forecast after a keystroke in a Dockerfile of 20 instructions. */
async function forecast(): Promise<number> {
  const lines = Array.from({ length: 9 }, (_, i) => `RUN echo ${i} > /file${i}\nCOPY src/${i}.txt /src/`);
  const text = `FROM busybox\nWORKDIR /app\n${lines.join('\n')}\n`;
  const files: Record<string, string> = { Dockerfile: text };
  for (let i = 0; i < 9; i++) files[`src/${i}.txt`] = `${i}\n`;
  const machine = await make(files);
  await must(machine, 'docker build -q -t app .');
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    machine.files.write('Dockerfile', text.replace('echo 4', `echo 4${i}`));
    const start = performance.now();
    const steps = machine.forecast('Dockerfile');
    let done = false;
    void steps.then(() => {
      done = true;
    });
    while (!done) await machine.settle(0);
    if (i >= 10) times.push(performance.now() - start);
  }
  machine.stop();
  return median(times);
}

async function cachedRebuild(): Promise<number> {
  const lines = Array.from({ length: 9 }, (_, i) => `RUN echo ${i} > /file${i}\nCOPY src/${i}.txt /src/`);
  const files: Record<string, string> = { Dockerfile: `FROM busybox\nWORKDIR /app\n${lines.join('\n')}\n` };
  for (let i = 0; i < 9; i++) files[`src/${i}.txt`] = `${i}\n`;
  const machine = await make(files);
  for (let i = 0; i < 12; i++) await must(machine, 'docker build -q -t app .');
  const ms = await repeat(25, () => must(machine, 'docker build -q -t app .'));
  machine.stop();
  return ms;
}

/** A machine with an image of so many files. */
async function machineOf(fileCount: number): Promise<Machine> {
  const machine = await make({
    Dockerfile: `FROM busybox\nRUN mkdir /data && cd /data && for i in $(seq ${fileCount}); do echo $i > $i; done\n`,
  });
  await must(machine, 'docker build -q -t many .');
  return machine;
}

/** What `docker run` costs on an image of 10,000 files against one of 10, measured turn by turn on two warm machines. */
async function runOnMany(): Promise<number> {
  const machines = [await machineOf(10), await machineOf(10_000)] as const;
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 60; round++) {
    for (const which of [0, 1] as const) {
      const ms = await timed(() => must(machines[which], 'docker run --rm many true'));
      if (round >= 20) times[which].push(ms);
    }
  }
  machines.forEach((m) => m.stop());
  return median(times[1]) / median(times[0]);
}

async function replayed(): Promise<number> {
  const text = await readFile(
    new URL('../test/conformance/sessions/seed-container-state.session', import.meta.url),
    'utf8',
  );
  const session = parseSession(text);
  const commands = session.steps.filter((s) => s.kind === 'run').length;
  const ms = await repeat(3, async () => {
    const machine = await make({ ...session.files }, [...session.images]);
    await replay('bench', session, machine);
    machine.stop();
  });
  return commands / (ms / 1000);
}

/** Bytes in use after what nobody holds any more is gone. */
async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

async function manyContainers(): Promise<Figure[]> {
  const machine = await make();
  await must(machine, 'docker run -d busybox sleep 100000');
  for (let i = 0; i < 20; i++) await must(machine, 'docker ps -q');
  const before = await heapUsed();
  const starts: number[] = [];
  for (let i = 0; i < 499; i++) starts.push(await timed(() => must(machine, 'docker run -d busybox sleep 100000')));
  const each = ((await heapUsed()) - before) / 499;
  for (let i = 0; i < 30; i++) await must(machine, 'docker ps -q');
  const list = await repeat(40, () => must(machine, 'docker ps -q'));
  machine.stop();
  return [
    { name: 'docker ps, 500 containers running', value: list, unit: 'ms', budget: 10 },
    { name: 'memory of a running container', value: each / 1000, unit: 'kB', budget: 100 },
    {
      name: 'start of the last 50 of 500 against the first 50',
      value: median(starts.slice(-50)) / median(starts.slice(0, 50)),
      unit: 'times',
      budget: 1.5,
    },
  ];
}

/** All figures of the machine. */
export async function measureMachine(): Promise<Figure[]> {
  const warm = await make();
  await must(warm, 'docker run --rm busybox true');
  const runTrue = await repeat(25, () => must(warm, 'docker run --rm busybox true'));
  warm.stop();
  const many = await runOnMany();
  return [
    { name: 'commands of a replayed session', value: await replayed(), unit: 'per second' },
    { name: 'cached rebuild of 20 instructions', value: await cachedRebuild(), unit: 'ms', budget: 10 },
    { name: 'forecast after a keystroke', value: await forecast(), unit: 'ms', budget: 16 },
    {
      name: 'hashing a context against plain SHA-256',
      value: contextHashing(),
      unit: 'times',
      budget: 0.5,
      atLeast: true,
    },
    { name: 'docker run --rm busybox true', value: runTrue, unit: 'ms' },
    { name: 'docker run, image of 10,000 files against 10', value: many, unit: 'times', budget: 1.2 },
    ...(await manyContainers()),
  ];
}
