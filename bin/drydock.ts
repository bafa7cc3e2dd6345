/** The `drydock` command: sessions, a daemon on a real socket, or a machine in this terminal. */
const USAGE = `Usage:
  drydock                                open a machine in this terminal
  drydock session [--out DIR] FILE...    run session files, each on a fresh machine
  drydock session --client PATH FILE...  the same, with PATH as the docker command against the machine's daemon
  drydock daemon --socket PATH           serve a machine's daemon on a unix socket
`;

/** Runs the command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case undefined:
      return (await import('./drydock-terminal.ts')).openMachine();
    case 'session':
      return (await import('./drydock-session.ts')).runSessions(rest);
    case 'daemon':
      return (await import('./drydock-daemon.ts')).serveDaemon(rest);
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    default:
      process.stderr.write(`drydock: no command "${command}"\n\n${USAGE}`);
      return 1;
  }
}
