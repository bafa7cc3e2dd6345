/** The daemon's objects as plain data, for pictures: what the page's panels draw. */
export interface MachineState {
  readonly containers: readonly ContainerView[];
  readonly images: readonly ImageView[];
  readonly networks: readonly NetworkView[];
  readonly volumes: readonly VolumeView[];
  readonly buildCache: readonly BuildCacheView[];
  /** The host itself, in the kernel's initial namespaces; absent until the daemon is up. */
  readonly host?: HostView;
  /** Virtual machines on the host; empty until one is launched. */
  readonly machines: readonly VmView[];
}

/** Inode numbers of the namespaces a process is in, as /proc/PID/ns shows them: the same number is the same namespace. */
export interface NamespacesView {
  readonly pid: number;
  readonly net: number;
  readonly mnt: number;
  readonly uts: number;
  readonly ipc: number;
  readonly user: number;
  readonly cgroup: number;
}

/** What a process sees of the machine through the namespaces it is in. */
export interface InsideView {
  readonly namespaces: NamespacesView;
  readonly hostname: string;
  readonly uid: number;
  /** Path of its cgroup in the host's hierarchy. */
  readonly cgroup: string;
  readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Sockets that wait: TCP in LISTEN, and bound UDP. */
  readonly listeners: readonly { readonly protocol: 'tcp' | 'udp'; readonly host: string; readonly port: number }[];
  readonly root: { readonly type: string; readonly source: string };
  /** Mounts beside the root, in the order in which they were made. */
  readonly mounts: readonly { readonly target: string; readonly type: string; readonly source: string }[];
  /** Size of /dev/shm in bytes, where POSIX shared memory of its ipc namespace lies; 0 where there is none. */
  readonly shm: number;
}

/** The machine that carries the containers. */
export interface HostView extends InsideView {
  /** `uname -r`, the same wherever it is asked. */
  readonly kernel: string;
  readonly bootTime: number;
  readonly memory: { readonly total: number; readonly used: number };
  readonly cpus: number;
}

export interface ContainerView {
  readonly id: string;
  readonly name: string;
  /** As given at create, e.g. `nginx`. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Milliseconds since the epoch, as all times here; 0 where it has not happened. */
  readonly created: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly status: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  readonly health: string;
  readonly restartCount: number;
  /** Host pid of its first process; 0 when it does not run. */
  readonly pid: number;
  readonly processes: readonly { readonly pid: number; readonly inside: number; readonly command: string }[];
  /** What its first process sees; only while it runs. */
  readonly inside?: InsideView;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly hostIp: string;
    readonly hostPort: number;
    readonly containerPort: number;
    readonly protocol: string;
  }[];
  readonly networks: readonly {
    readonly name: string;
    readonly address: string;
    readonly aliases: readonly string[];
  }[];
  readonly mounts: readonly {
    readonly type: string;
    /** Volume name, or path on the host. */
    readonly source: string;
    readonly destination: string;
    readonly readonly: boolean;
  }[];
  readonly limits: { readonly memory: number; readonly cpus: number; readonly pids: number };
  readonly usage: { readonly memory: number; readonly cpu: number; readonly pids: number };
  /** Bytes of the writable layer, and what changed in it. */
  readonly writable: { readonly size: number };
  /** diffIDs of the image's layers, bottom first. */
  readonly layers: readonly string[];
}

/** What a container was created with: flags of `docker run` over the image's config. */
export interface ContainerSetup {
  /** Entrypoint and command, as they will be executed. */
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly tty: boolean;
  /** `-i`: standard input stays open. */
  readonly openStdin: boolean;
  /** Without `-d`: the client is attached to its output. */
  readonly attached: boolean;
  readonly autoRemove: boolean;
  readonly restart: string;
  readonly user: string;
  readonly workingDir: string;
  readonly hostname: string;
  readonly network: string;
  /** `8080:80`, `127.0.0.1:8080:80`; `:80` where the daemon chooses the host's port. */
  readonly publish: readonly string[];
  readonly mounts: readonly {
    readonly type: string;
    readonly source: string;
    readonly destination: string;
    readonly anonymous: boolean;
    readonly readonly: boolean;
  }[];
}

export interface ImageView {
  readonly id: string;
  readonly tags: readonly string[];
  readonly created: number;
  readonly size: number;
  readonly platform: string;
  /** Containers that use it. */
  readonly containers: readonly string[];
  /** Bottom first. */
  readonly layers: readonly {
    readonly diffId: string;
    readonly digest: string;
    readonly size: number;
    readonly createdBy: string;
  }[];
  /** History entries that made no layer, in order with the others: the whole history, oldest first. */
  readonly history: readonly {
    readonly createdBy: string;
    readonly created: number;
    readonly layer: number | undefined;
  }[];
  readonly config: {
    readonly entrypoint: readonly string[];
    readonly cmd: readonly string[];
    readonly env: readonly string[];
    readonly workingDir: string;
    readonly user: string;
    readonly exposedPorts: readonly string[];
    readonly volumes: readonly string[];
  };
}

export interface NetworkView {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly internal: boolean;
  readonly bridge: string;
  readonly endpoints: readonly {
    readonly container: string;
    readonly name: string;
    readonly address: string;
    readonly names: readonly string[];
  }[];
}

export interface VolumeView {
  readonly name: string;
  readonly anonymous: boolean;
  readonly mountpoint: string;
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Ids of the containers that use it. */
  readonly containers: readonly string[];
}

export interface BuildCacheView {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly size: number;
  readonly inUse: boolean;
  readonly shared: boolean;
  readonly created: number;
  readonly lastUsed: number;
  readonly usageCount: number;
  readonly parents: readonly string[];
}

/** A virtual machine: a process of the host (its hypervisor) in which another kernel runs. */
export interface VmView {
  readonly name: string;
  readonly state: 'Starting' | 'Running' | 'Stopping' | 'Stopped' | 'Deleted';
  /** As given at launch, e.g. `24.04`, and what it stands for, e.g. `Ubuntu 24.04 LTS`. */
  readonly image: string;
  readonly release: string;
  /** Release of its kernel; '' when it does not run. */
  readonly kernel: string;
  /** '' without one. */
  readonly address: string;
  readonly cpus: number;
  /** Bytes: what the hypervisor reserves on the host for it, and what the guest uses of that. */
  readonly memory: number;
  readonly memoryUsed: number;
  readonly disk: number;
  /** Host pid of the hypervisor; 0 when it does not run. */
  readonly hypervisor: number;
  readonly poweredOnAt: number;
  /** When it first answered after power-on; 0 while it has not. */
  readonly readyAt: number;
  /** The guest's processes by its own pids; none of them is in the host's table. */
  readonly processes: readonly { readonly pid: number; readonly parent: number; readonly command: string }[];
  /** The containers of its own daemon. */
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly status: string;
  }[];
}
