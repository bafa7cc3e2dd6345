import { Router } from '../http/router.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import { containerRoutes } from './containers/routes.ts';
import type { Engine } from './engine.ts';
import { execRoutes } from './exec/routes.ts';
import { Call, failure, json, type Handler, type Routes } from './http.ts';
import { imageRoutes } from './images/routes.ts';
import { networkRoutes } from './networks/routes.ts';
import { buildRoutes } from './builds/routes.ts';
import { transferRoutes } from './images/transfer-routes.ts';
import { systemRoutes } from './system/routes.ts';
import { API_VERSION, ENGINE_VERSION, MIN_API_VERSION, versionNumber } from './system/versions.ts';
import { volumeRoutes } from './volumes/routes.ts';

const SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const SWARM_PATHS = /^\/(swarm|nodes|services|tasks|secrets|configs)(\/|$)/;

const LATEST = versionNumber(API_VERSION)!;
const OLDEST = versionNumber(MIN_API_VERSION)!;

/** Headers every answer carries. */
const COMMON = {
  'Api-Version': API_VERSION,
  'Docker-Experimental': 'false',
  Ostype: 'linux',
  Server: `Docker/${ENGINE_VERSION} (linux)`,
};

/** The message of an answer that refuses. */
function refusal({ status, body }: HttpResponse): string | undefined {
  if (status < 400 || typeof body !== 'string' || !body.startsWith('{')) return undefined;
  const parsed: unknown = JSON.parse(body);
  const known = typeof parsed === 'object' && parsed !== null && 'message' in parsed;
  return known && typeof parsed.message === 'string' ? parsed.message : undefined;
}

/** The API of a daemon: routes with or without a version in front, errors as Docker writes them, a log of the calls. */
export function apiHandler(engine: Engine): HttpHandler {
  const versions = new WeakMap<HttpRequest, number>();
  const wrap =
    (handler: Handler) =>
    async (request: HttpRequest, params: Readonly<Record<string, string>>): Promise<HttpResponse> => {
      try {
        return await handler(new Call(engine, request, params, versions.get(request) ?? LATEST));
      } catch (error) {
        return failure(error);
      }
    };
  const router = new Router((request) => {
    if (SWARM_PATHS.test(request.path.replace(/^\/v[\d.]+/, ''))) return Promise.resolve(json({ message: SWARM }, 503));
    return Promise.resolve(json({ message: 'page not found' }, 404));
  });
  const all: Routes[] = [
    systemRoutes,
    containerRoutes,
    execRoutes,
    volumeRoutes,
    networkRoutes,
    transferRoutes,
    imageRoutes,
    buildRoutes,
  ];
  for (const routes of all) for (const [method, pattern, handler] of routes) router.on(method, pattern, wrap(handler));

  const answer = (request: HttpRequest): Promise<HttpResponse> => {
    const versioned = /^\/v([\d.]+)(\/.*)$/.exec(request.path);
    if (versioned === null) return router.route(request);
    const [, text = '', path] = versioned;
    const version = versionNumber(text);
    if (version === undefined) return Promise.resolve(json({ message: `invalid API version: ${text}` }, 400));
    if (version < OLDEST)
      return Promise.resolve(
        json(
          {
            message: `client version ${text} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
          },
          400,
        ),
      );
    if (version > LATEST)
      return Promise.resolve(
        json({ message: `client version ${text} is too new. Maximum supported API version is ${API_VERSION}` }, 400),
      );
    versions.set(request, version);
    return router.route(request, path);
  };

  return async (request) => {
    const began = engine.kernel.clock.now();
    const response = await answer(request);
    const query = request.query.toString();
    const length = request.headers.get('content-length');
    const error = refusal(response);
    engine.kernel.log.emit('api.request', {
      method: request.method,
      path: query === '' ? request.path : `${request.path}?${query}`,
      status: response.status,
      ms: Math.round(engine.kernel.clock.now() - began),
      agent: request.headers.get('user-agent') ?? '',
      ...(length === undefined ? {} : { bytes: Number(length) }),
      ...(error === undefined ? {} : { error }),
    });
    return { ...response, headers: { ...COMMON, ...response.headers } };
  };
}
