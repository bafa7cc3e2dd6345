/** A short form for images of one service: a base, a layer with the software, scripts, and the run config. */
import type { RunConfig } from '../../../image/types.ts';
import type { Layer } from '../../../kernel/fs/layer.ts';
import {
  BUILDKIT,
  catalogueLayer,
  copy,
  meta,
  run,
  seconds,
  type CatalogueLayer,
  type CatalogueStep,
  type CatalogueVersion,
} from '../image.ts';
import { LayerDraft } from '../draft.ts';
import { addAccounts, type Account } from '../roots/added.ts';
import { ALPINE_322 } from './alpine.ts';
import { BOOKWORM_SLIM, debianStep } from './debian.ts';

export interface ServiceOptions {
  /** Names the layers, e.g. `mysql-8.4`. */
  readonly id: string;
  readonly tags: readonly string[];
  readonly created: string;
  /** The layers below: Debian slim, Alpine, nothing, or steps of another image. */
  readonly base: 'debian' | 'alpine' | 'scratch' | readonly CatalogueStep[];
  readonly account?: Account;
  /** Path → program name, with sizes where they are known. */
  readonly programs: Readonly<Record<string, string>>;
  readonly sizes?: Readonly<Record<string, number>>;
  /** Text files; those in a bin directory or that start with `#!` become executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** Directories; with an owner as `path uid mode`. */
  readonly dirs?: readonly (readonly [path: string, owner: number, mode: number])[];
  readonly links?: Readonly<Record<string, string>>;
  /** Bytes of the software's layer, and the file that fills it. */
  readonly size: number;
  readonly filler: string;
  readonly install: string;
  /** Path and text of an entrypoint script, in a layer of its own. */
  readonly entrypoint?: readonly [string, string];
  readonly config: RunConfig;
}

/** Builds one version from the short form, with the steps a Dockerfile of its kind leaves. */
export function service(options: ServiceOptions): CatalogueVersion {
  const { created, config, id } = options;
  const below: readonly CatalogueStep[] =
    options.base === 'debian'
      ? [debianStep('bookworm', BOOKWORM_SLIM)]
      : options.base === 'alpine'
        ? [
            { by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit', comment: BUILDKIT, layer: ALPINE_322 },
            meta('CMD ["/bin/sh"]'),
          ]
        : options.base === 'scratch'
          ? []
          : options.base;
  const root = (): Layer | undefined => below.find((step) => step.layer)?.layer?.build();
  const software = catalogueLayer(id, () => {
    const draft = new LayerDraft(seconds(created));
    const base = root();
    if (options.account && base) addAccounts(draft, base, [options.account]);
    draft.programs(options.programs, options.sizes);
    for (const [path, text] of Object.entries(options.files ?? {}))
      draft.file(path, text, { mode: text.startsWith('#!') || /\/s?bin\//.test(path) ? 0o755 : 0o644 });
    for (const [path, owner, mode] of options.dirs ?? []) draft.dir(path, { uid: owner, gid: owner, mode });
    for (const [path, target] of Object.entries(options.links ?? {})) draft.symlink(path, target);
    return draft.fillTo(options.size, options.filler).freeze();
  });
  const { entrypoint } = options;
  const script: CatalogueLayer | undefined =
    entrypoint &&
    catalogueLayer(`${id}-entrypoint`, () =>
      new LayerDraft(seconds(created)).file(entrypoint[0], entrypoint[1], { mode: 0o755 }).freeze(),
    );
  const quoted = (list: readonly string[]): string => `[${list.map((word) => JSON.stringify(word)).join(' ')}]`;
  return {
    tags: options.tags,
    created,
    config,
    steps: [
      ...below,
      ...(config.Env ?? []).filter((entry) => !entry.startsWith('PATH=')).map((entry) => meta(`ENV ${entry}`)),
      run(options.install, software),
      ...Object.keys(config.Volumes ?? {}).map((path) => meta(`VOLUME [${path}]`)),
      ...(config.WorkingDir ? [meta(`WORKDIR ${config.WorkingDir}`)] : []),
      ...(script
        ? [copy(`${entrypoint![0].slice(entrypoint![0].lastIndexOf('/') + 1)} ${entrypoint![0]} `, script)]
        : []),
      ...(config.Entrypoint ? [meta(`ENTRYPOINT ${quoted(config.Entrypoint)}`)] : []),
      ...(config.ExposedPorts
        ? [
            meta(
              `EXPOSE map[${Object.keys(config.ExposedPorts)
                .map((port) => `${port}:{}`)
                .join(' ')}]`,
            ),
          ]
        : []),
      ...(config.StopSignal ? [meta(`STOPSIGNAL ${config.StopSignal}`)] : []),
      ...(config.User ? [meta(`USER ${config.User}`)] : []),
      ...(config.Cmd ? [meta(`CMD ${quoted(config.Cmd)}`)] : []),
    ],
  };
}

/** `{port: {}}` for ExposedPorts and Volumes. */
export const keys = (...names: string[]): Record<string, Record<string, never>> =>
  Object.fromEntries(names.map((name) => [name, {}]));
