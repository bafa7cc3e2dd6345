/** `drydock session --client PATH`: sessions run by the real shell, with a given docker binary against a fresh machine's daemon. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createMachine } from '../simulator/machine.ts';
import { parseSession, typed, type SessionFile } from '../simulator/session/session-file.ts';
import type { Transcript, TranscriptStep } from '../simulator/session/replay.ts';
import { listen } from './drydock-daemon.ts';
import { nodeHost } from './node-host.ts';

/** The machine's time runs this much faster than the wall's, so that sessions do not wait for `sleep`. */
const PACE = 4;
const QUIET_MS = 500;

async function lay(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(dir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    if (text.startsWith('#!')) await chmod(target, 0o755);
  }
}

interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runCommand(command: string, cwd: string, env: NodeJS.ProcessEnv, stdin: readonly string[]): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn('bash', ['-c', command], { cwd, env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (d: Buffer) => out.push(d));
    child.stderr.on('data', (d: Buffer) => err.push(d));
    child.stdin.on('error', () => undefined); // the command ended without reading its input
    child.stdin.end(stdin.map((line) => `${line}\n`).join(''));
    child.on('close', (code) =>
      done({ exit: code ?? 255, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** Runs a command on a real terminal of 80×24 through script(1), typing a line whenever it falls silent. */
function runOnTerminal(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  stdin: readonly string[],
): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn('script', ['-qefc', `stty cols 80 rows 24; ${command}`, '/dev/null'], { cwd, env });
    const out: Buffer[] = [];
    const left = [...stdin];
    let quiet: NodeJS.Timeout | undefined;
    const listenAgain = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        const line = left.shift();
        if (line === undefined) return;
        child.stdin.write(typed(line));
        listenAgain();
      }, QUIET_MS);
    };
    child.stdout.on('data', (d: Buffer) => {
      out.push(d);
      listenAgain();
    });
    child.stdin.on('error', () => undefined);
    listenAgain();
    child.on('close', (code) => {
      clearTimeout(quiet);
      done({ exit: code ?? 255, stdout: Buffer.concat(out).toString(), stderr: '' });
    });
  });
}

async function runOne(name: string, session: SessionFile, client: string): Promise<Transcript> {
  const base = await mkdtemp(join(tmpdir(), 'drydock-'));
  const lab = join(base, 'lab');
  const bin = join(base, 'bin');
  await mkdir(lab);
  await mkdir(bin);
  await symlink(resolve(client), join(bin, 'docker'));
  const socket = join(base, 'docker.sock');
  // The daemon's host is another machine: what clients bind-mount from their folder is laid there too.
  const machine = await createMachine({
    host: nodeHost,
    bootTime: Date.now(),
    images: session.images,
    files: session.files,
    folderPath: lab,
    pace: { mode: 'real', factor: PACE },
  });
  const server = await listen(machine, socket);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_BUILDKIT: '0',
    HOME: base,
    DOCKER_CONFIG: join(base, '.docker'),
  };
  const steps: TranscriptStep[] = [];
  try {
    await lay(lab, session.files);
    for (const step of session.steps) {
      switch (step.kind) {
        case 'use':
          await lay(lab, session.sets[step.name] ?? {});
          for (const [path, text] of Object.entries(session.sets[step.name] ?? {})) machine.files.write(path, text);
          break;
        case 'touch':
          await utimes(join(lab, step.path), new Date(), new Date());
          break;
        case 'rm':
          await rm(join(lab, step.path), { recursive: true, force: true });
          machine.files.remove(step.path);
          break;
        case 'sleep':
          for (const until = machine.now() + step.seconds * 1000; machine.now() < until;)
            await new Promise((r) => setTimeout(r, 20));
          break;
        case 'run': {
          const run = step.tty ? runOnTerminal : runCommand;
          steps.push({
            cmd: step.command,
            tty: step.tty,
            stdin: step.stdin,
            ...(await run(step.command, lab, env, step.stdin)),
          });
        }
      }
    }
  } finally {
    server.close();
    machine.stop();
    await rm(base, { recursive: true, force: true });
  }
  return { session: name, steps };
}

/** Runs the files one after the other with `client` as the docker command; resolves to the exit code. */
export async function runWithClient(
  client: string,
  files: readonly string[],
  out: string | undefined,
): Promise<number> {
  if (out !== undefined) await mkdir(out, { recursive: true });
  for (const file of files) {
    const transcript = await runOne(basename(file, '.session'), parseSession(await readFile(file, 'utf8')), client);
    const text = `${JSON.stringify(transcript, null, 1)}\n`;
    if (out === undefined) process.stdout.write(text);
    else await writeFile(join(out, `${transcript.session}.json`), text);
  }
  return 0;
}
