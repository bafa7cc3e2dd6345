/** The files that recorded commands of real tools ran over, for tests. */
import type { Sys } from '../kernel/abi.ts';

const JANUARY = Date.UTC(2024, 0, 2, 3, 4, 5);
const MARCH = Date.UTC(2024, 2, 2, 3, 4, 5);

/** Lays the files in the current directory, and the accounts in /etc. */
export function layFixture(sys: Sys): void {
  sys.writeFile('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n');
  sys.writeFile('/etc/group', 'root:x:0:\ndaemon:x:1:\n');
  const files: Record<string, string | Uint8Array> = {
    'people.txt': 'ann,31,red\nbob,25,blue\ndan,42,red\n',
    'n.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n',
    's.txt': 'b\na\nc\na\nB\n10\n9\n2\n',
    'nonl.txt': 'no newline',
    'w.txt': 'tab\there\n  indented\n\n\n\nend\n',
    'run.sh': '#!/bin/sh\necho x\n',
    zeros: new Uint8Array(5000),
    bin: new Uint8Array([1, 2, 97, 98, 99, 255, 10]),
    '.hidden': 'hidden\n',
    'd/f1': 'hi\n',
    'd/sub/f2': 'yo\n',
    'd/sub/deep/f3': 'z\n',
  };
  for (const dir of ['d', 'e']) sys.mkdir(dir, 0o755);
  for (const [path, data] of Object.entries(files)) {
    // Directories list in the order of creation, so each is made just before its first file.
    if (path === 'd/sub/f2') sys.mkdir('d/sub', 0o755);
    if (path === 'd/sub/deep/f3') sys.mkdir('d/sub/deep', 0o755);
    sys.writeFile(path, data, 0o644);
  }
  sys.chmod('d/f1', 0o750);
  sys.chmod('run.sh', 0o755);
  sys.symlink('d/f1', 'link');
  sys.symlink('nowhere', 'broken');
  const old = ['d/f1', 'people.txt', 'n.txt', 's.txt'];
  for (const path of Object.keys(files)) sys.utimes(path, MARCH, old.includes(path) ? JANUARY : MARCH);
  for (const path of ['d', 'd/sub', 'd/sub/deep', 'e', '.']) sys.utimes(path, MARCH, MARCH);
}
