/** An answer of the API that is no success: Docker's own text and the HTTP status its kind of error has. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** 400: a parameter or body that is not valid. */
export const invalid = (message: string): ApiError => new ApiError(400, message);
/** 403: not allowed whatever the parameters. */
export const forbidden = (message: string): ApiError => new ApiError(403, message);
/** 404: the object named does not exist. */
export const notFound = (message: string): ApiError => new ApiError(404, message);
/** 409: the object's state does not allow it. */
export const conflict = (message: string): ApiError => new ApiError(409, message);
/** 500: the daemon failed. */
export const systemError = (message: string): ApiError => new ApiError(500, message);
/** 501: Docker can do it, this machine does not. */
export const notSimulated = (what: string): ApiError => new ApiError(501, `${what} is not simulated on this machine`);
/** 304: nothing to do; the API sends no body. */
export const notModified = (): ApiError => new ApiError(304, '');

/** The text of any thrown value, for messages that quote a cause. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
