/**
 * What the simulated Debian mirror offers beside the base system: `name version installed-kB deb-kB depends`, versions of
 * bookworm. Packages whose executables are in `names.ts` lay those; libraries lay one file.
 */
export const BOOKWORM_ARCHIVE = `2to3 3.11.2-1 27 11 python3
apache2 2.4.65-1~deb12u1 597 220 apache2-bin,apache2-data,apache2-utils,media-types
apache2-bin 2.4.65-1~deb12u1 4520 1392 libapr1,libaprutil1,libbrotli1,libcurl4,libjansson4,libldap-2.5-0,liblua5.3-0,libnghttp2-14,libxml2,perl
apache2-data 2.4.65-1~deb12u1 886 160
apache2-utils 2.4.65-1~deb12u1 411 211 libapr1,libaprutil1
apt-transport-https 2.6.1 36 25
apt-utils 2.6.1 1146 309
bash-completion 1:2.11-6 1469 234
bc 1.07.1-3+b1 208 107
binutils 2.40-2 115 65 libbinutils
bind9-dnsutils 1:9.18.41-1~deb12u1 777 155 bind9-libs,libedit2
bind9-host 1:9.18.41-1~deb12u1 361 53 bind9-libs
bind9-libs 1:9.18.41-1~deb12u1 4096 1402 libuv1,libxml2
bsdextrautils 2.38.1-5+deb12u3 357 86
build-essential 12.9 20 8 gcc,g++,make,dpkg-dev,libc6-dev
bzip2 1.0.8-5+b1 120 50
ca-certificates 20230311+deb12u1 387 155 openssl
cowsay 3.03+dfsg2-8 93 21 perl
cron 3.0pl1-162 264 73 cron-daemon-common
cron-daemon-common 3.0pl1-162 29 13
curl 7.88.1-10+deb12u14 501 316 libcurl4
dirmngr 2.2.40-1.1+deb12u1 1340 793 libassuan0
dnsutils 1:9.18.41-1~deb12u1 274 11 bind9-dnsutils,bind9-host
dpkg-dev 1.21.22 2325 1354 binutils,make,patch,perl,xz-utils
dumb-init 1.2.5-2 66 15
fail2ban 1.0.2-2 2129 451 python3
figlet 2.2.5-3+b1 756 136
file 1:5.44-3 127 42 libmagic1
fortune-mod 1:1.99.1-7.3 110 43
g++ 4:12.2.0-3 14 1 gcc
gawk 1:5.2.1-2 2700 673 libmpfr6,libreadline8
gcc 4:12.2.0-3 44 5 libgcc-12-dev,libc6-dev,binutils
gettext-base 0.21-12 657 160
git 1:2.39.5-0+deb12u2 45896 7260 git-man,libcurl3-gnutls,perl
git-man 1:2.39.5-0+deb12u2 2115 2053
gnupg 2.2.40-1.1+deb12u1 885 846 dirmngr,gnupg-utils,gpg,gpg-agent
gnupg-utils 2.2.40-1.1+deb12u1 1714 927
gosu 1.14-1+b10 2206 968
gpg 2.2.40-1.1+deb12u1 1591 949 libassuan0
gpg-agent 2.2.40-1.1+deb12u1 1390 695 pinentry-curses
htop 3.2.2-2 387 152 libncursesw6
iproute2 6.1.0-3 3590 1047 libbpf1,libmnl0
iputils-ping 3:20221126-1+deb12u1 130 47
jq 1.6-2.1+deb12u1 107 64 libjq1
less 590-2.1~deb12u2 326 129
libapr1 1.7.2-3+deb12u1 318 102
libaprutil1 1.6.3-1 276 87
libassuan0 2.5.5-5 130 48
libbinutils 2.40-2 2086 572
libbpf1 1:1.1.0-1 379 145
libbrotli1 1.0.9-2+b6 783 275
libc6-dev 2.36-9+deb12u13 12005 1904 linux-libc-dev
libcurl3-gnutls 7.88.1-10+deb12u14 770 385 libnghttp2-14,librtmp1,libssh2-1
libcurl4 7.88.1-10+deb12u14 811 391 libbrotli1,libldap-2.5-0,libnghttp2-14,libpsl5,librtmp1,libssh2-1,libssl3
libedit2 3.1-20221030-2 258 93
libexpat1 2.5.0-1+deb12u2 411 99
libffi-dev 3.4.4-1 305 59
libgcc-12-dev 12.2.0-14+deb12u1 11180 2437
libicu72 72.1-3+deb12u1 37400 9376
libjansson4 2.14-2 90 41
libjq1 1.6-2.1+deb12u1 353 135 libonig5
libldap-2.5-0 2.5.13+dfsg-5 531 183 libsasl2-2
liblua5.3-0 5.3.6-2 299 123
libmagic-mgc 1:5.44-3 7353 305
libmagic1 1:5.44-3 214 104 libmagic-mgc
libmnl0 1.0.4-3 47 12
libmpdec3 2.5.1-2 265 87
libmpfr6 4.2.0-1 1010 701
libncursesw6 6.4-4 412 134
libnghttp2-14 1.52.0-1+deb12u2 222 72
libonig5 6.9.8-1 674 188
libpcap0.8 1.10.3-1 405 157
libperl5.36 5.36.0-7+deb12u3 28000 4218
libpq-dev 15.14-0+deb12u1 690 147 libpq5
libpq5 15.14-0+deb12u1 960 191
libproc2-0 2:4.0.2-3 143 62
libpsl5 0.21.2-1 105 58
libpython3-stdlib 3.11.2-1+b1 20 9 libpython3.11-stdlib
libpython3.11-minimal 3.11.2-6+deb12u6 5390 816 libssl3
libpython3.11-stdlib 3.11.2-6+deb12u6 8050 1798 libpython3.11-minimal,libsqlite3-0,media-types
libreadline8 8.2-1.3 475 166 readline-common
librtmp1 2.4+20151223.gitfa8646d.1-2+b2 146 60
libsasl2-2 2.1.28+dfsg-10 174 60
libsqlite3-0 3.40.1-2+deb12u2 1680 839
libssh2-1 1.10.0-3+b1 287 179
libssl-dev 3.0.17-1~deb12u3 12400 2440 libssl3
libssl3 3.0.17-1~deb12u3 6100 2030
libuv1 1.44.2-1+deb12u1 364 136
libxml2 2.9.14+dfsg-1.3~deb12u4 1879 689 libicu72
linux-libc-dev 6.1.158-1 7400 2180
locales 2.36-9+deb12u13 16200 3901
lsb-release 12.0-1 17 6
lsof 4.95.0-1 476 318
make 4.3-4.1 1645 396
media-types 10.0.0 97 26
mtr-tiny 0.95-1 156 61
nano 7.2-1+deb12u1 2875 690 libncursesw6
ncal 12.1.8 58 20
net-tools 2.10-0.1+deb12u2 1013 243
netbase 6.4 40 13
netcat-openbsd 1.219-1 99 42
netcat-traditional 1.10-47 138 67
nginx 1.22.1-9+deb12u3 1381 527 nginx-common
nginx-common 1.22.1-9+deb12u3 260 111
nmap 7.93+dfsg1-1 4400 1904 libpcap0.8
nodejs 18.20.4+dfsg-1~deb12u1 1500 320 libnode108
libnode108 18.20.4+dfsg-1~deb12u1 50300 10900
npm 9.2.0~ds1-1 9700 940 nodejs
openssh-client 1:9.2p1-2+deb12u7 5900 992 libedit2
openssl 3.0.17-1~deb12u3 2300 1430 libssl3
patch 2.7.6-7 231 128
perl 5.36.0-7+deb12u3 670 239 perl-modules-5.36,libperl5.36
perl-modules-5.36 5.36.0-7+deb12u3 17800 2815
pinentry-curses 1.2.1-1 109 77
pkg-config 1.8.1-1 38 14
postgresql-client 15+248+deb12u1 60 10 postgresql-client-15
postgresql-client-15 15.14-0+deb12u1 5600 1720 libpq5
procps 2:4.0.2-3 2100 709 libproc2-0
psmisc 23.6-1 918 259
python-is-python3 3.11.2-1+deb12u1 13 3 python3
python3 3.11.2-1+b1 80 26 python3.11,libpython3-stdlib,python3-minimal
python3-distutils 3.11.2-3 670 131 python3
python3-minimal 3.11.2-1+b1 80 26 python3.11-minimal
python3-pip 23.0.1+dfsg-1 7000 1325 python3,python3-setuptools,python3-wheel
python3-setuptools 66.1.1-1+deb12u2 1490 521 python3
python3-venv 3.11.2-1+b1 6 1 python3.11-venv
python3-wheel 0.38.4-2 113 31 python3
python3.11 3.11.2-6+deb12u6 600 573 python3.11-minimal,libpython3.11-stdlib
python3.11-minimal 3.11.2-6+deb12u6 6400 2064 libexpat1
python3.11-venv 3.11.2-6+deb12u6 20 6 python3.11
readline-common 8.2-1.3 89 69
redis-server 5:7.0.15-1~deb12u5 200 74 redis-tools
redis-tools 5:7.0.15-1~deb12u5 2700 991
rsync 3.2.7-1+deb12u2 780 417
screen 4.9.0-4 1010 629
sl 5.02-1+b1 48 15
sqlite3 3.40.1-2+deb12u2 1440 354 libsqlite3-0
stress 1.0.7-1 57 20
strace 6.1-0.1 2000 1306
sudo 1.9.13p3-1+deb12u2 6100 1890
supervisor 4.2.5-1 1700 309 python3
tcpdump 4.99.3-1 1400 471 libpcap0.8
telnet 0.17+2.4-2+deb12u2 45 38
tini 0.19.0-1 840 255
traceroute 1:2.1.2-1 160 56
tree 2.1.0-1 115 52
unzip 6.0-28 380 166
vim 2:9.0.1378-2+deb12u2 3600 1567 vim-common,vim-runtime
vim-common 2:9.0.1378-2+deb12u2 397 124
vim-runtime 2:9.0.1378-2+deb12u2 35100 7025
vim-tiny 2:9.0.1378-2+deb12u2 1700 720 vim-common
wget 1.21.3-1+deb12u1 3690 937 libpsl5
xxd 2:9.0.1378-2+deb12u2 250 83
xz-utils 5.4.1-1 1211 471
zip 3.0-13 610 230
zlib1g-dev 1:1.2.13.dfsg-1 607 916
zsh 5.9-4+b7 2500 730`;

/** Names of packages that are gone from the archive, by those that took their files over. */
export const REPLACES: Readonly<Record<string, readonly string[]>> = {
  '2to3': ['python'],
  'python-is-python3': ['python'],
};

/** What comes along unless `--no-install-recommends` is given. */
export const RECOMMENDS: Readonly<Record<string, readonly string[]>> = {
  curl: ['ca-certificates'],
  wget: ['ca-certificates'],
  git: ['ca-certificates', 'less', 'openssh-client'],
  'python3-pip': ['build-essential'],
  gcc: ['libc6-dev'],
  'postgresql-client-15': ['libreadline8'],
  'bind9-dnsutils': ['libedit2'],
  procps: ['psmisc'],
};
