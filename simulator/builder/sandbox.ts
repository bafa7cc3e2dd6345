/** RUN: a process in a container of its own, on the result of the step before. */
import { DEFAULT_PATH } from '../dockerfile/config.ts';
import type { ExecMount, ExecOp } from '../dockerfile/convert/graph.ts';
import { ALL_CAPABILITIES } from '../kernel/capabilities.ts';
import type { Env } from '../kernel/abi.ts';
import type { Kernel, MountNamespace, UpperDir } from '../kernel/kernel.ts';
import type { Channel } from '../kernel/kernel.ts';
import type { Layer, LayerDir, LayerEntry } from '../kernel/fs/layer.ts';
import { exitCode } from '../kernel/status.ts';
import { prepare } from '../runtime/runtime.ts';
import { RuntimeError, type Bundle, type BundleMount, type RuntimeContainer } from '../runtime/spec.ts';
import type { CacheStore } from './cache/store.ts';
import type { VertexProgress } from './progress.ts';
import type { BuildNetwork } from './request.ts';
import { layersOf, type Snapshot } from './snapshot.ts';
import { LayerTree, split } from './tree.ts';

/** What a container of a build may do: Docker's default capabilities. */
const CAPABILITIES = new Set(
  `CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE`
    .split(' ')
    .map((name) => `CAP_${name}`),
);

export interface SandboxDeps {
  readonly kernel: Kernel;
  readonly network: BuildNetwork;
  readonly cache: CacheStore;
  readonly secrets: Readonly<Record<string, Uint8Array>>;
  readonly ssh: readonly string[];
  /** Steps that are running, to be killed when the build is given up. */
  readonly running: Set<{ kill: () => void }>;
}

/** A step's mounts, and what must not become part of its layer. */
interface Prepared {
  readonly mounts: BundleMount[];
  readonly env: Env;
  readonly release: (() => void)[];
}

/** The topmost folder or file that does not exist yet on the way to a mount point. */
function stub(tree: LayerTree, target: string): string | undefined {
  const parts = split(target);
  for (let i = 1; i <= parts.length; i++) {
    const here = tree.resolve(parts.slice(0, i).join('/'));
    if (tree.at(here) === undefined) return `/${here.join('/')}`;
  }
  return undefined;
}

/** Gives a mount namespace of its own to files that are mounted into the step. */
function hostTree(kernel: Kernel): MountNamespace {
  const ns = kernel.createMounts();
  ns.mount('/', { type: 'tmpfs', mode: 0o755 });
  return ns;
}

const HOSTS =
  '127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n' +
  'fe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n';

class MountPreparer {
  readonly #deps: SandboxDeps;
  readonly #files: MountNamespace;
  readonly #inputs: readonly (Snapshot | undefined)[];
  readonly #ignoreCache: boolean;
  readonly #name: string;
  readonly prepared: Prepared = { mounts: [], env: {}, release: [] };
  #count = 0;

  constructor(deps: SandboxDeps, inputs: readonly (Snapshot | undefined)[], ignoreCache: boolean, name: string) {
    this.#deps = deps;
    this.#files = hostTree(deps.kernel);
    this.#inputs = inputs;
    this.#ignoreCache = ignoreCache;
    this.#name = name;
  }

  /** A file with the given content, mounted at `target`. */
  file(
    target: string,
    content: string | Uint8Array,
    meta: { mode: number; uid: number; gid: number },
    readonly: boolean,
  ): void {
    const path = `/${this.#count++}`;
    this.#files.files.write(path, content, meta);
    this.prepared.mounts.push({ type: 'bind', destination: target, source: path, from: this.#files, readonly });
  }

  #tree(layers: readonly Layer[], upper: UpperDir | undefined): MountNamespace {
    const ns = this.#deps.kernel.createMounts();
    ns.mount('/', { type: 'overlay', lower: layers, upper }, { readonly: upper === undefined });
    return ns;
  }

  async add(mount: ExecMount): Promise<void> {
    const { mounts, env } = this.prepared;
    switch (mount.type) {
      case 'tmpfs':
        mounts.push({
          type: 'tmpfs',
          destination: mount.target,
          readonly: false,
          ...(mount.size > 0 ? { size: mount.size } : {}),
        });
        return;
      case 'secret': {
        const value = this.#deps.secrets[mount.id];
        if (value === undefined) {
          if (!mount.optional) throw new Error(`secret ${mount.id}: not found`);
          return;
        }
        if (mount.env !== '') env[mount.env] = new TextDecoder().decode(value);
        if (mount.target !== '') this.file(mount.target, value, mount, true);
        return;
      }
      case 'ssh':
        if (this.#deps.ssh.includes(mount.id)) {
          env['SSH_AUTH_SOCK'] ??= mount.target;
          this.file(mount.target, '', { mode: 0o600, uid: 0, gid: 0 }, false);
        } else if (!mount.optional) {
          throw new Error(`unset ssh forward key ${mount.id}`);
        }
        return;
      case 'bind': {
        const layers = layersOf(this.#inputs[mount.input]);
        const upper = mount.readonly ? undefined : this.#deps.kernel.createUpper();
        const from = this.#tree(layers, upper);
        if (!from.files.exists(mount.selector)) {
          throw new Error(
            `failed to compute cache key: failed to calculate checksum of ref: "${mount.selector}": not found`,
          );
        }
        const destination = mount.target;
        mounts.push({ type: 'bind', destination, source: mount.selector, from, readonly: mount.readonly });
        return;
      }
      case 'cache':
        return this.#cacheMount(mount);
    }
  }

  async #cacheMount(mount: Extract<ExecMount, { type: 'cache' }>): Promise<void> {
    const { cache, kernel } = this.#deps;
    let id = mount.id;
    const busy = (): Promise<void> | undefined => cache.mount(id)?.busy;
    if (mount.sharing === 'private') {
      for (let n = 1; busy(); n++) id = `${mount.id}#${n}`;
    } else if (mount.sharing === 'locked') {
      for (let wait = busy(); wait; wait = busy()) await wait;
    }
    let kept = cache.mount(id);
    if (!kept || this.#ignoreCache) {
      // --no-cache starts with an empty one
      const name = mount.id.slice(mount.id.indexOf('/') + 1);
      const description = `cached mount ${mount.target} from ${this.#name} with id "/${name.replace(/^\//, '')}"`;
      const record = cache.addRecord('exec.cachemount', description, 0, kernel.clock.now());
      kept = { upper: kernel.createUpper(), record, busy: undefined };
      cache.mounts.set(id, kept);
    }
    if (mount.sharing !== 'shared') {
      let free: () => void = () => undefined;
      kept.busy = new Promise<void>((resolve) => (free = resolve));
      const held = kept;
      this.prepared.release.push(() => {
        held.busy = undefined;
        free();
      });
    }
    kept.record.usageCount++;
    kept.record.lastUsedAt = kernel.clock.now();
    const from = this.#tree(mount.input >= 0 ? layersOf(this.#inputs[mount.input]) : [], kept.upper);
    from.ensurePath(mount.selector, 'dir');
    this.prepared.mounts.push({
      type: 'bind',
      destination: mount.target,
      source: mount.selector,
      from,
      readonly: mount.readonly,
    });
  }
}

async function forward(channel: Channel | undefined, stream: 1 | 2, progress: VertexProgress): Promise<void> {
  if (!channel) return;
  for (;;) {
    const data = await channel.read();
    if (data.length === 0) return;
    progress.log(stream, data);
  }
}

/**
 * Leaves out of a layer the folders that were only touched for a mount point in them: nothing in them changed, and they
 * are as below (what containerd's differ does for folders whose attributes are the same).
 */
function withoutTouched(layer: Layer, lower: LayerTree, touched: ReadonlySet<string>): Layer {
  const visit = (dir: LayerDir, parts: readonly string[]): LayerDir => {
    const entries = new Map<string, LayerEntry>();
    for (const [name, entry] of dir.entries) {
      const here = [...parts, name];
      if (entry.type !== 'dir') {
        entries.set(name, entry);
        continue;
      }
      const below = visit(entry, here);
      const old = lower.at(here);
      const same =
        below.entries.size === 0 &&
        !entry.opaque &&
        old?.type === 'dir' &&
        old.mode === entry.mode &&
        old.uid === entry.uid &&
        old.gid === entry.gid &&
        (touched.has(`/${here.join('/')}`) || Math.floor(old.mtime) === Math.floor(entry.mtime));
      if (!same) entries.set(name, below);
    }
    return { ...dir, entries };
  };
  return { root: visit(layer.root, []) };
}

/** Runs a step. Resolves to the layer of what it changed; rejects with BuildKit's message when it fails. */
export async function runExec(
  op: ExecOp,
  inputs: readonly (Snapshot | undefined)[],
  ignoreCache: boolean,
  progress: VertexProgress,
  deps: SandboxDeps,
): Promise<Layer> {
  const { kernel } = deps;
  const base = layersOf(inputs[0]);
  const tree = new LayerTree(base);
  const shown = op.args.join(' ');
  const preparer = new MountPreparer(deps, inputs, ignoreCache, `exec ${shown}`);
  const hosts = op.extraHosts.map((h) => {
    const at = h.search(/[:=]/);
    return `${h.slice(at + 1)}\t${h.slice(0, at)}\n`;
  });
  const rootOwned = { mode: 0o644, uid: 0, gid: 0 };
  preparer.file('/etc/hosts', HOSTS + hosts.join(''), rootOwned, true);
  preparer.file('/etc/resolv.conf', resolvConf(kernel), rootOwned, true);
  for (const mount of op.mounts) await preparer.add(mount);
  const { mounts, env: extra, release } = preparer.prepared;

  const stubs = new Set<string>();
  const touched = new Set<string>();
  for (const { destination } of mounts) {
    const path = stub(tree, destination);
    if (path === undefined) continue;
    stubs.add(path);
    touched.add(path.slice(0, path.lastIndexOf('/')) || '/');
  }
  const upper = kernel.createUpper();
  const network = deps.network.attach(op.network);
  const env: Env = {};
  for (const entry of [...op.env, ...op.proxy]) {
    const at = entry.indexOf('=');
    env[entry.slice(0, at)] = entry.slice(at + 1);
  }
  Object.assign(env, extra);
  env['PATH'] ??= DEFAULT_PATH.slice('PATH='.length);
  const id = deps.cache.newId();
  const bundle: Bundle = {
    id,
    layers: base,
    upper,
    readonlyRoot: false,
    mounts,
    hostname: 'buildkitsandbox',
    process: {
      args: op.args,
      env,
      cwd: op.cwd,
      user: op.user,
      capabilities: op.security === 'insecure' ? ALL_CAPABILITIES : CAPABILITIES,
      terminal: false,
      stdio: [{ kind: 'null' }, { kind: 'pipe' }, { kind: 'pipe' }],
    },
    init: false,
    privileged: op.security === 'insecure',
    shmSize: op.shmSize || 64 * 1024 * 1024,
    limits: {},
    cgroupParent: '/docker/buildkit',
    namespaces: {
      pid: { kind: 'private' },
      net: op.network === 'host' ? { kind: 'host' } : { kind: 'join', namespace: network.ns },
      uts: { kind: 'private' },
      ipc: { kind: 'private' },
      cgroup: { kind: 'private' },
    },
  };
  let container: RuntimeContainer | undefined;
  const handle = { kill: () => container?.kill('SIGKILL') };
  deps.running.add(handle);
  const failed = (reason: string): Error => new Error(`process "${shown}" did not complete successfully: ${reason}`);
  try {
    // runc needs a while to set a container up
    await kernel.clock.sleep(140 + kernel.random.int(90));
    const prepared = prepare(kernel, bundle);
    try {
      container = prepared.start();
    } catch (error) {
      prepared.abandon();
      if (!(error instanceof RuntimeError)) throw error;
      if (error.message.startsWith('unable to find user') || error.message.startsWith('unable to find group')) {
        throw failed(error.message);
      }
      const text = error.message.replace(/^runc create failed/, 'runc run failed');
      progress.log(2, new TextEncoder().encode(`${text}\n`));
      throw failed('exit code: 1');
    }
    const { init } = container;
    const logs = [forward(init.stdio[1], 1, progress), forward(init.stdio[2], 2, progress)];
    const status = await init.exited;
    await Promise.all(logs);
    container.cleanup();
    await kernel.clock.sleep(20 + kernel.random.int(30));
    const code = exitCode(status);
    if (code !== 0) throw failed(`exit code: ${code}`);
    const frozen = upper.freeze((path) => stubs.has(path));
    return withoutTouched(frozen, tree, touched);
  } finally {
    deps.running.delete(handle);
    network.release();
    for (const free of release) free();
  }
}

/** The host's name servers. */
function resolvConf(kernel: Kernel): string {
  const { files } = kernel.init.mnt;
  const own = files.exists('/etc/resolv.conf') ? new TextDecoder().decode(files.read('/etc/resolv.conf')) : '';
  const lines = own.split('\n').filter((l) => !/^nameserver\s+127\./.test(l));
  return lines.some((l) => l.startsWith('nameserver')) ? lines.join('\n') : 'nameserver 8.8.8.8\nnameserver 8.8.4.4\n';
}
