import type { MachineState } from '../../../simulator/machine.ts';
import type { History } from '../history.ts';
import type { ImageNeed } from '../task-types.ts';
import { megabytes } from './builds.ts';
import { variablesHold } from './environment.ts';
import {
  globbed,
  isImage,
  isUser,
  mayBeMeant,
  nearest,
  repository,
  when,
  type Condition,
  type Verdict,
} from './verdict.ts';

type Image = MachineState['images'][number];

const nameOf = (image: Image): string => repository(image.tags[0] ?? image.id.slice(7, 19));

function conditions(want: ImageNeed, image: Image, all: readonly Image[]): Condition[] {
  const name = nameOf(image);
  const { config } = image;
  const base = want.on === undefined ? undefined : all.find((i) => i.tags.some((t) => isImage(want.on!, t)));
  return [
    ...when(
      want.name,
      () => image.tags.some((tag) => isImage(want.name!, tag)),
      () => `there is an image ${name}, but none called ${want.name}.`,
    ),
    ...when(
      want.cmd,
      () => globbed(want.cmd!, config.cmd.join(' ')),
      () => (config.cmd.length ? `the CMD of ${name} is ${JSON.stringify(config.cmd)}.` : `${name} has no CMD.`),
    ),
    ...when(
      want.entrypoint,
      () => globbed(want.entrypoint!, config.entrypoint.join(' ')),
      () =>
        config.entrypoint.length
          ? `the ENTRYPOINT of ${name} is ${JSON.stringify(config.entrypoint)}.`
          : `${name} has no ENTRYPOINT.`,
    ),
    ...variablesHold(want.env, config.env, name),
    ...when(
      want.workdir,
      () => (config.workingDir || '/') === want.workdir,
      () => `the working directory of ${name} is ${config.workingDir || '/'}.`,
    ),
    ...when(
      want.user,
      () => isUser(want.user!, config.user),
      () => `${name} runs as ${config.user || 'root'}.`,
    ),
    ...when(
      want.exposes,
      () => config.exposedPorts.includes(want.exposes!),
      () =>
        config.exposedPorts.length ? `${name} exposes ${config.exposedPorts.join(', ')}.` : `${name} exposes no port.`,
    ),
    ...when(
      want.volume,
      () => config.volumes.includes(want.volume!),
      () => (config.volumes.length ? `${name} declares ${config.volumes.join(', ')}.` : `${name} declares no volume.`),
    ),
    ...when(
      want.below,
      () => sizeOf(image) < want.below!,
      () => `${name} takes ${megabytes(sizeOf(image))}; it has to be below ${megabytes(want.below!)}.`,
    ),
    ...when(
      want.layers,
      () => image.layers.length <= want.layers!,
      () => `${name} has ${image.layers.length} layers.`,
    ),
    ...when(
      want.history,
      () => image.history.some((entry) => entry.createdBy.includes(want.history!)),
      () => `the history of ${name} does not tell of “${want.history}”.`,
    ),
    ...when(
      want.on,
      () => base !== undefined && base.layers.every((layer, i) => image.layers[i]?.diffId === layer.diffId),
      () => `${name} does not stand on the layers of ${want.on}.`,
    ),
  ];
}

/** Bytes of the image's layers, unpacked. */
export const sizeOf = (image: Image): number => image.layers.reduce((sum, layer) => sum + layer.size, 0);

/** Whether an image on the machine is as wanted. One that has another name and was made for something else comes near nothing. */
export function checkImage(want: ImageNeed, state: MachineState, history: History): Verdict {
  const { name } = want;
  const given = new Set(history.events.flatMap((e) => (e.kind === 'image.tag' ? [repository(e.name)] : [])));
  const candidates = state.images.filter((image) => {
    if (name === undefined || image.tags.some((tag) => isImage(name, tag))) return true;
    const own = image.tags.filter((tag) => given.has(repository(tag)));
    if (own.length === 0) return false;
    const all = conditions(want, image, state.images);
    return own.some((tag) => mayBeMeant(tag, name)) || (all.length > 2 && all.filter((c) => !c.holds).length === 1);
  });
  return nearest(candidates, (image) => conditions(want, image, state.images));
}
