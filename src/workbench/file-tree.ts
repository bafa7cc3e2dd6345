import type { FileOnDisk } from '../machine/protocol.ts';

export interface TreeNode {
  readonly name: string;
  readonly path: string;
  /** Present for folders. */
  readonly children?: readonly TreeNode[];
}

/** Nests a list of paths: folders first, then files, each by name. */
export function nest(files: readonly FileOnDisk[], under = ''): TreeNode[] {
  const names = new Map<string, 'dir' | 'file'>();
  for (const file of files) {
    if (!file.path.startsWith(under)) continue;
    const rest = file.path.slice(under.length);
    const [first] = rest.split('/');
    if (!first) continue;
    if (rest.includes('/') || file.type === 'dir') names.set(first, 'dir');
    else if (!names.has(first)) names.set(first, 'file');
  }
  return [...names]
    .sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x === 'dir' ? -1 : 1))
    .map(([name, kind]) => ({
      name,
      path: under + name,
      ...(kind === 'dir' && { children: nest(files, `${under}${name}/`) }),
    }));
}
