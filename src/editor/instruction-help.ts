/** Every instruction in our words: what hover shows, completion offers, and the reference page prints. */
export interface InstructionHelp {
  /** How it is written. */
  readonly signature: string;
  readonly text: string;
  /** What it leaves in the image. */
  readonly leaves: 'a layer' | 'config only' | 'nothing' | 'the base’s layers';
  /** Flag → what it does. */
  readonly flags: Readonly<Record<string, string>>;
  /** A first line to complete to; `$0` is where the caret goes. */
  readonly snippet: string;
}

const COPYING = {
  '--chown': 'Owner of the copied files, as user:group; names are looked up in the image.',
  '--chmod': 'Permissions of the copied files, as 0755 or u=rwx,go=rx.',
  '--link':
    'Puts the files in a layer that does not depend on the steps before, so that it can be reused when they change.',
  '--exclude': 'Leaves out files that match the pattern.',
};

export const INSTRUCTION_HELP: Readonly<Record<string, InstructionHelp>> = {
  FROM: {
    signature: 'FROM image[:tag] [AS stage]',
    text: 'Begins a stage. Everything after it stands on the layers of this image. A file may have several stages; the last one becomes the image, unless --target names another.',
    leaves: 'the base’s layers',
    flags: { '--platform': 'Takes the image for another platform, e.g. linux/arm64.' },
    snippet: 'FROM $0',
  },
  RUN: {
    signature: 'RUN command  ·  RUN ["program", "argument"]',
    text: 'Runs a command in a new process on top of the layers so far, and keeps what it changed as a layer. cd and export end with it. The cache key is the command’s text and environment, not what it would find on the network today.',
    leaves: 'a layer',
    flags: {
      '--mount':
        'Mounts a cache, a bind, a tmpfs or a secret for this command only; nothing of it becomes part of the layer.',
      '--network': 'none, host or default for this command.',
      '--security': 'insecure runs it with more rights, where the builder allows that.',
    },
    snippet: 'RUN $0',
  },
  COPY: {
    signature: 'COPY source… destination',
    text: 'Copies files from the build context (or, with --from, from another stage or image) into a layer. Sources cannot leave the context. A folder’s contents are copied, not the folder itself. The key is the files: names, contents, permissions, not dates.',
    leaves: 'a layer',
    flags: {
      '--from': 'Copies from a stage or an image instead of the context.',
      '--parents': 'Keeps the folders of the source path.',
      ...COPYING,
    },
    snippet: 'COPY $0 .',
  },
  ADD: {
    signature: 'ADD source… destination',
    text: 'Like COPY, but also downloads URLs and git repositories, and unpacks local tar archives. For plain files prefer COPY: it does only one thing.',
    leaves: 'a layer',
    flags: {
      '--checksum': 'The digest a downloaded file must have.',
      '--keep-git-dir': 'Keeps .git of a repository.',
      '--unpack': 'Whether archives are unpacked.',
      ...COPYING,
    },
    snippet: 'ADD $0 .',
  },
  WORKDIR: {
    signature: 'WORKDIR /path',
    text: 'Sets the folder in which the following RUN, COPY and the container’s command start, and creates it where it is missing. A relative path is taken from the one before.',
    leaves: 'a layer',
    flags: {},
    snippet: 'WORKDIR /$0',
  },
  ENV: {
    signature: 'ENV name=value …',
    text: 'Sets variables for the following steps and for every container of the image. They are part of the key of each later RUN.',
    leaves: 'config only',
    flags: {},
    snippet: 'ENV $0=',
  },
  ARG: {
    signature: 'ARG name[=default]',
    text: 'A variable of the build, given with --build-arg. It is there from its line to the end of the stage; an ARG before the first FROM only for FROM lines. Values can be read from the image’s history, so secrets do not belong here.',
    leaves: 'config only',
    flags: {},
    snippet: 'ARG $0',
  },
  CMD: {
    signature: 'CMD ["program", "argument"]  ·  CMD command',
    text: 'What a container runs when docker run names no command; with ENTRYPOINT, its default arguments. Nothing runs during the build. Only the last CMD counts. The JSON form needs double quotes and starts the program directly, so that it gets signals.',
    leaves: 'config only',
    flags: {},
    snippet: 'CMD ["$0"]',
  },
  ENTRYPOINT: {
    signature: 'ENTRYPOINT ["program", "argument"]',
    text: 'The program a container always runs; what docker run names after the image are its arguments. In the shell form it takes no arguments and hides signals behind a shell.',
    leaves: 'config only',
    flags: {},
    snippet: 'ENTRYPOINT ["$0"]',
  },
  EXPOSE: {
    signature: 'EXPOSE port[/protocol] …',
    text: 'Notes which ports the program listens on. It publishes nothing: that is what -p and -P of docker run do.',
    leaves: 'config only',
    flags: {},
    snippet: 'EXPOSE $0',
  },
  VOLUME: {
    signature: 'VOLUME ["/path"]',
    text: 'Every container gets a volume at this path, filled from the image, unless it is given one. What is written there does not become part of a commit.',
    leaves: 'config only',
    flags: {},
    snippet: 'VOLUME ["/$0"]',
  },
  USER: {
    signature: 'USER name[:group]',
    text: 'The user of the following RUN steps and of the container’s command. Files that COPY brings still belong to root unless --chown says otherwise.',
    leaves: 'config only',
    flags: {},
    snippet: 'USER $0',
  },
  LABEL: {
    signature: 'LABEL name=value …',
    text: 'Notes on the image, for people and tools; docker inspect shows them. Changing one does not bust any cache.',
    leaves: 'config only',
    flags: {},
    snippet: 'LABEL $0=',
  },
  HEALTHCHECK: {
    signature: 'HEALTHCHECK [options] CMD command  ·  HEALTHCHECK NONE',
    text: 'A command that says whether the container is well: exit code 0 is healthy. It runs inside the container; Docker shows the state and does not restart anything.',
    leaves: 'config only',
    flags: {
      '--interval': 'Time between two checks (30s).',
      '--timeout': 'How long a check may take (30s).',
      '--start-period': 'Failures in this time after the start do not count (0s).',
      '--start-interval': 'Time between checks during the start period (5s).',
      '--retries': 'Failures in a row until it is unhealthy (3).',
    },
    snippet: 'HEALTHCHECK CMD $0',
  },
  SHELL: {
    signature: 'SHELL ["/bin/bash", "-c"]',
    text: 'The shell that the shell form of RUN, CMD and ENTRYPOINT uses from here on.',
    leaves: 'config only',
    flags: {},
    snippet: 'SHELL ["$0", "-c"]',
  },
  STOPSIGNAL: {
    signature: 'STOPSIGNAL SIGTERM',
    text: 'The signal docker stop sends to the container’s first process.',
    leaves: 'config only',
    flags: {},
    snippet: 'STOPSIGNAL $0',
  },
  ONBUILD: {
    signature: 'ONBUILD instruction',
    text: 'An instruction that runs later, right after FROM, in a build that uses this image as its base.',
    leaves: 'nothing',
    flags: {},
    snippet: 'ONBUILD $0',
  },
  MAINTAINER: {
    signature: 'MAINTAINER name',
    text: 'Out of use: write LABEL org.opencontainers.image.authors instead.',
    leaves: 'config only',
    flags: {},
    snippet: 'MAINTAINER $0',
  },
};
