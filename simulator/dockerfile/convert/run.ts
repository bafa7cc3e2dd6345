/** RUN. */
import { chompTabs, heredocWord } from '../heredoc.ts';
import type { Run } from '../instructions.ts';
import { lex, LexError, variables, type Variables } from '../lex.ts';
import { parseMount, type RunMount } from '../mount.ts';
import { absolutePath, basePath, cleanPath, joinPath } from '../path.ts';
import { goQuote, trimSpace } from '../text.ts';
import { type Conversion, internal } from './context.ts';
import type { ExecMount, FileAction, Vertex, VertexOrigin } from './graph.ts';
import type { StageState } from './stage.ts';

/** What a label shows of a heredoc: its first line. */
function summary(body: string): string {
  const lines = trimSpace(body).split(/\r?\n/);
  return lines[0]! + (lines.length > 1 ? '...' : '');
}

/** SHELL, or the default one, before a command in shell form. */
export const withShell = (stage: StageState, args: readonly string[]): string[] => [
  ...(stage.image.config.Shell?.length ? stage.image.config.Shell : ['/bin/sh', '-c']),
  args.join(' '),
];

const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];

/** Build arguments that are set in RUN without being declared, in upper and lower case. */
function proxyVariables(buildArgs: Readonly<Record<string, string>>): string[] {
  return PROXIES.flatMap((name) => {
    const given = Object.keys(buildArgs)
      .filter((key) => key.toLowerCase() === name)
      .sort()
      .at(-1);
    return given === undefined || buildArgs[given] === ''
      ? []
      : [`${name.toUpperCase()}=${buildArgs[given]}`, `${name}=${buildArgs[given]}`];
  });
}

/** `|2 A=1 B=2 /bin/sh -c …`: the values of build arguments are part of the history. */
function historyText(args: readonly string[], stage: StageState): string {
  const values = new Map<string, string>();
  for (const arg of stage.buildArgs) {
    values.set(arg.key, `${arg.key}=${stage.env.get(arg.key) ?? arg.value ?? ''}`);
  }
  const known = [...values.values()];
  return [...(known.length > 0 ? [`|${known.length}`, ...known] : []), ...args].join(' ');
}

interface Mounts {
  readonly mounts: ExecMount[];
  readonly inputs: (Vertex | undefined)[];
}

function cachePermissions(conversion: Conversion, stage: StageState, mount: RunMount): Vertex {
  const action: FileAction = {
    type: 'mkdir',
    path: '/cache',
    mode: mount.mode ?? 0o755,
    parents: false,
    owner: `${mount.uid ?? 0}:${mount.gid ?? 0}`,
  };
  const origin = internal('[internal] setting cache mount permissions');
  return { ...conversion.vertex(stage, { type: 'file', actions: [action] }, [undefined], origin), ignoreCache: false };
}

function secretMount(stage: StageState, mount: RunMount, command: Run): ExecMount {
  const id = mount.source || mount.id || basePath(mount.target);
  const target = mount.target || (mount.env === undefined ? `/run/secrets/${basePath(id)}` : '');
  if (!stage.outline.secrets.has(id)) {
    stage.outline.secrets.set(id, { required: mount.required, lines: command.lines });
  }
  return {
    type: 'secret',
    id,
    target,
    env: mount.env ?? '',
    optional: !mount.required,
    uid: mount.uid ?? 0,
    gid: mount.gid ?? 0,
    mode: mount.mode ?? 0o400,
  };
}

function readMounts(
  conversion: Conversion,
  stage: StageState,
  command: Run,
  parsed: readonly RunMount[],
  sources: readonly StageState[],
): Mounts {
  const mounts: ExecMount[] = [];
  const inputs: (Vertex | undefined)[] = [stage.vertex];
  const input = (vertex: Vertex | undefined): number => {
    if (vertex === undefined) return -1;
    const at = inputs.indexOf(vertex);
    return at >= 0 ? at : inputs.push(vertex) - 1;
  };
  for (const [i, mount] of parsed.entries()) {
    const from = mount.from === '' && mount.type === 'cache' ? 'scratch' : mount.from;
    if (from !== '' && !sources[i]!.dispatched) {
      throw new Error(
        `cannot mount from stage ${goQuote(from)} to ${goQuote(mount.target)}, stage needs to be defined before current command`,
      );
    }
    if (mount.type === 'secret') {
      mounts.push(secretMount(stage, mount, command));
      continue;
    }
    if (mount.type === 'ssh') {
      const id = mount.source || mount.id || 'default';
      if (!stage.outline.ssh.has(id)) stage.outline.ssh.set(id, { required: mount.required, lines: command.lines });
      const n = mounts.filter((m) => m.type === 'ssh').length;
      mounts.push({
        type: 'ssh',
        id,
        target: mount.target || `/run/buildkit/ssh_agent.${n}`,
        optional: !mount.required,
      });
      continue;
    }
    const target = cleanPath(mount.target).startsWith('/')
      ? mount.target
      : joinPath('/', absolutePath(stage.dir, mount.target, false));
    if (cleanPath(target) === '/') throw new Error(`invalid mount target ${goQuote(target)}`);
    if (mount.type === 'tmpfs') {
      mounts.push({ type: 'tmpfs', target, size: mount.size });
      continue;
    }
    const selected = joinPath('/', mount.source);
    const { readonly } = mount;
    if (mount.type === 'cache') {
      const owned = selected === '/' && [mount.uid, mount.gid, mount.mode].some((v) => v !== undefined);
      const source = owned ? cachePermissions(conversion, stage, mount) : sources[i]?.vertex;
      mounts.push({
        type: 'cache',
        target,
        input: input(source),
        selector: owned ? '/cache' : selected,
        id: `${conversion.options.buildArgs['BUILDKIT_CACHE_MOUNT_NS'] ?? ''}/${mount.id || cleanPath(mount.target)}`,
        sharing: mount.sharing || 'shared',
        readonly,
      });
      continue;
    }
    if (from === '') conversion.contextPaths.add(selected);
    const source = from === '' ? conversion.context : sources[i]!.vertex;
    mounts.push({ type: 'bind', target, input: input(source), selector: selected, readonly });
  }
  mounts.sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0));
  return { mounts, inputs };
}

/** Secrets that become variables show as stars in labels. */
function masked(env: Variables, mounts: readonly ExecMount[]): Variables {
  const secrets = mounts.flatMap((m) => (m.type === 'secret' && m.env !== '' ? [m.env] : []));
  if (secrets.length === 0) return env;
  return variables([
    ...env.names().map((name): [string, string] => [name, env.get(name)!]),
    ...secrets.map((name): [string, string] => [name, '****']),
  ]);
}

/** Turns RUN into an exec operation. */
export function dispatchRun(
  conversion: Conversion,
  stage: StageState,
  command: Run,
  sources: readonly StageState[],
  expand: (word: string) => string,
  origin: (label: string) => VertexOrigin,
): void {
  const parsed = command.mounts.map((m) => parseMount(m, expand));
  let label = command.code;
  let args = [...command.args];
  const extra: { mount: ExecMount; vertex: Vertex }[] = [];
  const [first] = command.heredocs;
  if (first) {
    if (args.length !== 1 || !command.shell) {
      throw new Error(`parsing produced an invalid run command: [${args.join(' ')}]`);
    }
    if (heredocWord(args[0]!)) {
      const data = first.chomp ? chompTabs(first.data) : first.data;
      if (data.startsWith('#!')) {
        // a script of its own: it is mounted and executed
        const action: FileAction = { type: 'mkfile', path: `/${first.name}`, mode: 0o755, data };
        const vertex = {
          ...conversion.vertex(
            stage,
            { type: 'file', actions: [action] },
            [undefined],
            internal('[internal] preparing inline document'),
          ),
          ignoreCache: false,
        };
        extra.push({
          vertex,
          mount: { type: 'bind', target: '/dev/pipes/', input: 1, selector: '/', readonly: true },
        });
        args = [joinPath('/dev/pipes', first.name)];
      } else {
        args = [data];
      }
      label += ` (${summary(first.data)})`;
    } else {
      args = [args[0]! + command.heredocs.map((h) => `\n${h.data}${h.name}`).join('')];
    }
  }
  if (command.shell) args = withShell(stage, args);
  const { mounts, inputs } = readMounts(conversion, stage, command, parsed, sources);
  for (const { mount, vertex } of extra) {
    if (mount.type === 'bind') mounts.push({ ...mount, input: inputs.push(vertex) - 1 });
  }
  let shown: string;
  try {
    const options = { escape: conversion.escape, rawQuotes: true, keepUnset: true };
    shown = lex(label, masked(stage.env, mounts), options).text;
  } catch (error) {
    // a text that is no sequence of shell words is shown as it is
    if (!(error instanceof LexError)) throw error;
    shown = label;
  }
  const vertexOrigin = origin(stage.label(upperKeyword(shown)));
  const { options } = conversion;
  const network = command.network === 'default' ? options.networkMode : (command.network as 'none' | 'host');
  stage.vertex = conversion.vertex(
    stage,
    {
      type: 'exec',
      args,
      env: stage.env.list(),
      cwd: stage.dir,
      user: stage.user,
      network,
      security: command.security as 'sandbox' | 'insecure',
      mounts,
      extraHosts: options.extraHosts,
      proxy: proxyVariables(options.buildArgs),
      shmSize: options.shmSize,
    },
    inputs,
    vertexOrigin,
  );
  stage.commit(`RUN ${historyText(args, stage)}`, true, true);
}

/** The text with its first word in upper case. */
export function upperKeyword(text: string): string {
  const at = text.indexOf(' ');
  return at < 0 ? text.toUpperCase() : text.slice(0, at).toUpperCase() + text.slice(at);
}
