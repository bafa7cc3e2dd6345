/** Finds the handler of a request by method and path pattern. */
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';

/** Values of a pattern's parameters, percent-decoded. */
export type Params = Readonly<Record<string, string>>;
export type RouteHandler = (request: HttpRequest, params: Params) => Promise<HttpResponse>;

interface Entry {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handler: RouteHandler;
}

/**
 * A table of routes. Patterns are paths with `{name}` for one segment and `{name...}` for any number of them
 * (`/images/{name...}/json`). The first route that fits wins.
 */
export class Router {
  readonly #entries: Entry[] = [];
  readonly #missing: (request: HttpRequest, allowed: readonly string[]) => Promise<HttpResponse>;

  /** `missing` answers when no route fits; `allowed` are the methods that would fit the path. */
  constructor(missing?: (request: HttpRequest, allowed: readonly string[]) => Promise<HttpResponse>) {
    this.#missing =
      missing ??
      ((_request, allowed) =>
        Promise.resolve({ status: allowed.length > 0 ? 405 : 404, headers: { 'Content-Type': 'text/plain' } }));
  }

  on(method: string, pattern: string, handler: RouteHandler): this {
    const names: string[] = [];
    const source = pattern
      .split(/(\{\w+(?:\.\.\.)?\})/)
      .map((part) => {
        const parameter = /^\{(\w+)(\.\.\.)?\}$/.exec(part);
        if (!parameter) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        names.push(parameter[1]!);
        return parameter[2] ? '(.+)' : '([^/]+)';
      })
      .join('');
    this.#entries.push({ method, pattern: new RegExp(`^${source}$`), names, handler });
    return this;
  }

  /** The route's handler for the request, or what `missing` says. `path` may leave out a prefix. */
  route(request: HttpRequest, path = request.path): Promise<HttpResponse> {
    const allowed: string[] = [];
    const found = this.#find(request.method, path, allowed);
    // A HEAD request is answered by the GET route where there is none of its own; the server leaves out the body.
    const route = found ?? (request.method === 'HEAD' ? this.#find('GET', path, []) : undefined);
    if (!route) return this.#missing(request, allowed);
    const params: Record<string, string> = {};
    route.entry.names.forEach((name, i) => (params[name] = decode(route.match[i + 1]!)));
    return route.entry.handler(request, params);
  }

  #find(method: string, path: string, allowed: string[]): { entry: Entry; match: RegExpExecArray } | undefined {
    for (const entry of this.#entries) {
      const match = entry.pattern.exec(path);
      if (match && entry.method === method) return { entry, match };
      if (match && !allowed.includes(entry.method)) allowed.push(entry.method);
    }
    return undefined;
  }

  get handler(): HttpHandler {
    return (request) => this.route(request);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
