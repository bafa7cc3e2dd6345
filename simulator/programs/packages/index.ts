/** The package managers. */
import type { Tools } from '../io.ts';
import { apk } from './apk.ts';
import { aptCache, aptConfig, aptMark } from './apt-cache.ts';
import { aptGet } from './apt.ts';
import { dpkg } from './dpkg.ts';

export const TOOLS: Tools = {
  apk,
  apt: aptGet,
  'apt-get': aptGet,
  'apt-cache': aptCache,
  'apt-mark': aptMark,
  'apt-config': aptConfig,
  dpkg,
  'dpkg-query': dpkg,
};
