/** COPY and ADD. */
import { formatCheck, type Linter } from '../checks.ts';
import { parseChmod } from '../chmod.ts';
import type { Add, Copy } from '../instructions.ts';
import { absolutePath, basePath, cleanPath, hasWildcards, joinPath } from '../path.ts';
import type { PatternMatcher } from '../ignore.ts';
import { type Conversion, internal } from './context.ts';
import type { FileAction, Vertex, VertexOrigin } from './graph.ts';
import type { StageState } from './stage.ts';

const GIT_URL = /^(?:git:\/\/|git@|ssh:\/\/|https?:\/\/[^#?]*\.git(?:$|[#?]))|^github\.com\//;
const isGit = (source: string): boolean => GIT_URL.test(source);
export const isHttp = (source: string): boolean => /^https?:\/\//.test(source) && !isGit(source);

/** Warns of a source that .dockerignore leaves out; with `!` patterns that cannot be told for sure. */
function checkIgnored(
  source: string,
  command: 'Add' | 'Copy',
  matcher: PatternMatcher | undefined,
  lines: Copy['lines'],
  linter: Linter,
): void {
  if (!matcher || matcher.hasExclusions) return;
  const path = cleanPath(source);
  if ((path === '.' || path === '/') && !matcher.patterns.some((p) => ['*', '**', '**/*'].includes(p.text))) return;
  if (matcher.matches(path)) {
    linter.report('CopyIgnoredFile', lines, formatCheck.CopyIgnoredFile(command, path));
  }
}

/** Turns COPY or ADD into a file operation; `source` is where COPY takes files from (undefined: the context). */
export function dispatchCopy(
  conversion: Conversion,
  stage: StageState,
  command: Add | Copy,
  source: StageState | undefined,
  origin: (label: string) => VertexOrigin,
  label: () => string,
  linter: Linter,
): void {
  const isAdd = command.kind === 'add';
  const relative = command.destination === '.' || command.destination === '' ? './' : command.destination;
  const destination = absolutePath(stage.dir, relative, true);
  const mode = command.chmod === '' ? undefined : parseChmod(command.chmod);
  if (isAdd && command.checksum !== '') {
    if (command.sources.length !== 1) throw new Error("checksum can't be specified for multiple sources");
    if (!isHttp(command.sources[0]!) && !isGit(command.sources[0]!)) {
      throw new Error('checksum requires HTTP(S) or Git sources');
    }
  }
  const shown = label();
  const vertexOrigin = origin(shown);
  const inputs: (Vertex | undefined)[] = [stage.vertex];
  const actions: FileAction[] = [];
  const input = (vertex: Vertex | undefined): number => {
    const at = vertex === undefined ? -1 : inputs.indexOf(vertex);
    if (at >= 0) return at;
    inputs.push(vertex);
    return inputs.length - 1;
  };
  const common = { type: 'copy' as const, destination, owner: command.chown, mode, exclude: command.exclude };
  const plain = {
    ...common,
    followSymlinks: false,
    contentsOnly: false,
    include: [],
    required: [],
    unpack: false,
    wildcard: false,
  };
  const message = [isAdd ? 'ADD' : 'COPY'];
  if (!isAdd && command.parents) message.push('--parents');
  if (command.chown !== '') message.push(`--chown=${command.chown}`);
  if (command.chmod !== '') message.push(`--chmod=${command.chmod}`);

  for (const written of command.sources) {
    message.push(written);
    if (isGit(written)) {
      if (!isAdd) throw new Error("source can't be a git ref for COPY");
      const [remote, ref = ''] = written.split('#') as [string, string?];
      const git = conversion.vertex(stage, { type: 'git', remote, ref }, [], { ...vertexOrigin, lines: undefined });
      actions.push({ ...plain, from: input(git), source: '/', contentsOnly: true });
      continue;
    }
    if (isHttp(written)) {
      if (!isAdd) throw new Error("source can't be a URL for COPY");
      const base = basePath(/^https?:\/\/[^/?#]*([^?#]*)/.exec(written)![1]!);
      const filename = base === '.' || base === '/' ? '__unnamed__' : base;
      const op = { type: 'http' as const, url: written, filename, checksum: command.checksum };
      const http = conversion.vertex(stage, op, [], { ...vertexOrigin, lines: undefined });
      actions.push({ ...plain, from: input(http), source: filename, unpack: command.unpack ?? false });
      continue;
    }
    if (!source) checkIgnored(written, isAdd ? 'Add' : 'Copy', conversion.ignore, command.lines, linter);
    let path = written;
    let include: string[] = [];
    let required: string[] = [];
    if (!isAdd && command.parents) {
      // `/./` divides the part that is kept from the one that is not
      const pivot = written.indexOf('/./');
      const pattern = absolutePath('/', pivot < 0 ? written : written.slice(pivot + 3), false);
      path = pivot < 0 ? '/' : written.slice(0, pivot);
      include = [pattern.replace(/^\//, '')];
      if (!hasWildcards(path) && !hasWildcards(pattern)) {
        required = [absolutePath('/', joinPath(path, pattern), false)];
      }
    }
    const from = input(source ? source.vertex : conversion.context);
    actions.push({
      ...common,
      from,
      source: absolutePath('/', path, false),
      followSymlinks: true,
      contentsOnly: true,
      include,
      required,
      unpack: isAdd ? (command.unpack ?? true) : false,
      wildcard: true,
    });
    if (!source) conversion.contextPaths.add(joinPath('/', written));
  }
  for (const file of command.files) {
    message.push(`<<${file.name}`);
    const action: FileAction = { type: 'mkfile', path: `/${file.name}`, mode: 0o644, data: file.data };
    const document = conversion.vertex(
      stage,
      { type: 'file', actions: [action] },
      [undefined],
      internal('[internal] preparing inline document'),
    );
    actions.push({ ...plain, from: input({ ...document, ignoreCache: false }), source: `/${file.name}` });
  }
  message.push(command.destination);

  if (command.link && command.chmod === '') {
    // an independent layer, laid over the stage
    const copied = conversion.vertex(stage, { type: 'file', actions }, [undefined, ...inputs.slice(1)], vertexOrigin);
    stage.vertex = conversion.vertex(stage, { type: 'merge' }, [stage.vertex, copied], {
      ...vertexOrigin,
      name: shown.replace(/\] (?=[^\]]*$)/, '] LINK '),
    });
  } else {
    stage.vertex = conversion.vertex(stage, { type: 'file', actions }, inputs, vertexOrigin);
  }
  stage.commit(message.join(' '), true, true);
}
