import { Filters } from '../filters.ts';
import type { BuildRecord } from '../../builder/records.ts';
import { notFound } from '../errors.ts';
import { json, type Call, type Routes } from '../http.ts';
import { pruneBuildCache } from './cache.ts';

function recordOf(call: Call): BuildRecord {
  const ref = call.param('ref');
  const record = call.engine.buildRecords.get(ref);
  if (!record) throw notFound(`build record ${ref}: not found`);
  return record;
}

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
  [
    'GET',
    '/build/history',
    (call) => json([...call.engine.buildRecords.values()].map((record) => record.view()).reverse()),
  ],
  ['GET', '/build/history/{ref}/logs', (call) => json(recordOf(call).traces)],
  [
    'DELETE',
    '/build/history/{ref}',
    (call) => {
      call.engine.buildRecords.delete(recordOf(call).ref);
      return { status: 204 };
    },
  ],
  ['POST', '/build/cancel', () => ({ status: 204 })],
];
