import type { VolumeCreateRequest, VolumeListResponse, VolumesPruneResponse } from '../../api/types.ts';
import { Filters } from '../filters.ts';
import { done, json, type Routes } from '../http.ts';

/** GET /volumes and its kin. */
export const volumeRoutes: Routes = [
  [
    'GET',
    '/volumes',
    (call) => {
      const { volumes } = call.engine;
      const filters = Filters.parse(call.query.get('filters'));
      filters.validate(['dangling', 'name', 'driver', 'label', 'label!']);
      const dangling = filters.boolean('dangling');
      const found = volumes
        .all()
        .filter((volume) => dangling === undefined || (volumes.users(volume.name).length === 0) === dangling)
        .filter((volume) => filters.match('name', volume.name) && filters.exact('driver', 'local'))
        .filter((volume) => filters.labels(volume.labels));
      const answer: VolumeListResponse = { Volumes: found.map((volume) => volumes.view(volume)), Warnings: null };
      return json(answer);
    },
  ],
  ['GET', '/volumes/{name}', (call) => json(call.engine.volumes.view(call.engine.volumes.get(call.param('name'))))],
  [
    'POST',
    '/volumes/create',
    async (call) => {
      const request = (await call.json<VolumeCreateRequest>()) ?? {};
      return json(call.engine.volumes.view(call.engine.volumes.create(request)), 201);
    },
  ],
  [
    'POST',
    '/volumes/prune',
    (call) => {
      const filters = Filters.parse(call.query.get('filters'));
      filters.validate(['label', 'label!', 'all']);
      const { deleted, reclaimed } = call.engine.volumes.prune(filters);
      const answer: VolumesPruneResponse = { VolumesDeleted: deleted, SpaceReclaimed: reclaimed };
      return json(answer);
    },
  ],
  [
    'DELETE',
    '/volumes/{name}',
    (call) => {
      call.engine.volumes.remove(call.param('name'), call.flag('force'));
      return done;
    },
  ],
];
