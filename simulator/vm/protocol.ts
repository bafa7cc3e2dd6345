/** What `multipass` asks multipassd, and what comes back: one line of JSON each way at a time, over a unix socket. */
export const SOCKET = '/run/multipass_socket';

export interface LaunchRequest {
  readonly image: string;
  readonly name: string;
  /** As given; '' for the default. */
  readonly memory: string;
  readonly cpus: string;
  readonly disk: string;
}

export type Request =
  | ({ readonly verb: 'launch' } & LaunchRequest)
  | { readonly verb: 'list' }
  | { readonly verb: 'find' }
  | { readonly verb: 'version' }
  | { readonly verb: 'info'; readonly names: readonly string[] }
  | {
      readonly verb: 'start' | 'stop' | 'restart';
      readonly names: readonly string[];
      readonly all: boolean;
      readonly force: boolean;
    }
  | { readonly verb: 'delete'; readonly names: readonly string[]; readonly all: boolean; readonly purge: boolean }
  | { readonly verb: 'recover'; readonly names: readonly string[]; readonly all: boolean }
  | { readonly verb: 'purge' }
  /** Where the machine's sshd is; the connection stays open until the machine stops. */
  | { readonly verb: 'ssh'; readonly name: string };

export interface InstanceInfo {
  readonly name: string;
  readonly state: string;
  readonly address: string;
  readonly image: string;
  readonly release: string;
  readonly hash: string;
  readonly cpus: number;
  /** Load averages, disk and memory: of a running machine only. */
  readonly load: string;
  readonly disk: readonly [number, number] | undefined;
  readonly memory: readonly [number, number] | undefined;
}

export interface ImageInfo {
  readonly names: readonly string[];
  readonly version: string;
  readonly description: string;
  readonly blueprint: boolean;
}

export type Reply =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'instances'; readonly instances: readonly InstanceInfo[] }
  | { readonly kind: 'images'; readonly images: readonly ImageInfo[] }
  | { readonly kind: 'launched'; readonly name: string }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'ssh'; readonly address: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly text: string };

/** Version of multipass that is simulated. */
export const VERSION = '1.16.1';
