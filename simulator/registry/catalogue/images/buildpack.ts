/** The layers of `buildpack-deps`, on which the full variants of language images stand. */
import { DEBIAN_EXTRA } from '../../../programs/names.ts';
import { NET_PACKAGES } from '../../../programs/net/names.ts';
import { catalogueLayer, run, seconds, type CatalogueStep } from '../image.ts';
import { LayerDraft } from '../draft.ts';
import { addPackages } from '../roots/added.ts';
import { packageTable } from '../roots/dpkg.ts';
import { BOOKWORM, debianStep } from './debian.ts';

export const BUILDPACK_TIME = '2026-11-04T01:12:08Z';

const install = (packages: string): string =>
  `set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\t${packages} \t; \trm -rf /var/lib/apt/lists/*`;

const CURL = `ca-certificates 20230311+deb12u1 387
curl 7.88.1-10+deb12u14 500
gnupg 2.2.40-1.1+deb12u1 885
libcurl4 7.88.1-10+deb12u14 811
libssl3 3.0.17-1~deb12u3 6000
netbase 6.4 40
openssl 3.0.17-1~deb12u3 2200
sq 0.27.0-2+b1 6000
wget 1.21.3-1+deb12u1 3700`;
const SCM = `git 1:2.39.5-0+deb12u2 45000
mercurial 6.3.2-1+deb12u1 2000
openssh-client 1:9.2p1-2+deb12u7 5000
procps 2:4.0.2-3 1500
subversion 1.14.2-4+deb12u1 4500`;
const FULL = `autoconf 2.71-3 2000
automake 1:1.16.5-1.3 1800
bzip2 1.0.8-5+b1 120
default-libmysqlclient-dev 1.1.0 20
dpkg-dev 1.21.22 2400
file 1:5.44-3 120
g++ 4:12.2.0-3 20
gcc 4:12.2.0-3 50
imagemagick 8:6.9.11.60+dfsg-1.6+deb12u4 250
libffi-dev 3.4.4-1 300
libpq-dev 15.14-0+deb12u1 1000
libssl-dev 3.0.17-1~deb12u3 12000
make 4.3-4.1 1600
patch 2.7.6-7 230
unzip 6.0-28 380
xz-utils 5.4.1-1 1200
zlib1g-dev 1:1.2.13.dfsg-1 600`;

const curl = catalogueLayer('buildpack-bookworm-curl', () => {
  const draft = new LayerDraft(seconds(BUILDPACK_TIME));
  addPackages(draft, BOOKWORM.build(), packageTable(CURL));
  return draft
    .programs({ ...NET_PACKAGES.curl, ...NET_PACKAGES.wget })
    .program('/usr/bin/openssl', 'openssl:openssl', 1_000_000)
    .program('/usr/bin/gpg', 'gnupg:gpg', 1_100_000)
    .filler('/etc/ssl/certs/ca-certificates.crt', 219_000, { noise: 0.7 })
    .fillTo(48_300_000, '/usr/lib/x86_64-linux-gnu/libcrypto.so.3')
    .freeze();
});
const scm = catalogueLayer('buildpack-bookworm-scm', () => {
  const draft = new LayerDraft(seconds(BUILDPACK_TIME));
  addPackages(draft, curl.build(), packageTable(SCM));
  return draft
    .programs({ ...DEBIAN_EXTRA.git, ...DEBIAN_EXTRA.procps })
    .program('/usr/bin/ssh', 'openssh:ssh', 1_000_000)
    .fillTo(177_000_000, '/usr/lib/git-core/git-remote-http')
    .freeze();
});
const full = catalogueLayer('buildpack-bookworm', () => {
  const draft = new LayerDraft(seconds(BUILDPACK_TIME));
  addPackages(draft, scm.build(), packageTable(FULL));
  return draft
    .programs({
      ...DEBIAN_EXTRA.make,
      ...DEBIAN_EXTRA.patch,
      ...DEBIAN_EXTRA.unzip,
      ...DEBIAN_EXTRA['xz-utils'],
      ...DEBIAN_EXTRA.file,
    })
    .program('/usr/bin/gcc', 'gcc:gcc', 1_150_000)
    .program('/usr/bin/g++', 'gcc:g++', 1_150_000)
    .symlink('/usr/bin/cc', 'gcc')
    .filler('/usr/lib/gcc/x86_64-linux-gnu/12/cc1', 32_000_000)
    .filler('/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus', 34_000_000)
    .fillTo(588_000_000, '/usr/lib/x86_64-linux-gnu/libbuild-deps.a', { noise: 0.3 })
    .freeze();
});

const at = (step: CatalogueStep): CatalogueStep => ({ ...step, created: BUILDPACK_TIME });

/** The files of the last buildpack layer that later ones change. */
export const BUILDPACK = full;
export const BUILDPACK_STEPS: readonly CatalogueStep[] = [
  debianStep('bookworm', BOOKWORM),
  at(run(install('ca-certificates \t\tcurl \t\tgnupg \t\tnetbase \t\tsq \t\twget'), curl)),
  at(run(install('git \t\tmercurial \t\topenssh-client \t\tsubversion \t\t\t\tprocps'), scm)),
  at(
    run(
      install(
        'autoconf \t\tautomake \t\tbzip2 \t\tdefault-libmysqlclient-dev \t\tdpkg-dev \t\tfile \t\tg++ \t\tgcc \t\timagemagick',
      ),
      full,
    ),
  ),
];
