/** Building blocks of the synthetic trees. */
import type { FsContext, SyntheticDir, SyntheticFile, SyntheticLink, SyntheticNode } from '../fs/vfs.ts';

export type Entries = Readonly<Record<string, SyntheticNode>>;

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
  readonly mtime?: number;
}

/** A directory with fixed entries; `more` adds those that come and go. */
export function dir(
  entries: Entries,
  more?: {
    lookup(name: string, context: FsContext): SyntheticNode | undefined;
    list(context: FsContext): readonly string[];
  },
  owner: Owner = {},
): SyntheticDir {
  const names = Object.keys(entries);
  return {
    type: 'dir',
    ...owner,
    lookup: (name, context) => (Object.hasOwn(entries, name) ? entries[name] : more?.lookup(name, context)),
    list: (context) => (more ? [...more.list(context), ...names] : names),
  };
}

/** A file that is written anew on each look. */
export const file = (read: (context: FsContext) => string | Uint8Array, owner: Owner = {}): SyntheticFile => ({
  type: 'file',
  read,
  ...owner,
});

/** A file that can be written, by root. */
export const setting = (
  read: (context: FsContext) => string,
  write: (text: string, context: FsContext) => void,
  owner: Owner = {},
): SyntheticFile => ({
  type: 'file',
  mode: 0o644,
  read,
  write: (data, context) => write(new TextDecoder().decode(data), context),
  ...owner,
});

export const link = (
  target: (context: FsContext) => string,
  jump?: SyntheticLink['jump'],
  owner: Owner = {},
): SyntheticLink => ({
  type: 'symlink',
  target,
  ...(jump ? { jump } : {}),
  ...owner,
});
