/** What `docker __complete` offers as values of flags. */
import type { Completes, FlagRow } from './spec.ts';

/** Values, or names the daemon knows with something around them. */
export interface FlagValues {
  readonly values: readonly string[] | { readonly kind: Completes; readonly before?: string; readonly after?: string };
  /** cobra's directive: 2 no space after it, 4 no files. */
  readonly directive: number;
}

const SIGNALS =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(
    ' ',
  );

const CAPABILITIES = [
  'ALL',
  ...'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
    .split(' ')
    .map((name) => `CAP_${name}`),
];

const PLATFORMS = [
  'linux/386',
  'linux/amd64',
  'linux/arm',
  'linux/arm/v5',
  'linux/arm/v6',
  'linux/arm/v7',
  'linux/arm64',
  'linux/arm64/v8',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
  'windows/amd64',
  'wasip1/wasm',
];

const LISTS: Readonly<Record<string, readonly string[]>> = {
  attach: ['stderr', 'stdin', 'stdout'],
  'cap-add': CAPABILITIES,
  'cap-drop': CAPABILITIES,
  cgroupns: ['host', 'private'],
  ipc: ['container:', 'host', 'none', 'private', 'shareable'],
  'log-driver': ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
  'log-level': ['debug', 'info', 'warn', 'error', 'fatal', 'panic'],
  pid: ['container:', 'host'],
  platform: PLATFORMS,
  progress: ['auto', 'none', 'plain', 'quiet', 'rawjson', 'tty'],
  pull: ['always', 'missing', 'never'],
  restart: ['no', 'always', 'on-failure', 'unless-stopped'],
  'security-opt': ['apparmor=', 'label=', 'no-new-privileges', 'seccomp=', 'systempaths=unconfined'],
  signal: SIGNALS,
  'stop-signal': SIGNALS,
  type: ['config', 'container', 'image', 'network', 'node', 'plugin', 'secret', 'service', 'task', 'volume'],
  userns: ['host'],
  uts: ['host'],
  'volume-driver': ['local'],
};

/** Completed to `name=`, with more to be typed. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'log-opt': ['max-buffer-size', 'mode', 'env', 'env-regex', 'labels', 'tag', 'compress', 'max-file', 'max-size'],
  'storage-opt': ['size'],
  ulimit:
    'as chroot core cpu data fsize locks maxlogins maxsyslogins memlock msgqueue nice nofile nproc priority rss rtprio sigpending stack'.split(
      ' ',
    ),
};

const NAMES: Readonly<Record<string, Completes>> = {
  network: 'networks',
  net: 'networks',
  'volumes-from': 'containers',
  context: 'contexts',
};

const NO_FILES = 4;
const NO_SPACE = 2;

/** Undefined: any text, so files are offered. */
export function fixedValues(
  [name, , type]: FlagRow,
  word: string,
  env: Readonly<Record<string, string>>,
): FlagValues | undefined {
  if ((name === 'ipc' || name === 'pid') && word.startsWith('container:')) {
    return { values: { kind: 'containers', before: 'container:' }, directive: NO_FILES };
  }
  if (name === 'link') return { values: { kind: 'containers', after: ':' }, directive: NO_SPACE };
  if (name === 'detach-keys') return { values: ['ctrl-'], directive: NO_SPACE };
  if (name === 'env') return { values: Object.keys(env).sort(), directive: NO_FILES };
  const list = LISTS[name];
  if (list !== undefined && type !== 'bool') return { values: list, directive: NO_FILES };
  const keys = KEYS[name];
  if (keys !== undefined) return { values: keys.map((key) => `${key}=`), directive: NO_SPACE };
  const kind = NAMES[name];
  return kind === undefined ? undefined : { values: { kind }, directive: NO_FILES };
}
