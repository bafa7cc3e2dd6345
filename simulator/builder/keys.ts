/**
 * Cache keys, as BuildKit makes them: the digest of an operation together with what its inputs are known by, where some
 * inputs may be known by the content of the files that are taken from them.
 */
import type { CacheKeyPart } from '../api/build.ts';
import type { ExecOp, FileAction, FileOp, Op, Vertex } from '../dockerfile/convert/graph.ts';
import { basePath, hasWildcards } from '../dockerfile/path.ts';
import { digestOf } from '../image/digest.ts';
import { type Selector, wholeTree } from './contenthash.ts';
import { ownerFiles } from './owner.ts';

const digests = new WeakMap<Vertex, string>();

/** The digest that names a vertex: its operation and inputs, as they are written. */
export function vertexDigest(vertex: Vertex): string {
  let digest = digests.get(vertex);
  if (digest === undefined) {
    const inputs = vertex.inputs.map((v) => (v ? vertexDigest(v) : ''));
    const op = vertex.op.type === 'local' ? { ...vertex.op, paths: vertex.op.paths() } : vertex.op;
    digest = digestOf(JSON.stringify([op, inputs, vertex.platform]));
    digests.set(vertex, digest);
  }
  return digest;
}

/** How an operation uses each of its inputs. */
export interface InputUse {
  /** Set when the input may be known by the content of what is selected. */
  readonly content: readonly Selector[] | undefined;
  /** Digest of what is selected, part of the key by definition. */
  readonly selector: string;
}

function copySelector(action: Extract<FileAction, { type: 'copy' }>): Selector {
  return {
    path: action.source,
    wildcard: action.wildcard && hasWildcards(action.source),
    followLinks: action.followSymlinks,
    include: action.include,
    exclude: action.exclude,
    required: action.required,
  };
}

/** The vertices of the inputs that are really different ones: equal definitions are one input. */
function sameAsFirst(vertex: Vertex, input: number): boolean {
  const first = vertex.inputs[0];
  const other = vertex.inputs[input];
  return input > 0 && first !== undefined && other !== undefined && vertexDigest(first) === vertexDigest(other);
}

/** What each input is used for; the first is what an operation changes, and is never compared by content. */
export function inputUses(vertex: Vertex): InputUse[] {
  const { op } = vertex;
  const selectors: Selector[][] = vertex.inputs.map(() => []);
  if (op.type === 'file') {
    for (const action of op.actions) {
      if (action.type === 'copy') selectors[action.from]?.push(copySelector(action));
    }
  } else if (op.type === 'exec') {
    for (const mount of op.mounts) {
      if ((mount.type === 'bind' || mount.type === 'cache') && mount.input >= 0) {
        selectors[mount.input]?.push(wholeTree(mount.selector));
      }
    }
  }
  return vertex.inputs.map((input, i) => {
    const list = selectors[i]!;
    const byContent = i > 0 && input !== undefined && list.length > 0 && !sameAsFirst(vertex, i);
    const paths = list.map((s) => s.path).sort();
    return {
      content: byContent ? list : undefined,
      selector: byContent ? digestOf(paths.join('\0')) : '',
    };
  });
}

const named = (hosts: readonly string[]): string[] => hosts.map((h) => h.split(/[:=]/)[0]!);

function execKey(op: ExecOp): unknown {
  return {
    args: op.args,
    env: op.env,
    cwd: op.cwd,
    user: op.user,
    network: op.network,
    security: op.security,
    // addresses, proxies and the sizes of the sandbox make no other result
    hosts: named(op.extraHosts),
    mounts: op.mounts.map((mount) => {
      if (mount.type === 'bind') return { ...mount, selector: '' };
      if (mount.type !== 'cache') return mount;
      const usual = mount.id.slice(mount.id.indexOf('/') + 1) === mount.target && mount.sharing === 'shared';
      return { ...mount, selector: '', id: usual ? mount.id : '', sharing: usual ? mount.sharing : '' };
    }),
  };
}

const fileKey = (op: FileOp): unknown =>
  op.actions.map((action) => (action.type === 'copy' ? { ...action, source: basePath(action.source) } : action));

/** The digest of an operation apart from its inputs. */
export function opDigest(op: Op, platform: string): string {
  switch (op.type) {
    case 'exec':
      return digestOf(JSON.stringify(['exec', execKey(op), platform]));
    case 'file':
      return digestOf(JSON.stringify(['file', fileKey(op)]));
    case 'merge':
      return digestOf('merge');
    default:
      return digestOf(JSON.stringify([op, platform]));
  }
}

/** All keys a vertex may be found under: one for each combination of what its inputs are known by. */
export function combine(digest: string, uses: readonly InputUse[], known: readonly (readonly string[])[]): string[] {
  let keys: string[] = [digest];
  for (const [i, ids] of known.entries()) {
    const next: string[] = [];
    for (const key of keys) {
      for (const id of ids) next.push(`${key}\n${id.startsWith('content:') ? id : `${id}|${uses[i]!.selector}`}`);
    }
    keys = next;
  }
  return keys.map((key) => digestOf(key));
}

/** An instruction as its label shows it, without the step's number. */
export const instructionText = (origin: Vertex['origin']): string => origin.name.replace(/^\[[^\]]*\] /, '');

/** What the page compares between two builds to name the cause of a miss. */
export function keyParts(vertex: Vertex, files: ReadonlyMap<string, string> | undefined): CacheKeyPart[] {
  const { op } = vertex;
  const parts: CacheKeyPart[] = [];
  if (op.type === 'image') parts.push({ name: 'image', value: op.ref });
  else if (op.type === 'exec') {
    parts.push({ name: 'command', value: op.args.join(' ') });
    parts.push({ name: 'environment', value: op.env.join('\n') });
    parts.push({ name: 'working directory', value: op.cwd });
    parts.push({ name: 'user', value: op.user || 'root' });
    if (op.network !== 'default') parts.push({ name: 'network', value: op.network });
    const mounts = op.mounts.map((m) => `${m.type} ${m.target}`);
    if (mounts.length > 0) parts.push({ name: 'mounts', value: mounts.join('\n') });
  } else if (op.type === 'file') {
    const told = new Map<string, string[]>();
    const tell = (name: string, value: string): void => void told.set(name, [...(told.get(name) ?? []), value]);
    for (const action of op.actions) {
      if (action.type === 'mkdir') tell('directory', action.path);
      else if (action.type === 'mkfile') tell('file', action.data);
      else {
        tell('copy from', action.source);
        tell('copy to', action.destination);
        if (action.owner !== '') tell('owner', action.owner);
        if (action.mode !== undefined) tell('mode', action.mode.toString(8));
      }
    }
    for (const [name, values] of told) parts.push({ name, value: [...new Set(values)].join(' ') });
  }
  if (files) {
    const text = [...files].map(([path, digest]) => `${path} ${digest}`).join('\n');
    parts.push({ name: 'files', value: digestOf(text).slice(7, 19), files: Object.fromEntries(files) });
  }
  return parts;
}

export { ownerFiles };
