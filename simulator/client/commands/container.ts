/** `docker container` and the short forms of its commands. */
import type { CommandSpec } from '../cli/spec.ts';
import { CREATE_FLAGS, RUN_FLAGS } from './container-flags.ts';

const containerAttach: CommandSpec = {
  name: 'attach',
  use: 'attach [OPTIONS] CONTAINER',
  short: 'Attach local standard input, output, and error streams to a running container',
  shownAliases: 'docker container attach, docker attach',
  args: [1, 1],
  flags: [
    ['detach-keys', '', 'string', '', 'Override the key sequence for detaching a container'],
    ['no-stdin', '', 'bool', '', 'Do not attach STDIN'],
    ['sig-proxy', '', 'bool', 'true', 'Proxy all received signals to the process'],
  ],
  load: async () => (await import('../container/attach.ts')).attach,
  completes: ['running-containers'],
};

const containerCommit: CommandSpec = {
  name: 'commit',
  use: 'commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  short: "Create a new image from a container's changes",
  shownAliases: 'docker container commit, docker commit',
  args: [1, 2],
  flags: [
    ['author', 'a', 'string', '', 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")'],
    ['change', 'c', 'list', '', 'Apply Dockerfile instruction to the created image'],
    ['message', 'm', 'string', '', 'Commit message'],
    ['no-pause', '', 'bool', '', 'Disable pausing container during commit'],
    [
      'pause',
      'p',
      'bool',
      'true',
      'Pause container during commit',
      { deprecated: 'and enabled by default. Use --no-pause to disable pausing during commit.' },
    ],
  ],
  load: async () => (await import('../container/commit.ts')).commit,
  completes: ['containers', 'none'],
};

const containerCp: CommandSpec = {
  name: 'cp',
  use: 'cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  short: 'Copy files/folders between a container and the local filesystem',
  long: "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
  shownAliases: 'docker container cp, docker cp',
  args: [2, 2],
  flags: [
    ['archive', 'a', 'bool', '', 'Archive mode (copy all uid/gid information)'],
    ['follow-link', 'L', 'bool', '', 'Always follow symlinks in SRC_PATH'],
    [
      'quiet',
      'q',
      'bool',
      '',
      'Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached',
    ],
  ],
  load: async () => (await import('../container/cp.ts')).copy,
  completes: ['containers'],
};

const containerCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create a new container',
  shownAliases: 'docker container create, docker create',
  args: [1],
  flags: CREATE_FLAGS,
  interspersed: false,
  load: async () => (await import('../container/create.ts')).create,
  completes: ['images', 'none'],
};

const containerDiff: CommandSpec = {
  name: 'diff',
  use: 'diff CONTAINER',
  short: "Inspect changes to files or directories on a container's filesystem",
  shownAliases: 'docker container diff, docker diff',
  args: [1, 1],
  load: async () => (await import('../container/show.ts')).diff,
  completes: ['containers'],
};

const containerExec: CommandSpec = {
  name: 'exec',
  use: 'exec [OPTIONS] CONTAINER COMMAND [ARG...]',
  short: 'Execute a command in a running container',
  shownAliases: 'docker container exec, docker exec',
  args: [2],
  flags: [
    ['detach', 'd', 'bool', '', 'Detached mode: run command in the background'],
    ['detach-keys', '', 'string', '', 'Override the key sequence for detaching a container'],
    ['env', 'e', 'list', '', 'Set environment variables', { check: 'env' }],
    ['env-file', '', 'list', '', 'Read in a file of environment variables'],
    ['interactive', 'i', 'bool', '', 'Keep STDIN open even if not attached'],
    ['privileged', '', 'bool', '', 'Give extended privileges to the command'],
    ['tty', 't', 'bool', '', 'Allocate a pseudo-TTY'],
    ['user', 'u', 'string', '', 'Username or UID (format: "<name|uid>[:<group|gid>]")'],
    ['workdir', 'w', 'string', '', 'Working directory inside the container'],
  ],
  interspersed: false,
  load: async () => (await import('../container/exec.ts')).exec,
  completes: ['running-containers'],
};

const containerExport: CommandSpec = {
  name: 'export',
  use: 'export [OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  shownAliases: 'docker container export, docker export',
  args: [1, 1],
  flags: [['output', 'o', 'string', '', 'Write to a file, instead of STDOUT']],
  load: async () => (await import('../container/commit.ts')).exportContainer,
  completes: ['containers'],
};

const containerInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Display detailed information on one or more containers',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['size', 's', 'bool', '', 'Display total file sizes'],
  ],
  load: async () => (await import('../inspect/commands.ts')).inspectContainer,
  completes: ['containers'],
};

const containerKill: CommandSpec = {
  name: 'kill',
  use: 'kill [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Kill one or more running containers',
  shownAliases: 'docker container kill, docker kill',
  args: [1],
  flags: [['signal', 's', 'string', '', 'Signal to send to the container']],
  load: async () => (await import('../container/lifecycle.ts')).kill,
  completes: ['running-containers'],
};

const containerLogs: CommandSpec = {
  name: 'logs',
  use: 'logs [OPTIONS] CONTAINER',
  short: 'Fetch the logs of a container',
  shownAliases: 'docker container logs, docker logs',
  args: [1, 1],
  flags: [
    ['details', '', 'bool', '', 'Show extra details provided to logs'],
    ['follow', 'f', 'bool', '', 'Follow log output'],
    [
      'since',
      '',
      'string',
      '',
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ],
    ['tail', 'n', 'string', 'all', 'Number of lines to show from the end of the logs'],
    ['timestamps', 't', 'bool', '', 'Show timestamps'],
    [
      'until',
      '',
      'string',
      '',
      'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ],
  ],
  load: async () => (await import('../container/logs.ts')).logs,
  completes: ['containers'],
};

const containerLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List containers',
  aliases: ['ps', 'list'],
  shownAliases: 'docker container ls, docker container list, docker container ps, docker ps',
  args: [0, 0],
  flags: [
    ['all', 'a', 'bool', '', 'Show all containers (default shows just running)'],
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['last', 'n', 'int', '-1', 'Show n last created containers (includes all states)'],
    ['latest', 'l', 'bool', '', 'Show the latest created container (includes all states)'],
    ['no-trunc', '', 'bool', '', "Don't truncate output"],
    ['quiet', 'q', 'bool', '', 'Only display container IDs'],
    ['size', 's', 'bool', '', 'Display total file sizes'],
  ],
  load: async () => (await import('../container/list.ts')).list,
};

const containerPause: CommandSpec = {
  name: 'pause',
  use: 'pause CONTAINER [CONTAINER...]',
  short: 'Pause all processes within one or more containers',
  shownAliases: 'docker container pause, docker pause',
  args: [1],
  load: async () => (await import('../container/lifecycle.ts')).pause,
  completes: ['running-containers'],
};

const containerPort: CommandSpec = {
  name: 'port',
  use: 'port CONTAINER [PRIVATE_PORT[/PROTO]]',
  short: 'List port mappings or a specific mapping for the container',
  shownAliases: 'docker container port, docker port',
  args: [1, 2],
  load: async () => (await import('../container/show.ts')).port,
  completes: ['containers'],
};

const containerPrune: CommandSpec = {
  name: 'prune',
  use: 'prune [OPTIONS]',
  short: 'Remove all stopped containers',
  args: [0, 0],
  flags: [
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
  ],
  load: async () => (await import('../system/prune.ts')).pruneContainers,
};

const containerRename: CommandSpec = {
  name: 'rename',
  use: 'rename CONTAINER NEW_NAME',
  short: 'Rename a container',
  shownAliases: 'docker container rename, docker rename',
  args: [2, 2],
  load: async () => (await import('../container/lifecycle.ts')).rename,
  completes: ['containers', 'none'],
};

const containerRestart: CommandSpec = {
  name: 'restart',
  use: 'restart [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Restart one or more containers',
  shownAliases: 'docker container restart, docker restart',
  args: [1],
  flags: [
    ['signal', 's', 'string', '', 'Signal to send to the container'],
    ['timeout', 't', 'int', '', 'Seconds to wait before killing the container'],
    ['time', '', 'int', '', 'Seconds to wait before killing the container', { deprecated: 'use --timeout instead' }],
  ],
  load: async () => (await import('../container/lifecycle.ts')).restart,
  completes: ['containers'],
};

const containerRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Remove one or more containers',
  aliases: ['remove'],
  shownAliases: 'docker container rm, docker container remove, docker rm',
  args: [1],
  flags: [
    ['force', 'f', 'bool', '', 'Force the removal of a running container (uses SIGKILL)'],
    ['link', 'l', 'bool', '', 'Remove the specified link'],
    ['volumes', 'v', 'bool', '', 'Remove anonymous volumes associated with the container'],
  ],
  load: async () => (await import('../container/lifecycle.ts')).remove,
  completes: ['containers'],
};

const containerRun: CommandSpec = {
  name: 'run',
  use: 'run [OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create and run a new container from an image',
  shownAliases: 'docker container run, docker run',
  args: [1],
  flags: RUN_FLAGS,
  interspersed: false,
  load: async () => (await import('../container/run.ts')).run,
  completes: ['images', 'none'],
};

const containerStart: CommandSpec = {
  name: 'start',
  use: 'start [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Start one or more stopped containers',
  shownAliases: 'docker container start, docker start',
  args: [1],
  flags: [
    ['attach', 'a', 'bool', '', 'Attach STDOUT/STDERR and forward signals'],
    ['checkpoint', '', 'string', '', 'Restore from this checkpoint', { only: 'experimental' }],
    ['checkpoint-dir', '', 'string', '', 'Use a custom checkpoint storage directory', { only: 'experimental' }],
    ['detach-keys', '', 'string', '', 'Override the key sequence for detaching a container'],
    ['interactive', 'i', 'bool', '', "Attach container's STDIN"],
  ],
  load: async () => (await import('../container/start.ts')).start,
  completes: ['stopped-containers'],
};

const containerStats: CommandSpec = {
  name: 'stats',
  use: 'stats [OPTIONS] [CONTAINER...]',
  short: 'Display a live stream of container(s) resource usage statistics',
  shownAliases: 'docker container stats, docker stats',
  args: [0],
  flags: [
    ['all', 'a', 'bool', '', 'Show all containers (default shows just running)'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['no-stream', '', 'bool', '', 'Disable streaming stats and only pull the first result'],
    ['no-trunc', '', 'bool', '', 'Do not truncate output'],
  ],
  load: async () => (await import('../container/stats.ts')).stats,
  completes: ['running-containers'],
};

const containerStop: CommandSpec = {
  name: 'stop',
  use: 'stop [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Stop one or more running containers',
  shownAliases: 'docker container stop, docker stop',
  args: [1],
  flags: [
    ['signal', 's', 'string', '', 'Signal to send to the container'],
    ['timeout', 't', 'int', '', 'Seconds to wait before killing the container'],
    ['time', '', 'int', '', 'Seconds to wait before killing the container', { deprecated: 'use --timeout instead' }],
  ],
  load: async () => (await import('../container/lifecycle.ts')).stop,
  completes: ['running-containers'],
};

const containerTop: CommandSpec = {
  name: 'top',
  use: 'top CONTAINER [ps OPTIONS]',
  short: 'Display the running processes of a container',
  shownAliases: 'docker container top, docker top',
  args: [1],
  interspersed: false,
  load: async () => (await import('../container/show.ts')).top,
  completes: ['running-containers'],
};

const containerUnpause: CommandSpec = {
  name: 'unpause',
  use: 'unpause CONTAINER [CONTAINER...]',
  short: 'Unpause all processes within one or more containers',
  shownAliases: 'docker container unpause, docker unpause',
  args: [1],
  load: async () => (await import('../container/lifecycle.ts')).unpause,
  completes: ['paused-containers'],
};

const containerUpdate: CommandSpec = {
  name: 'update',
  use: 'update [OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Update configuration of one or more containers',
  shownAliases: 'docker container update, docker update',
  args: [1],
  flags: [
    ['blkio-weight', '', 'uint16', '', 'Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)'],
    ['cpu-period', '', 'int64', '', 'Limit CPU CFS (Completely Fair Scheduler) period'],
    ['cpu-quota', '', 'int64', '', 'Limit CPU CFS (Completely Fair Scheduler) quota'],
    ['cpu-rt-period', '', 'int64', '', 'Limit the CPU real-time period in microseconds'],
    ['cpu-rt-runtime', '', 'int64', '', 'Limit the CPU real-time runtime in microseconds'],
    ['cpu-shares', 'c', 'int64', '', 'CPU shares (relative weight)'],
    ['cpus', '', 'decimal', '', 'Number of CPUs'],
    ['cpuset-cpus', '', 'string', '', 'CPUs in which to allow execution (0-3, 0,1)'],
    ['cpuset-mems', '', 'string', '', 'MEMs in which to allow execution (0-3, 0,1)'],
    ['memory', 'm', 'bytes', '', 'Memory limit'],
    ['memory-reservation', '', 'bytes', '', 'Memory soft limit'],
    ['memory-swap', '', 'bytes', '', 'Swap limit equal to memory plus swap: -1 to enable unlimited swap'],
    ['pids-limit', '', 'int64', '', 'Tune container pids limit (set -1 for unlimited)'],
    ['restart', '', 'string', '', 'Restart policy to apply when a container exits'],
    ['kernel-memory', '', 'bytes', '', 'Kernel memory limit', { deprecated: 'and no longer supported by the kernel' }],
  ],
  load: async () => (await import('../container/update.ts')).update,
  completes: ['containers'],
};

const containerWait: CommandSpec = {
  name: 'wait',
  use: 'wait CONTAINER [CONTAINER...]',
  short: 'Block until one or more containers stop, then print their exit codes',
  shownAliases: 'docker container wait, docker wait',
  args: [1],
  load: async () => (await import('../container/lifecycle.ts')).wait,
  completes: ['containers'],
};

/** `docker container`. */
export const container: CommandSpec = {
  name: 'container',
  use: 'container',
  short: 'Manage containers',
  args: [0, 0],
  category: 'management',
  subcommands: [
    containerAttach,
    containerCommit,
    containerCp,
    containerCreate,
    containerDiff,
    containerExec,
    containerExport,
    containerInspect,
    containerKill,
    containerLogs,
    containerLs,
    containerPause,
    containerPort,
    containerPrune,
    containerRename,
    containerRestart,
    containerRm,
    containerRun,
    containerStart,
    containerStats,
    containerStop,
    containerTop,
    containerUnpause,
    containerUpdate,
    containerWait,
  ],
};
