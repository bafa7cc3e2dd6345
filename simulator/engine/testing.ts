/** A kernel with a daemon for tests: programs are given inline, and one image, `box`, holds them in /bin. */
import { request } from '../http/client.ts';
import { readText } from '../http/http.ts';
import { MEDIA } from '../image/types.ts';
import { testKernel } from '../kernel/testing.ts';
import type { KernelCore } from '../kernel/core.ts';
import { textData } from '../kernel/fs/data.ts';
import type { Layer, LayerEntry } from '../kernel/fs/layer.ts';
import { executable, type Program } from '../kernel/programs.ts';
import { dockerd } from './dockerd.ts';
import { engineOf, type Engine } from './engine.ts';

const SOCKET = '/var/run/docker.sock';
const META = { mode: 0o755, uid: 0, gid: 0, mtime: 1795510000 };

const dir = (entries: Record<string, LayerEntry>): LayerEntry & { type: 'dir' } => ({
  type: 'dir',
  opaque: false,
  entries: new Map(Object.entries(entries)),
  ...META,
});
const file = (text: string): LayerEntry => ({ type: 'file', data: textData(text), ...META, mode: 0o644 });

/** The root of the image `box`. */
export function boxRoot(programs: readonly string[]): Layer {
  const bin = Object.fromEntries(
    programs.map((name): [string, LayerEntry] => [name, { type: 'file', data: executable(name), ...META }]),
  );
  return {
    root: dir({
      bin: dir(bin),
      etc: dir({
        passwd: file('root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n'),
        group: file('root:x:0:\n'),
      }),
      root: dir({}),
      tmp: dir({}),
      srv: dir({ page: file('page\n') }),
    }),
  };
}

/** A daemon that runs, and how to talk to it. */
export class TestDaemon {
  readonly kernel: KernelCore;
  readonly engine: Engine;
  private constructor(kernel: KernelCore, engine: Engine) {
    this.kernel = kernel;
    this.engine = engine;
  }

  /** Boots a kernel, starts dockerd, and lays the image `box`, whose command is `main`. */
  static async boot(programs: Record<string, Program>, main: string): Promise<TestDaemon> {
    const kernel = testKernel({ ...programs, dockerd });
    kernel.init.mnt.files.mkdir('/var/run', { parents: true });
    kernel.start({
      argv: ['/bin/dockerd'],
      exec: '/bin/dockerd',
      env: {},
      cwd: '/',
      namespaces: kernel.init,
      cgroup: kernel.rootCgroup.child('system.slice'),
      credentials: (await import('../kernel/core.ts')).HOST_ROOT,
      stdio: [{ kind: 'null' }, { kind: 'null' }, { kind: 'null' }],
    });
    await kernel.clock.run(() => kernel.init.mnt.files.exists(SOCKET), 10_000);
    const engine = engineOf(kernel)!;
    const { store } = engine.images;
    const layer = store.addLayer(boxRoot(Object.keys(programs)));
    const target = store.addManifest({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config: store.addConfig({
        created: '2026-11-01T00:00:00Z',
        architecture: 'amd64',
        os: 'linux',
        config: { Env: ['PATH=/bin'], Cmd: [main], WorkingDir: '/' },
        rootfs: { type: 'layers', diff_ids: [layer.diffId] },
        history: [{ created: '2026-11-01T00:00:00Z', created_by: 'ADD root / # buildkit' }],
      }),
      layers: [layer.descriptor],
    });
    store.set('docker.io/library/box:latest', target);
    store.unpack(store.resolve(target)!);
    return new TestDaemon(kernel, engine);
  }

  /** Lets the machine work until `work` is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = work.finally(() => (settled = true));
    done.catch(() => undefined);
    await this.kernel.clock.run(() => settled, 600_000);
    if (!settled) throw new Error('the daemon does not answer');
    return done;
  }

  /** One call of the API: status and text of the answer. */
  call(method: string, target: string, body?: unknown): Promise<{ status: number; text: string }> {
    return this.until(
      (async () => {
        const channel = await this.kernel.connectUnix(this.kernel.init.mnt, SOCKET);
        const answer = await request(channel, {
          method,
          target,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
        });
        const text = await readText(answer.body);
        channel.close();
        return { status: answer.status, text };
      })(),
    );
  }

  /** As `call`, with the answer's JSON; throws the daemon's message for an error. */
  async json<T>(method: string, target: string, body?: unknown): Promise<T> {
    const { status, text } = await this.call(method, target, body);
    const value = text === '' ? undefined : (JSON.parse(text) as T & { message?: string });
    if (status >= 400) throw new Error(value?.message ?? text);
    return value as T;
  }

  /** The message of an error, or '' where the call works. */
  async problem(method: string, target: string, body?: unknown): Promise<string> {
    const { status, text } = await this.call(method, target, body);
    return status < 400 ? '' : (JSON.parse(text) as { message: string }).message;
  }

  /** Creates and starts a container. */
  async run(name: string, request: Record<string, unknown> = {}): Promise<string> {
    const { Id } = await this.json<{ Id: string }>('POST', `/containers/create?name=${name}`, {
      Image: 'box',
      ...request,
    });
    await this.json('POST', `/containers/${name}/start`);
    return Id;
  }
}
