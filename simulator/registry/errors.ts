/** The registry's errors: code, message and status as distribution gives them. */
import type { HttpResponse } from '../http/http.ts';
import { goJson } from '../image/json.ts';

export const ERRORS = {
  UNKNOWN: [500, 'unknown error'],
  UNSUPPORTED: [405, 'The operation is unsupported.'],
  UNAUTHORIZED: [401, 'authentication required'],
  DENIED: [403, 'requested access to the resource is denied'],
  UNAVAILABLE: [503, 'service unavailable'],
  TOOMANYREQUESTS: [429, 'too many requests'],
  DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
  SIZE_INVALID: [400, 'provided length did not match content length'],
  RANGE_INVALID: [416, 'invalid content range'],
  NAME_INVALID: [400, 'invalid repository name'],
  TAG_INVALID: [400, 'manifest tag did not match URI'],
  NAME_UNKNOWN: [404, 'repository name not known to registry'],
  MANIFEST_UNKNOWN: [404, 'manifest unknown'],
  MANIFEST_INVALID: [400, 'manifest invalid'],
  MANIFEST_UNVERIFIED: [400, 'manifest failed signature verification'],
  MANIFEST_BLOB_UNKNOWN: [400, 'blob unknown to registry'],
  BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
  BLOB_UPLOAD_INVALID: [404, 'blob upload invalid'],
  PAGINATION_NUMBER_INVALID: [400, 'invalid number of results requested'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** One or several errors of a request, thrown inside the handler. */
export class RegistryApiError extends Error {
  readonly errors: readonly { code: ErrorCode; message?: string; detail?: unknown }[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ErrorCode,
    options: { detail?: unknown; message?: string; more?: readonly unknown[]; headers?: Record<string, string> } = {},
  ) {
    super(options.message ?? ERRORS[code][1]);
    const first = {
      code,
      ...(options.message === undefined ? {} : { message: options.message }),
      detail: options.detail,
    };
    this.errors = [first, ...(options.more ?? []).map((detail) => ({ code, detail }))];
    this.headers = options.headers ?? {};
  }
  /** The answer: `{"errors":[{code, message, detail}]}`. */
  response(): HttpResponse {
    const errors = this.errors.map(({ code, message, detail }) => ({
      code,
      message: message ?? ERRORS[code][1],
      ...(detail === undefined ? {} : { detail }),
    }));
    return {
      status: ERRORS[this.errors[0]!.code][0],
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...this.headers },
      body: `${goJson({ errors })}\n`,
    };
  }
}
