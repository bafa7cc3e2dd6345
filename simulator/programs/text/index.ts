/** Tools that read and write text. */
import type { Tools } from '../io.ts';
import { cat, head, nl, rev, tac, tee, wc, yes } from './cat.ts';
import { cut, paste, tr, expand, unexpand, fold, comm, join, split } from './columns.ts';
import { shuf, sort, uniq } from './sort.ts';
import { tail } from './tail.ts';
import { grep, egrep, fgrep } from './grep.ts';
import { echo, expr, factor, printf, seq, test } from './words.ts';

export const TOOLS: Tools = {
  cat,
  comm,
  cut,
  echo,
  egrep,
  expand,
  expr,
  factor,
  fgrep,
  fold,
  grep,
  head,
  join,
  nl,
  paste,
  printf,
  rev,
  seq,
  shuf,
  sort,
  split,
  tac,
  tail,
  tee,
  test,
  '[': test,
  '[[': test,
  tr,
  unexpand,
  uniq,
  wc,
  yes,
};
