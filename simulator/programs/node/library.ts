/** The scripts that make Node of a bare engine, in the order they run in. */
import { BASICS } from './lib/basics.ts';
import { ERRORS } from './lib/errors.ts';
import { FILES } from './lib/files.ts';
import { HTTP } from './lib/http.ts';
import { INSPECT } from './lib/inspect.ts';
import { MODULES } from './lib/modules.ts';
import { NET } from './lib/net.ts';
import { PROCESS } from './lib/process.ts';
import { STREAM } from './lib/stream.ts';

export const LIBRARY: readonly (readonly [string, string])[] = [
  ['node:errors', ERRORS],
  ['node:inspect', INSPECT],
  ['node:basics', BASICS],
  ['node:process', PROCESS],
  ['node:stream', STREAM],
  ['node:net', NET],
  ['node:files', FILES],
  ['node:http', HTTP],
  ['node:modules', MODULES],
];
