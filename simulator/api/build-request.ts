/**
 * How a client asks for a build with BuildKit's features: `POST /build?version=2`.
 *
 * Query parameters, as Docker's own API names them where it has them:
 *   t (repeated), dockerfile, target, platform, networkmode, shmsize, extrahosts (repeated), nocache=1, pull=1,
 *   buildargs, labels, annotations (JSON objects of strings), nocachefilter (repeated), outputs (JSON: `BuildOutputSpec[]`),
 *   provenance (`min`, `max`, `none`), call (`build`, `check`, `outline`, `targets`), allow (repeated), ssh (repeated),
 *   namedcontexts (JSON: name → image name), dockerfilemissing=1, buildid (the ref of `buildx history`),
 *   cachefrom (JSON: `CacheFromSpec[]`), cacheto (JSON: `CacheToSpec[]`).
 *
 * The body is a tar archive with these members, each optional:
 *   context/…        the build context; absent: none was sent
 *   Dockerfile       the text where it is not part of the context (`-f -`, a file outside)
 *   dockerignore     the text of the .dockerignore that applies, where it is not part of the context
 *   secrets/ID       content of a secret
 *   contexts/NAME/…  a folder given by --build-context
 *   cachefrom/N/…    the folder of the Nth --cache-from, counted from 0
 *
 * The answer is a stream of JSON messages, one a line:
 *   { id: 'moby.buildkit.trace', aux: BuildTrace }      progress, as it happens
 *   { id: 'moby.build.archive', aux: BuildArchivePart } the files of --output type=local|tar|docker|oci, in pieces, and
 *                                                       after them those of --cache-to type=local
 *   { id: 'moby.build.result', aux: BuildResult }       last
 * With version=1 (or none) the body is the bare context, and the answer is the classic builder's.
 */
export interface BuildOutputSpec {
  type: 'image' | 'docker' | 'oci' | 'local' | 'tar' | 'cacheonly';
  name?: string;
  push?: boolean;
}

export type CacheFromSpec = { type: 'local'; src: string } | { type: 'registry'; ref: string };
export interface CacheToSpec {
  type: 'local' | 'registry' | 'inline';
  ref: string;
  mode: 'min' | 'max';
}

/** A piece of a result's archive; pieces of one output come in order. */
export interface BuildArchivePart {
  /** Which of the outputs, counted from 0 among those that give files back. */
  output: number;
  type: BuildOutputSpec['type'];
  /** Base64 of the bytes. */
  data: string;
}

export const BUILD_TRACE = 'moby.buildkit.trace';
export const BUILD_ARCHIVE = 'moby.build.archive';
export const BUILD_RESULT = 'moby.build.result';
