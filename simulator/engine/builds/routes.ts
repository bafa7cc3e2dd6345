import { Filters } from '../filters.ts';
import { json, type Routes } from '../http.ts';
import { pruneBuildCache } from './cache.ts';

/** POST /build and its kin. */
export const buildRoutes: Routes = [
  [
    'POST',
    '/build/prune',
    (call) => json(pruneBuildCache(call.engine, Filters.parse(call.query.get('filters')), { all: call.flag('all') })),
  ],
];
