/** Health checks: probes run in the container, one after the other, and what they make of its status. */
import type { HealthcheckConfig } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { errorText } from '../errors.ts';
import { createExec, runExec } from '../exec/run.ts';
import { goDuration, rfc3339 } from '../time.ts';
import type { Container, HealthState } from './container.ts';

const SECOND = 1e9;
const MAX_OUTPUT = 4096;
const MAX_LOG = 5;
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** The probe's command line, or undefined where there is no check. */
function probeOf(container: Container): string[] | undefined {
  const [kind, ...rest] = container.config.Healthcheck?.Test ?? [];
  if (kind === 'CMD') return rest;
  if (kind === 'CMD-SHELL') return [...(container.config.Shell ?? DEFAULT_SHELL), rest[0] ?? ''];
  return undefined;
}

/** Starts the health checks of a container that has just begun to run. */
export function startHealthchecks(engine: Engine, container: Container): void {
  const check = container.config.Healthcheck;
  const probe = probeOf(container);
  if (check === undefined || probe === undefined) {
    container.state.health = undefined;
    return;
  }
  const health: HealthState = { status: 'starting', failingStreak: 0, log: [] };
  container.state.health = health;
  let over = false;
  let cancel: () => void = () => undefined;
  container.stopHealth = () => {
    over = true;
    cancel();
    container.stopHealth = undefined;
  };
  const began = container.state.startedAt;
  const next = (): void => {
    if (over) return;
    cancel = engine.kernel.clock.timer(waitTime(check, health, engine.kernel.clock.now() - began), () => {
      if (over) return;
      // A paused container is not probed.
      if (container.state.paused) next();
      else void once().then(next);
    });
  };
  const once = async (): Promise<void> => {
    const result = await runProbe(engine, container, probe, (check.Timeout || 30 * SECOND) / 1e6);
    if (over) return;
    judge(engine, container, health, check, { ...result, sinceStart: engine.kernel.clock.now() - began });
  };
  next();
}

/** Milliseconds until the next probe: shorter ones during the start period, as long as none succeeded. */
function waitTime(check: HealthcheckConfig, health: HealthState, sinceStart: number): number {
  const interval = (check.Interval || 30 * SECOND) / 1e6;
  const startPeriod = (check.StartPeriod ?? 0) / 1e6;
  if (health.status !== 'starting' || sinceStart >= startPeriod) return interval;
  return (check.StartInterval || 5 * SECOND) / 1e6;
}

interface Probe {
  readonly start: number;
  readonly end: number;
  readonly exitCode: number;
  readonly output: string;
}

async function runProbe(engine: Engine, container: Container, cmd: string[], timeout: number): Promise<Probe> {
  const start = engine.instants.now();
  const end = (exitCode: number, output: string): Probe => ({
    start,
    end: engine.instants.now(),
    exitCode,
    output: output.slice(0, MAX_OUTPUT),
  });
  const exec = createExec(engine, container, {
    Cmd: cmd,
    AttachStdout: true,
    AttachStderr: true,
    User: container.config.User,
  });
  let output = '';
  const decoder = new TextDecoder();
  exec.streams.attach({
    data: (_, bytes) => (output += decoder.decode(bytes, { stream: true })),
    end: () => undefined,
  });
  const late = Promise.withResolvers<'late'>();
  const cancel = engine.kernel.clock.timer(timeout, () => late.resolve('late'));
  try {
    const ran = await runExec(engine, container, exec);
    const result = await Promise.race([ran.ended, late.promise]);
    if (result !== 'late') return end(result, output);
    exec.process?.kill('SIGKILL');
    return end(-1, `Health check exceeded timeout (${goDuration(timeout * 1e6)})${output === '' ? '' : `: ${output}`}`);
  } catch (error) {
    return end(-1, errorText(error));
  } finally {
    cancel();
  }
}

function judge(
  engine: Engine,
  container: Container,
  health: HealthState,
  check: HealthcheckConfig,
  probe: Probe & { readonly sinceStart: number },
): void {
  health.log.push({
    Start: rfc3339(probe.start),
    End: rfc3339(probe.end),
    ExitCode: probe.exitCode,
    Output: probe.output,
  });
  if (health.log.length > MAX_LOG) health.log.shift();
  const before = health.status;
  if (probe.exitCode === 0) {
    health.failingStreak = 0;
    health.status = 'healthy';
  } else if (health.status !== 'starting' || probe.sinceStart >= (check.StartPeriod ?? 0) / 1e6) {
    health.failingStreak++;
    if (health.failingStreak >= (check.Retries || 3)) health.status = 'unhealthy';
  }
  if (health.status === before) return;
  engine.containerEvent(container, `health_status: ${health.status}`);
  engine.kernel.log.emit('container.health', { id: container.id, name: container.name, status: health.status });
}
