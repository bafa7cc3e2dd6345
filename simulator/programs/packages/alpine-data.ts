/** What the simulated Alpine mirror offers: `name version installed-kB depends`, versions of 3.22. */
export const ALPINE_ARCHIVE = `bash 5.2.37-r0 1300 ncurses-terminfo-base,libncursesw,readline
bind-tools 9.20.15-r0 700 bind-libs
bind-libs 9.20.15-r0 2600
brotli-libs 1.1.0-r2 780
build-base 0.5-r3 8 binutils,file,fortify-headers,g++,gcc,libc-dev,make,patch
binutils 2.44-r3 9400
c-ares 1.34.5-r0 140
ca-certificates 20250911-r0 680
coreutils 9.7-r1 1400
curl 8.14.1-r2 280 c-ares,libcurl
file 5.46-r2 30
fortify-headers 1.1-r5 40
g++ 14.2.0-r6 48000 gcc
gcc 14.2.0-r6 51000 binutils
gettext 0.24.1-r0 2400
git 2.49.1-r0 13600 libcurl,libexpat,pcre2
gnupg 2.4.7-r0 4300
htop 3.4.1-r0 260 libncursesw
iproute2 6.15.0-r0 1100
iputils 20240905-r0 160
jq 1.8.1-r0 260 oniguruma
less 678-r0 180 libncursesw
libc-dev 0.7.2-r5 4
libcurl 8.14.1-r2 580 brotli-libs,libidn2,libpsl,nghttp2-libs,zstd-libs
libexpat 2.7.3-r0 150
libffi 3.4.8-r0 40
libidn2 2.3.7-r0 140 libunistring
libncursesw 6.5_p20250503-r0 300 ncurses-terminfo-base
libpq 17.6-r0 300
libpsl 0.21.5-r3 80
libunistring 1.3-r0 1600
linux-headers 6.14.2-r0 5700
make 4.4.1-r3 280
musl-dev 1.2.5-r10 5300
nano 8.4-r0 500 libncursesw
ncurses-terminfo-base 6.5_p20250503-r0 200
netcat-openbsd 1.229.1-r0 50
nghttp2-libs 1.65.0-r0 170
nginx 1.28.0-r3 1400 pcre2
nodejs 22.16.0-r2 66000 c-ares,nghttp2-libs,brotli-libs
npm 11.3.0-r1 7900 nodejs
oniguruma 6.9.10-r0 560
openssh-client 10.0_p1-r9 1300
openssl 3.5.4-r0 800
patch 2.8-r0 170
pcre2 10.46-r0 700
postgresql-client 17.6-r0 3500 libpq
procps 4.0.4-r3 520
py3-pip 25.1.1-r0 8400 python3
python3 3.12.12-r0 40000 libffi,libexpat,readline
readline 8.2.13-r1 300
redis 8.0.4-r0 8000
rsync 3.4.1-r0 800
shadow 4.17.3-r0 800
strace 6.13-r0 1900
sudo 1.9.17_p2-r0 2300
su-exec 0.2-r3 20
tini 0.19.0-r3 40
tree 2.2.1-r0 90
tzdata 2025b-r0 2700
unzip 6.0-r15 320
util-linux 2.41-r9 4000
vim 9.1.1415-r0 3300 libncursesw
wget 1.25.0-r1 700 libidn2,pcre2
xz 5.8.1-r0 500
zip 3.0-r13 410
zlib-dev 1.3.1-r2 140
zstd-libs 1.5.7-r0 640`;

/** Alpine packages whose executables have a Debian package of another name. */
export const ALPINE_NAMES: Readonly<Record<string, string>> = {
  'bind-tools': 'bind9-dnsutils',
  iputils: 'iputils-ping',
  'py3-pip': 'python3-pip',
  redis: 'redis-server',
  nodejs: 'nodejs',
};
