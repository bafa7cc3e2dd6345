/** Instructions with their meaning: what a Dockerfile's nodes are turned into. */
import type { Lines } from './errors.ts';
import type { Node } from './node.ts';

interface Common {
  /** The keyword as written. */
  readonly name: string;
  /** The instruction as written, continuation lines joined. */
  readonly code: string;
  readonly lines: Lines;
  readonly comments: readonly string[];
  readonly node: Node;
}

export interface Pair {
  readonly key: string;
  readonly value: string;
  /** The old form without `=`. */
  readonly legacy: boolean;
}
export interface ArgPair {
  readonly key: string;
  readonly value: string | undefined;
  /** From a comment `# key text` above. */
  readonly description: string;
}
export interface InlineFile {
  readonly name: string;
  readonly data: string;
  readonly expand: boolean;
}
/** Arguments of RUN, CMD and ENTRYPOINT. */
export interface CommandLine {
  readonly args: readonly string[];
  /** Shell form: SHELL is put before. */
  readonly shell: boolean;
  readonly heredocs: readonly { readonly name: string; readonly data: string; readonly chomp: boolean }[];
}
export interface Healthcheck {
  readonly test: readonly string[];
  /** Nanoseconds. */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}
interface Copying {
  readonly sources: readonly string[];
  readonly files: readonly InlineFile[];
  readonly destination: string;
  readonly chown: string;
  readonly chmod: string;
  readonly link: boolean;
  readonly exclude: readonly string[];
}

export type Add = Common & { readonly kind: 'add' } & Copying & {
    readonly keepGitDir: boolean | undefined;
    readonly checksum: string;
    readonly unpack: boolean | undefined;
  };
export type Copy = Common & { readonly kind: 'copy' } & Copying & { readonly from: string; readonly parents: boolean };
export type Run = Common & { readonly kind: 'run' } & CommandLine & {
    readonly mounts: readonly string[];
    /** `from` of each mount, which is known before variables are. */
    readonly mountSources: readonly string[];
    readonly network: string;
    readonly security: string;
  };
export type Arg = Common & { readonly kind: 'arg'; readonly args: readonly ArgPair[] };
export type Env = Common & { readonly kind: 'env'; readonly pairs: readonly Pair[] };
export type Label = Common & { readonly kind: 'label'; readonly pairs: readonly Pair[] };
export type Cmd = Common & { readonly kind: 'cmd' } & CommandLine;
export type Entrypoint = Common & { readonly kind: 'entrypoint' } & CommandLine;
export type Expose = Common & { readonly kind: 'expose'; readonly ports: readonly string[] };
export type HealthcheckInstruction = Common & { readonly kind: 'healthcheck'; readonly health: Healthcheck };
export type Maintainer = Common & { readonly kind: 'maintainer'; readonly maintainer: string };
export type Onbuild = Common & { readonly kind: 'onbuild'; readonly expression: string };
export type Shell = Common & { readonly kind: 'shell'; readonly shell: readonly string[] };
export type Stopsignal = Common & { readonly kind: 'stopsignal'; readonly signal: string };
export type User = Common & { readonly kind: 'user'; readonly user: string };
export type Volume = Common & { readonly kind: 'volume'; readonly volumes: readonly string[] };
export type Workdir = Common & { readonly kind: 'workdir'; readonly path: string };

/** FROM. */
export type From = Common & {
  readonly kind: 'from';
  readonly base: string;
  /** Lower case; '' where none is given. */
  readonly stage: string;
  readonly platform: string;
  readonly description: string;
};

export type Command =
  | Add
  | Arg
  | Cmd
  | Copy
  | Entrypoint
  | Env
  | Expose
  | HealthcheckInstruction
  | Label
  | Maintainer
  | Onbuild
  | Run
  | Shell
  | Stopsignal
  | User
  | Volume
  | Workdir;
export type Instruction = From | Command;

export interface Stage {
  readonly from: From;
  readonly commands: readonly Command[];
}
