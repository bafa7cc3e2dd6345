/** Changes that an image's layer makes to files of its base: added accounts and packages. */
import { dataText } from '../../../kernel/fs/data.ts';
import { findLinkTarget } from '../../../kernel/fs/lower.ts';
import type { Layer } from '../../../kernel/fs/layer.ts';
import type { LayerDraft } from '../draft.ts';
import { dpkgStatus, type DebianPackage } from './dpkg.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  readonly comment?: string;
}

function textOf(base: Layer, path: string): string {
  const entry = findLinkTarget(base, path);
  return entry?.type === 'file' ? dataText(entry.data) : '';
}

/** Adds users with groups of their own. */
export function addAccounts(draft: LayerDraft, base: Layer, accounts: readonly Account[]): void {
  const passwd = accounts
    .map((a) => `${a.name}:x:${a.uid}:${a.gid}:${a.comment ?? ''}:${a.home}:${a.shell}\n`)
    .join('');
  const group = accounts.map((a) => `${a.name}:x:${a.gid}:\n`).join('');
  const shadow = accounts.map((a) => `${a.name}:!:20389::::::\n`).join('');
  draft
    .file('/etc/passwd', textOf(base, '/etc/passwd') + passwd)
    .file('/etc/group', textOf(base, '/etc/group') + group)
    .file('/etc/shadow', textOf(base, '/etc/shadow') + shadow, { mode: 0o640, gid: 42 });
}

/** Adds installed packages to the dpkg database. */
export function addPackages(draft: LayerDraft, base: Layer, packages: readonly DebianPackage[]): void {
  draft.file(
    '/var/lib/dpkg/status',
    textOf(base, '/var/lib/dpkg/status') + dpkgStatus(packages, 'Debian Developers <debian-devel@lists.debian.org>'),
  );
  for (const { name } of packages) draft.file(`/var/lib/dpkg/info/${name}.list`, '/.\n');
}
