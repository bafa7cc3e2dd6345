/** The root of the `busybox` image: one static binary under all its names. */
import type { Layer } from '../../../kernel/fs/layer.ts';
import { BUSYBOX_APPLETS } from '../../../programs/names.ts';
import { LayerDraft } from '../draft.ts';
import { BUSYBOX_GROUP, BUSYBOX_PASSWD, shadowFor } from './accounts.ts';

export function busyboxRoot(mtime: number): Layer {
  const draft = new LayerDraft(mtime);
  draft.program('/bin/[', 'busybox', 1_926_248);
  for (const applet of ['busybox', ...BUSYBOX_APPLETS]) if (applet !== '[') draft.link(`/bin/${applet}`, '/bin/[');
  return draft
    .dirs('/dev /etc /home /usr/sbin /var/spool/mail /var/www')
    .link('/usr/bin/env', '/bin/[')
    .dir('/root', { mode: 0o700 })
    .dir('/tmp', { mode: 0o1777 })
    .file('/etc/passwd', BUSYBOX_PASSWD)
    .file('/etc/group', BUSYBOX_GROUP)
    .file('/etc/shadow', shadowFor(BUSYBOX_PASSWD), { mode: 0o600 })
    .file('/etc/localtime', 'TZif2\0\0\0\0UTC0\n')
    .file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n')
    .file('/etc/network/if-up.d/.keep', '')
    .freeze();
}
