/** What tasks.yaml may hold: the vocabulary of requirements, each field described (docs/authoring.md is made from it). */
import { z } from 'astro/zod';

const list = z.array(z.string());
const words = z
  .union([z.string(), list])
  .transform((given) => (typeof given === 'string' ? [given] : given))
  .or(list);
const size = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)? ?(B|kB|MB|GB)$/)])
  .transform((given) => (typeof given === 'number' ? given : bytesOf(given)));

/** `1.5MB` in bytes, with Docker's decimal units. */
function bytesOf(text: string): number {
  const [, number, unit] = /^([\d.]+) ?(B|kB|MB|GB)$/.exec(text)!;
  return Number(number) * { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[unit as 'B']!;
}

export const buildSchema = z.strictObject({
  tag: z.string().optional().describe('Name the image was built under; any build without it.'),
  reused: list.optional().describe('Beginnings of instructions whose results were reused.'),
  ran: list.optional().describe('Beginnings of instructions that ran.'),
  failed: z.string().optional().describe('Beginning of the instruction that the build failed at.'),
  error: z
    .string()
    .optional()
    .describe('Words of the error a failed build ended with, also where no step had run yet.'),
  again: z.boolean().optional().describe('A successful build under the same name came before it.'),
});

export const fileSchema = z.strictObject({
  path: z.string().describe('In the learner’s folder, or with `in` absolute in the container.'),
  in: z.string().optional().describe('Name of the container whose file is meant, as its processes see it.'),
  contains: z.string().optional().describe('A text that is in it.'),
  lacks: z.string().optional().describe('A text that is not in it.'),
  exists: z.boolean().optional().describe('`false`: there is no such file.'),
});

export const imageSchema = z.strictObject({
  name: z.string().optional().describe('Repository and tag; any image without it.'),
  cmd: z.string().optional().describe('Its CMD, joined by spaces; `*` stands for anything.'),
  entrypoint: z.string().optional().describe('Its ENTRYPOINT, joined by spaces; `*` stands for anything.'),
  env: z.record(z.string(), z.string()).optional().describe('Environment variables; `*` stands for anything.'),
  workdir: z.string().optional().describe('Its working directory.'),
  user: z.string().optional().describe('Its user.'),
  exposes: z.string().optional().describe('A port such as `80/tcp` in its config.'),
  volume: z.string().optional().describe('A path that it declares as a volume.'),
  below: size.optional().describe('It is smaller than this, e.g. `60MB`.'),
  layers: z.number().int().optional().describe('It has at most so many layers.'),
  history: z.string().optional().describe('A text in its history (`docker history`).'),
  on: z.string().optional().describe('Name of an image whose layers it stands on.'),
});

export const layerSchema = z.strictObject({
  image: z.string().describe('The image, as built here.'),
  by: z.string().optional().describe('Beginning of the instruction that made the layer; any without it.'),
  holds: z.string().optional().describe('A path (without the first slash) that the layer adds or changes.'),
  deletes: z.string().optional().describe('A path that the layer hides.'),
  below: size.optional().describe('The layer is smaller than this.'),
});

export const containerSchema = z.strictObject({
  name: z.string().optional().describe('Its name; any container without it.'),
  other_than: z.string().optional().describe('Not the container of this name.'),
  image: z.string().optional().describe('The image as it was named at `docker run`.'),
  status: z
    .enum(['created', 'running', 'paused', 'exited', 'removed', 'any'])
    .optional()
    .describe('`removed` looks at containers that are gone, `any` at those, too. Without it: any that is still there.'),
  exit: z.number().int().optional().describe('Exit code of its last run.'),
  oom: z.boolean().optional().describe('It was killed for want of memory.'),
  starts: z.number().int().optional().describe('It was started at least so many times.'),
  publishes: words.optional().describe('`8080:80` or `127.0.0.1:8080:80`; one or several.'),
  env: z.record(z.string(), z.string()).optional().describe('Environment variables; `*` stands for anything.'),
  command: z.string().optional().describe('Beginning of what it executes, joined by spaces.'),
  tty: z.boolean().optional().describe('`-t`.'),
  interactive: z.boolean().optional().describe('`-i`.'),
  detached: z.boolean().optional().describe('`-d`.'),
  auto_remove: z.boolean().optional().describe('`--rm`.'),
  restart: z.string().optional().describe('Its restart policy.'),
  user: z.string().optional().describe('`--user`, or that of the image.'),
  networks: words.optional().describe('Networks it is connected to; one or several.'),
  mounts: words
    .optional()
    .describe('`volume-name:/path` or `/host/path:/path` or `:/path` for anything mounted there.'),
  memory: size.optional().describe('Its memory limit.'),
  health: z.string().optional().describe('`healthy`, `unhealthy`, `starting`.'),
});

export const processSchema = z.strictObject({
  command: z.string().describe('Beginning of its command line; `*` stands for anything.'),
  in: z.string().optional().describe('Name of the container it ran in, or `host`.'),
  pid: z.number().int().optional().describe('Its number inside.'),
  running: z.boolean().optional().describe('Whether it runs now.'),
  exit: z.number().int().optional().describe('The exit code it ended with (128 + signal where a signal ended it).'),
  signal: z.string().optional().describe('A signal that reached it, e.g. `SIGTERM`.'),
});

export const networkSchema = z.strictObject({
  name: z.string().optional().describe('Its name; any network without it.'),
  driver: z.string().optional().describe('`bridge`, `host`, `none`.'),
  connects: words.optional().describe('Names of containers that are connected at the same time.'),
  user_defined: z.boolean().optional().describe('It is not one of `bridge`, `host` and `none`.'),
});

export const volumeSchema = z.strictObject({
  name: z.string().optional().describe('Its name; any volume without it.'),
  anonymous: z.boolean().optional().describe('Docker chose the name.'),
  used_by: z.string().optional().describe('A container that has it mounted.'),
  unused: z.boolean().optional().describe('No container has it mounted.'),
  holds: size.optional().describe('It holds at least so many bytes.'),
});

export const outputSchema = z.strictObject({
  of: z.string().describe('Name of the container, or the image it was made from.'),
  exec: z.boolean().optional().describe('`true`: printed by `docker exec`; `false`: by the container’s own process.'),
  contains: z.string().optional().describe('A text in what was printed.'),
  matches: z.string().optional().describe('A regular expression for what was printed.'),
});

const happening = z.strictObject({
  kind: z
    .string()
    .regex(/^[a-z]+(\.[a-z]+)+$/)
    .describe('Kind of the event, as the machine’s log names it.'),
  with: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('Its fields; `*` in a text stands for anything.'),
});
export const eventSchema = happening.extend({
  times: z.number().int().positive().optional().describe('At least so many times.'),
  after: happening.optional().describe('After this other event.'),
});

const several = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]).optional();

const needs = {
  build: several(buildSchema).describe('A build that has ended.'),
  file: several(fileSchema).describe('A file in the learner’s folder or in a container.'),
  image: several(
    z.union([z.string().transform((name): z.output<typeof imageSchema> => ({ name })), imageSchema]),
  ).describe('An image on the machine: its name, or what must be true of it.'),
  layer: several(layerSchema).describe('A layer that a build on this machine made.'),
  container: several(containerSchema).describe('A container.'),
  process: several(processSchema).describe('A process that runs or ran.'),
  network: several(networkSchema).describe('A network.'),
  volume: several(volumeSchema).describe('A volume.'),
  output: several(outputSchema).describe('What a process in a container printed.'),
  event: several(eventSchema).describe('Something that happened.'),
};
export const needsSchema = z.strictObject(needs);
const not = needsSchema.optional();
export const whenSchema = z.strictObject({ ...needs, not: not.describe('What must not be true at the same time.') });

export const taskSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('Name of the task; progress is kept under it.'),
  text: z.string().describe('What to do; `code` in backticks.'),
  ...needs,
  not: not.describe('What must not be true at the same time.'),
  hints: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          when: whenSchema.describe('Shown by itself once this is true.'),
          text: z.string().describe('What to say then.'),
        }),
      ]),
    )
    .default([])
    .describe('Shown one after the other on demand; those with `when` as soon as that is true.'),
});
export const tasksSchema = z.array(taskSchema).min(1);
