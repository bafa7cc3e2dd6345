import { formatReference } from '../../image/reference.ts';
import { invalid } from '../errors.ts';
import { Filters } from '../filters.ts';
import { json, type Call, type Routes } from '../http.ts';
import { historyOf, inspectImage, listImages } from './list.ts';
import { deleteImage, pruneImages } from './remove.ts';
import { readReference } from './service.ts';

function tag(call: Call) {
  const { images } = call.engine;
  const { target } = images.get(call.param('name'));
  const repo = call.text('repo');
  const reference = readReference(repo);
  if (reference.digest !== undefined) throw invalid('refusing to create a tag with a digest reference');
  const name = formatReference({ ...reference, tag: call.text('tag') || reference.tag || 'latest' });
  images.tag(name, target);
  return { status: 201 };
}

/** GET /images/json and its kin. */
export const imageRoutes: Routes = [
  [
    'GET',
    '/images/json',
    (call) => {
      const filters = Filters.parse(call.query.get('filters'));
      return json(listImages(call.engine, filters, { manifests: call.flag('manifests') }));
    },
  ],
  ['POST', '/images/prune', (call) => json(pruneImages(call.engine, Filters.parse(call.query.get('filters'))))],
  [
    'GET',
    '/images/{name...}/json',
    (call) =>
      json(
        inspectImage(call.engine, call.engine.images.get(call.param('name')), {
          version: call.version,
          manifests: call.flag('manifests'),
        }),
      ),
  ],
  [
    'GET',
    '/images/{name...}/history',
    (call) => json(historyOf(call.engine, call.engine.images.get(call.param('name')), call.text('platform'))),
  ],
  ['POST', '/images/{name...}/tag', tag],
  [
    'DELETE',
    '/images/{name...}',
    (call) => json(deleteImage(call.engine, call.param('name'), { force: call.flag('force') })),
  ],
];
