/** `RUN --mount=…`. */
import { goQuote } from './text.ts';
import { withSuggestion } from './suggest.ts';

export const MOUNT_TYPES = ['bind', 'cache', 'secret', 'ssh', 'tmpfs'] as const;
export type MountType = (typeof MOUNT_TYPES)[number];
export type Sharing = 'shared' | 'private' | 'locked';

export interface RunMount {
  type: MountType;
  from: string;
  source: string;
  target: string;
  readonly: boolean;
  /** tmpfs: bytes, 0 for no limit. */
  size: number;
  id: string;
  sharing: Sharing | '';
  required: boolean;
  /** secret: the environment variable to set instead of a file. */
  env: string | undefined;
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
}

const KEYS = [
  'type',
  'from',
  'source',
  'target',
  'readonly',
  'id',
  'sharing',
  'required',
  'size',
  'mode',
  'uid',
  'gid',
  'src',
  'dst',
  'destination',
  'ro',
  'rw',
  'readwrite',
  'env',
];
const SHARING = ['shared', 'private', 'locked'];

/** Fields of one line of CSV; a field may be quoted. */
function csvFields(text: string): string[] {
  const fields: string[] = [];
  let i = 0;
  for (;;) {
    let field = '';
    if (text[i] === '"') {
      for (i++; ; i++) {
        if (i >= text.length) {
          throw new Error(
            'failed to parse csv mounts: parse error on line 1, column 1: extraneous or missing " in quoted-field',
          );
        }
        if (text[i] === '"') {
          if (text[i + 1] !== '"') break;
          i++;
        }
        field += text[i]!;
      }
      i++;
    } else {
      const end = text.indexOf(',', i);
      field = text.slice(i, end < 0 ? text.length : end);
      if (field.includes('"')) {
        throw new Error(
          `failed to parse csv mounts: parse error on line 1, column ${i + field.indexOf('"') + 1}: bare " in non-quoted-field`,
        );
      }
      i = end < 0 ? text.length : end;
    }
    fields.push(field);
    if (i >= text.length) return fields;
    i++;
  }
}

/** strconv.ParseBool, or undefined. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}

/** units.RAMInBytes, or undefined. */
function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])i?)?b?$/i.exec(text);
  if (!match) return undefined;
  const power = match[2] ? 'kmgtp'.indexOf(match[2].toLowerCase()) + 1 : 0;
  return Math.trunc(Number(match[1]) * 1024 ** power);
}

/**
 * What can be known of a mount before variables are expanded: only `from`, which must be a constant. Throws where it is
 * none.
 */
export function mountSource(text: string): string {
  let from = '';
  for (const field of csvFields(text)) {
    const at = field.indexOf('=');
    if (at < 0 || field.slice(0, at).toLowerCase() !== 'from') continue;
    from = field.slice(at + 1);
    const dollar = from.indexOf('$');
    if (dollar >= 0 && dollar !== from.length - 1) {
      throw new Error("'from' doesn't support variable expansion, define alias stage instead");
    }
  }
  return from;
}

/** Parses a mount; `expand` replaces variables in each value. Throws with BuildKit's texts. */
export function parseMount(text: string, expand: (value: string) => string): RunMount {
  const mount: RunMount = {
    type: 'bind',
    from: '',
    source: '',
    target: '',
    readonly: false,
    size: 0,
    id: '',
    sharing: '',
    required: false,
    env: undefined,
    mode: undefined,
    uid: undefined,
    gid: undefined,
  };
  let readonlyGiven = false;
  const setReadonly = (on: boolean): void => {
    mount.readonly = on;
    readonlyGiven = true;
  };
  const unexpected = (key: string): Error => new Error(`unexpected key '${key}' for mount type '${mount.type}'`);
  const isSecret = (): boolean => mount.type === 'secret' || mount.type === 'ssh';

  for (const field of csvFields(text)) {
    const at = field.indexOf('=');
    const key = (at < 0 ? field : field.slice(0, at)).toLowerCase();
    if (at < 0) {
      if (key === 'readonly' || key === 'ro') setReadonly(true);
      else if (key === 'readwrite' || key === 'rw') setReadonly(false);
      else if (key !== 'required') throw new Error(`invalid field '${field}' must be a key=value pair`);
      else if (isSecret()) mount.required = true;
      else throw unexpected(key);
      continue;
    }
    const value = expand(field.slice(at + 1));
    const invalid = (): Error => new Error(`invalid value for ${key}: ${value}`);
    const bool = (): boolean => {
      const b = parseBool(value);
      if (b === undefined) throw invalid();
      return b;
    };
    const number = (radix: 8 | 10): number => {
      const n = (radix === 8 ? /^[0-7]+$/ : /^\d+$/).test(value) ? Number.parseInt(value, radix) : Infinity;
      if (n >= 2 ** 32) throw new Error(`invalid value ${value} for ${key}`);
      return n;
    };
    switch (key) {
      case 'type': {
        const type = MOUNT_TYPES.find((t) => t === value.toLowerCase());
        if (!type) throw new Error(withSuggestion(`unsupported mount type ${goQuote(value)}`, value, MOUNT_TYPES));
        mount.type = type;
        break;
      }
      case 'from':
        mount.from = value;
        break;
      case 'source':
      case 'src':
        mount.source = value;
        break;
      case 'target':
      case 'dst':
      case 'destination':
        mount.target = value;
        break;
      case 'readonly':
      case 'ro':
        setReadonly(bool());
        break;
      case 'readwrite':
      case 'rw':
        setReadonly(!bool());
        break;
      case 'required':
        if (!isSecret()) throw unexpected(key);
        mount.required = bool();
        break;
      case 'size': {
        if (mount.type !== 'tmpfs') throw unexpected(key);
        const size = parseBytes(value);
        if (size === undefined) throw invalid();
        mount.size = size;
        break;
      }
      case 'id':
        mount.id = value;
        break;
      case 'sharing':
        if (!SHARING.includes(value.toLowerCase())) {
          throw new Error(withSuggestion(`unsupported sharing value ${goQuote(value)}`, value, SHARING));
        }
        mount.sharing = value.toLowerCase() as Sharing;
        break;
      case 'mode':
        mount.mode = number(8);
        break;
      case 'uid':
      case 'gid':
        mount[key] = number(10);
        break;
      case 'env':
        mount.env = value;
        break;
      default:
        throw new Error(withSuggestion(`unexpected key '${key}' in '${field}'`, key, KEYS));
    }
  }
  check(mount);
  if (!readonlyGiven) mount.readonly = mount.type !== 'cache' && mount.type !== 'tmpfs';
  return mount;
}

function check(mount: RunMount): void {
  if (mount.type === 'bind' || mount.type === 'tmpfs') {
    for (const key of ['mode', 'uid', 'gid'] as const) {
      if (mount[key] !== undefined) throw new Error(`${key} not allowed for ${goQuote(mount.type)} type mounts`);
    }
  }
  if (mount.type === 'secret') {
    if (mount.from !== '') throw new Error('secret mount should not have a from');
    if (mount.sharing !== '') throw new Error('secret mount should not define sharing');
    if (mount.source === '' && mount.target === '' && mount.id === '') {
      throw new Error('invalid secret mount. one of source, target required');
    }
    if (mount.source !== '' && mount.id !== '') throw new Error("both source and id can't be set");
  }
  if (mount.sharing !== '' && mount.type !== 'cache') {
    throw new Error(`invalid cache sharing set for ${mount.type} mount`);
  }
}
