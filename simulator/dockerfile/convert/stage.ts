/** The state of one stage while it is converted. */
import type { ImageConfiguration } from '../config.ts';
import type { Lines } from '../errors.ts';
import type { ArgPair, Command, From } from '../instructions.ts';
import type { Platform } from '../platform.ts';
import { Environment } from './environment.ts';
import type { Vertex } from './graph.ts';

/** An instruction with the stages it takes files from. */
export interface Planned {
  readonly command: Command;
  /** COPY --from: one; RUN: one for each mount. */
  readonly sources: readonly StageState[];
  /** It comes from the base image's ONBUILD. */
  readonly onbuild: boolean;
}

/** Arguments and secrets, for `--call=outline`. */
export class OutlineCapture {
  args = new Map<string, { value: string; description: string; lines: Lines; deps: ReadonlySet<string> }>();
  used = new Set<string>();
  secrets = new Map<string, { required: boolean; lines: Lines }>();
  ssh = new Map<string, { required: boolean; lines: Lines }>();
  clone(): OutlineCapture {
    const copy = new OutlineCapture();
    copy.args = new Map(this.args);
    copy.used = new Set(this.used);
    copy.secrets = new Map(this.secrets);
    copy.ssh = new Map(this.ssh);
    return copy;
  }
}

export class StageState {
  /** Index in the file; stages that stand for other images come after them. */
  index = -1;
  readonly from: From | undefined;
  /** What FROM names, variables expanded; with digest once it is resolved. */
  baseName: string;
  readonly lines: Lines | undefined;
  /** The name messages and labels show. */
  name = '';
  /** The stage it builds on, where it is one of this file. */
  base: StageState | undefined;
  readonly deps = new Map<StageState, Command>();
  commands: Planned[] = [];
  /** Stands for an image that COPY --from or a mount names. */
  readonly unregistered: boolean;

  vertex: Vertex | undefined;
  env = new Environment();
  dir = '/';
  user = '';
  image!: ImageConfiguration;
  platform: Platform | undefined;
  buildArgs: ArgPair[] = [];
  readonly contextPaths = new Set<string>();
  dispatched = false;
  resolved = false;
  onbuildDone = false;
  ignoreCache = false;
  workdirSet = false;
  /** Steps counted so far, and how many there are. */
  step = 0;
  steps = 0;
  inOnbuild = false;
  outline = new OutlineCapture();
  /** Where CMD, ENTRYPOINT and HEALTHCHECK were set before. */
  readonly set = new Map<'cmd' | 'entrypoint' | 'healthcheck', Lines>();

  constructor(baseName: string, from: From | undefined, lines: Lines | undefined) {
    this.baseName = baseName;
    this.from = from;
    this.lines = lines;
    this.unregistered = from === undefined;
  }

  /** Takes over what the base stage has become. */
  inherit(): void {
    const base = this.base;
    if (!base?.image) return;
    this.vertex = base.vertex;
    this.env = base.env;
    this.dir = base.dir;
    this.user = base.user;
    this.platform = base.platform;
    this.image = structuredClone(base.image);
    delete this.image.config.OnBuild;
    this.workdirSet = base.workdirSet;
    this.buildArgs = [...this.buildArgs, ...base.buildArgs];
  }

  /** Starts the label of the next step, `[name i/n] `. */
  label(text: string): string {
    if (this.steps === 0) return text;
    this.step++;
    const width = String(this.steps).length;
    const name = this.name === '' ? '' : `${this.name} `;
    const onbuild = this.inOnbuild ? 'ONBUILD ' : '';
    return `[${name}${String(this.step).padStart(width)}/${this.steps}] ${onbuild}${text}`;
  }

  /** Adds an entry to the image's history; `step`: it is an operation of its own and says so. */
  commit(text: string, layer: boolean, step = false): void {
    this.image.history.push({
      created_by: step ? `${text} # buildkit` : text,
      comment: 'buildkit.dockerfile.v0',
      ...(layer ? {} : { empty_layer: true }),
    });
  }
}

/** The stages of a file, with those that stand for other images at the end. */
export class StageList {
  readonly list: StageState[] = [];
  readonly #names = new Map<string, StageState>();

  add(stage: StageState): void {
    stage.index = this.list.length;
    this.list.push(stage);
    const base = this.#names.get(stage.baseName);
    if (base) {
      stage.base = base;
      stage.outline = base.outline.clone();
    }
    if (stage.from?.stage) this.#names.set(stage.from.stage.toLowerCase(), stage);
  }
  named(name: string): StageState | undefined {
    return this.#names.get(name.toLowerCase());
  }
  names(): string[] {
    return this.list.map((s) => s.name).filter((name) => name !== '');
  }
}

/** The stages that `stage` needs, itself included. */
export function reachable(stage: StageState, found = new Set<StageState>()): Set<StageState> {
  if (found.has(stage)) return found;
  found.add(stage);
  if (stage.base) reachable(stage.base, found);
  for (const dep of stage.deps.keys()) reachable(dep, found);
  return found;
}
