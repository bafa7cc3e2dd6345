import { Filters } from '../filters.ts';
import { json, type Routes } from '../http.ts';
import { pruneBuildCache } from './cache.ts';

/** POST /build and its kin. */
export const buildRoutes: Routes = [
  ['POST', '/build', async (call) => (await call.engine.kernel.external(import('./build.ts'))).buildRoute(call)],
  [
    'POST',
    '/build/prune',
    (call) => {
      const keep = call.text('reserved-space') || call.text('keep-storage');
      return json(
        pruneBuildCache(call.engine, Filters.parse(call.query.get('filters')), {
          all: call.flag('all'),
          keep: keep === '' ? undefined : Number(keep),
        }),
      );
    },
  ],
  ['POST', '/build/cancel', () => ({ status: 204 })],
];
