/** Dockerfile instructions given to `docker commit -c` and `docker import -c`. */
import type { RunConfig } from '../../image/types.ts';
import { silentLinter } from '../../dockerfile/checks.ts';
import { DockerfileError } from '../../dockerfile/errors.ts';
import { toInstruction } from '../../dockerfile/instruct.ts';
import { lex, variables } from '../../dockerfile/lex.ts';
import { parse } from '../../dockerfile/parser.ts';
import { invalid } from '../errors.ts';

const ALLOWED = [
  'cmd',
  'entrypoint',
  'env',
  'expose',
  'healthcheck',
  'label',
  'onbuild',
  'stopsignal',
  'user',
  'volume',
  'workdir',
];

type Writable = { -readonly [K in keyof RunConfig]: RunConfig[K] };

const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** The config with the changes made. Throws Docker's text for instructions that change no config. */
export function applyChanges(config: RunConfig, changes: readonly string[]): RunConfig {
  const result: Writable = { ...config };
  for (const text of changes) {
    if (text.trim() === '') continue;
    try {
      for (const node of parse(text).nodes) {
        const instruction = toInstruction(node, silentLinter());
        if (!ALLOWED.includes(instruction.kind))
          throw invalid(`${instruction.name.toUpperCase()} is not a valid change command`);
        apply(result, instruction);
      }
    } catch (error) {
      if (error instanceof DockerfileError) throw invalid(error.message);
      throw error;
    }
  }
  return result;
}

function apply(config: Writable, instruction: ReturnType<typeof toInstruction>): void {
  const env = config.Env ?? [];
  const scope = variables(
    env.map((variable): [string, string] => {
      const at = variable.indexOf('=');
      return [variable.slice(0, at), variable.slice(at + 1)];
    }),
  );
  const expand = (word: string): string => lex(word, scope).text;
  const command = (line: { args: readonly string[]; shell: boolean }): string[] =>
    line.shell ? [...(config.Shell ?? DEFAULT_SHELL), line.args.join(' ')] : [...line.args];
  switch (instruction.kind) {
    case 'cmd':
      config.Cmd = command(instruction);
      break;
    case 'entrypoint':
      config.Entrypoint = command(instruction);
      break;
    case 'env':
      for (const { key, value } of instruction.pairs) {
        const now = config.Env ?? [];
        const entry = `${key}=${expand(value)}`;
        const at = now.findIndex((variable) => variable.startsWith(`${key}=`));
        config.Env = at < 0 ? [...now, entry] : now.map((variable, i) => (i === at ? entry : variable));
      }
      break;
    case 'expose':
      for (const port of instruction.ports.map(expand))
        config.ExposedPorts = { ...config.ExposedPorts, [port.includes('/') ? port : `${port}/tcp`]: {} };
      break;
    case 'label':
      for (const { key, value } of instruction.pairs)
        config.Labels = { ...config.Labels, [expand(key)]: expand(value) };
      break;
    case 'onbuild':
      config.OnBuild = [...(config.OnBuild ?? []), instruction.expression];
      break;
    case 'stopsignal':
      config.StopSignal = expand(instruction.signal);
      break;
    case 'user':
      config.User = expand(instruction.user);
      break;
    case 'volume':
      for (const path of instruction.volumes) config.Volumes = { ...config.Volumes, [expand(path)]: {} };
      break;
    case 'workdir': {
      const path = expand(instruction.path);
      config.WorkingDir = path.startsWith('/') ? path : `${(config.WorkingDir ?? '').replace(/\/$/, '')}/${path}`;
      break;
    }
    case 'healthcheck': {
      const { test, interval, timeout, startPeriod, startInterval, retries } = instruction.health;
      config.Healthcheck = {
        Test: [...test],
        ...(interval ? { Interval: interval } : {}),
        ...(timeout ? { Timeout: timeout } : {}),
        ...(startPeriod ? { StartPeriod: startPeriod } : {}),
        ...(startInterval ? { StartInterval: startInterval } : {}),
        ...(retries ? { Retries: retries } : {}),
      };
      break;
    }
  }
}
