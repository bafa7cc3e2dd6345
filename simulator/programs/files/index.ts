/** Tools that list, copy, make and change files. */
import type { Tools } from '../io.ts';
import { chgrp, chmod, chown } from './attributes.ts';
import { cp, install, mv } from './copy.ts';
import { basename, dirname, pwd, readlink, realpath, stat, sync } from './names.ts';
import { link, ln, mkdir, mkfifo, mknod, mktemp, touch, truncate } from './make.ts';
import { ls } from './ls.ts';
import { rm, rmdir, unlink } from './remove.ts';
import { df, du } from './space.ts';

export const TOOLS: Tools = {
  basename,
  chgrp,
  chmod,
  chown,
  cp,
  df,
  dir: ls,
  dirname,
  du,
  install,
  link,
  ln,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  sync,
  touch,
  truncate,
  unlink,
  vdir: ls,
};
