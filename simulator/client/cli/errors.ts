/** Failures of commands: what is printed on stderr, and the exit status. */

/** Ends the command with a message (none when empty) and a status. */
export class CliError extends Error {
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** An answer of the daemon other than success. */
export class DaemonError extends CliError {
  readonly httpStatus: number;
  /** The daemon's own words. */
  readonly detail: string;
  constructor(httpStatus: number, detail: string) {
    super(`Error response from daemon: ${detail}`);
    this.httpStatus = httpStatus;
    this.detail = detail;
  }
}

/** The daemon cannot be reached. */
export class ConnectionError extends CliError {}

/** Prints several errors as one, a line each. */
export function joinErrors(errors: readonly Error[], status = 1): CliError {
  return new CliError(errors.map((error) => error.message).join('\n'), status);
}

/** The error as a CliError; anything that is none is thrown on. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}
