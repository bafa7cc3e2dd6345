/** What buildx writes down of a build beside its result: `--metadata-file`, and where its files were. */
import type { BuildResult } from '../../api/build.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Cli } from '../cli/cli.ts';

/** The builder and its node, which refs are named by. */
export const NODE = 'default/default';

/** The JSON of `--metadata-file`: keys in order, as Go writes a map. */
export function metadata(cli: Cli, result: BuildResult): string {
  const mode = cli.sys.env['BUILDX_METADATA_PROVENANCE'] ?? '';
  const { provenance, ref, configDigest, descriptor, id, imageName } = result;
  const values: Record<string, unknown> = {};
  if (provenance && !['disabled', 'false', '0'].includes(mode)) {
    const { metadata: when, ...runDetails } = provenance.runDetails;
    values['buildx.build.provenance'] = {
      ...provenance,
      runDetails: mode === 'max' ? { ...runDetails, metadata: when } : runDetails,
    };
  }
  if (ref !== undefined) values['buildx.build.ref'] = `${NODE}/${ref}`;
  if (configDigest !== undefined) values['containerimage.config.digest'] = configDigest;
  if (descriptor !== undefined) values['containerimage.descriptor'] = descriptor;
  if (id !== undefined) values['containerimage.digest'] = id;
  if (imageName !== undefined && imageName !== '') values['image.name'] = imageName;
  return JSON.stringify(values, undefined, 2);
}

interface LocalState {
  readonly Target: string;
  readonly LocalPath: string;
  readonly DockerfilePath: string;
}

const folderOf = (cli: Cli): string => `${cli.config.dir}/buildx/refs/${NODE}`;

/** Notes where a build's context and Dockerfile were, for `docker buildx history`. */
export function saveLocalState(cli: Cli, ref: string | undefined, context: string, dockerfile: string): void {
  if (ref === undefined) return;
  const local = context === '-' ? '-' : cli.absolute(context);
  const file = dockerfile === '-' ? '-' : cli.absolute(dockerfile === '' ? `${local}/Dockerfile` : dockerfile);
  const state: LocalState = { Target: 'default', LocalPath: local, DockerfilePath: file };
  const folder = folderOf(cli);
  try {
    const parts = folder.split('/').slice(1);
    parts.forEach((_, i) => makeDir(cli, `/${parts.slice(0, i + 1).join('/')}`));
    cli.sys.writeFile(`${folder}/${ref}`, JSON.stringify(state), 0o600);
  } catch (error) {
    // A home that cannot be written to is no reason to fail: the record just has no name then.
    if (!isErrno(error)) throw error;
  }
}

function makeDir(cli: Cli, path: string): void {
  try {
    cli.sys.mkdir(path, 0o700);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

/** Where a build's files were; undefined where another client built it. */
export function readLocalState(cli: Cli, ref: string): LocalState | undefined {
  try {
    return JSON.parse(cli.sys.readText(`${folderOf(cli)}/${ref}`)) as LocalState;
  } catch (error) {
    if (isErrno(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
