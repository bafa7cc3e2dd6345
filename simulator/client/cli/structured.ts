/** Flags whose value has parts: `--mount`, `--network`, `--gpus`, `--ulimit`. */
import { ramInBytes } from '../format/units.ts';
import { canonicalIp } from './ip.ts';

/** One record of comma-separated values, with Go's csv errors. */
export function readCsv(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let field = '';
      at++;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end < 0)
          throw new Error(`parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`);
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
      fields.push(field);
      if (at >= text.length) return fields;
      if (text[at] !== ',')
        throw new Error(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`);
      at++;
    } else {
      const comma = text.indexOf(',', at);
      const field = comma < 0 ? text.slice(at) : text.slice(at, comma);
      const quote = field.indexOf('"');
      if (quote >= 0) throw new Error(`parse error on line 1, column ${at + quote + 1}: bare " in non-quoted field`);
      fields.push(field);
      if (comma < 0) return fields;
      at = comma + 1;
    }
  }
}

/** A mount as the API takes it. */
export interface Mount {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: {
    Propagation?: string;
    NonRecursive?: boolean;
    CreateMountpoint?: boolean;
    ReadOnlyNonRecursive?: boolean;
    ReadOnlyForceRecursive?: boolean;
  };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Record<string, string>;
    Subpath?: string;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
  };
  ImageOptions?: { Subpath?: string };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

const FLAGS = new Set(['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src']);

function mountBool(key: string, value: string, given: boolean): boolean {
  if (!given || value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new Error(
    `invalid value for '${key}': invalid boolean value (${JSON.stringify(value)}): must be one of "true", "1", "false", or "0" (default "true")`,
  );
}

function addPair(target: Record<string, string> | undefined, text: string): Record<string, string> | undefined {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  if (key === '') return target;
  return { ...target, [key]: equals < 0 ? '' : text.slice(equals + 1) };
}

/** Reads `--mount type=…,source=…`. A relative source stays as it is; the caller makes it absolute. */
export function parseMount(text: string): Mount {
  const value = text.trim();
  if (value === '') throw new Error('value is empty');
  const mount: Mount = { Type: 'volume' };
  const bind = (): NonNullable<Mount['BindOptions']> => (mount.BindOptions ??= {});
  const volume = (): NonNullable<Mount['VolumeOptions']> => (mount.VolumeOptions ??= {});
  const driver = (): { Name?: string; Options?: Record<string, string> } => (volume().DriverConfig ??= {});
  for (const field of readCsv(value)) {
    const equals = field.indexOf('=');
    const given = equals >= 0;
    const rawKey = given ? field.slice(0, equals) : field;
    const item = given ? field.slice(equals + 1) : '';
    if (rawKey.trim() !== rawKey) {
      throw new Error(`invalid option '${rawKey.trim()}' in '${field}': option should not have whitespace`);
    }
    if (given) {
      if (item.trim() === '') throw new Error(`invalid value for '${rawKey}': value is empty`);
      if (item.trim() !== item)
        throw new Error(`invalid value for '${rawKey}' in '${field}': value should not have whitespace`);
    }
    const key = rawKey.toLowerCase();
    if (!given && !FLAGS.has(key)) throw new Error(`invalid field '${field}' must be a key=value pair`);
    switch (key) {
      case 'type':
        mount.Type = item.toLowerCase();
        break;
      case 'source':
      case 'src':
        mount.Source = item;
        break;
      case 'target':
      case 'dst':
      case 'destination':
        mount.Target = item;
        break;
      case 'readonly':
      case 'ro':
        mount.ReadOnly = mountBool(key, item, given);
        break;
      case 'consistency':
        mount.Consistency = item.toLowerCase();
        break;
      case 'bind-propagation':
        bind().Propagation = item.toLowerCase();
        break;
      case 'bind-nonrecursive':
        throw new Error('bind-nonrecursive is deprecated, use bind-recursive=disabled instead');
      case 'bind-recursive':
        if (item === 'disabled') bind().NonRecursive = true;
        else if (item === 'writable') bind().ReadOnlyNonRecursive = true;
        else if (item === 'readonly') bind().ReadOnlyForceRecursive = true;
        else if (item !== 'enabled') {
          throw new Error(
            `invalid value for ${key}: ${item} (must be "enabled", "disabled", "writable", or "readonly")`,
          );
        }
        break;
      case 'bind-create-src':
        bind().CreateMountpoint = mountBool(key, item, given);
        break;
      case 'volume-subpath':
        volume().Subpath = item;
        break;
      case 'volume-nocopy':
        volume().NoCopy = mountBool(key, item, given);
        break;
      case 'volume-label': {
        const labels = addPair(volume().Labels, item);
        if (labels !== undefined) volume().Labels = labels;
        break;
      }
      case 'volume-driver':
        driver().Name = item;
        break;
      case 'volume-opt': {
        const options = addPair(driver().Options, item);
        if (options !== undefined) driver().Options = options;
        break;
      }
      case 'image-subpath':
        (mount.ImageOptions ??= {}).Subpath = item;
        break;
      case 'tmpfs-size':
        try {
          (mount.TmpfsOptions ??= {}).SizeBytes = ramInBytes(item);
        } catch {
          throw new Error(`invalid value for ${key}: ${item}`);
        }
        break;
      case 'tmpfs-mode':
        if (!/^[0-7]+$/.test(item)) throw new Error(`invalid value for ${key}: ${item}`);
        (mount.TmpfsOptions ??= {}).Mode = parseInt(item, 8);
        break;
      default:
        throw new Error(`unknown option '${key}' in '${field}'`);
    }
  }
  checkMount(mount);
  return mount;
}

function checkMount(mount: Mount): void {
  if (mount.Type === '') throw new Error('type is required');
  const mixed = (name: string): Error => new Error(`cannot mix '${name}-*' options with mount type '${mount.Type}'`);
  if (mount.Type !== 'bind' && mount.BindOptions !== undefined) throw mixed('bind');
  if (mount.Type !== 'volume' && mount.VolumeOptions !== undefined) throw mixed('volume');
  if (mount.Type !== 'image' && mount.ImageOptions !== undefined) throw mixed('image');
  if (mount.Type !== 'tmpfs' && mount.TmpfsOptions !== undefined) throw mixed('tmpfs');
  const bind = mount.BindOptions;
  if (bind === undefined) return;
  const needs = (option: string, other: string): Error =>
    new Error(`option 'bind-recursive=${option}' requires '${other}' to be specified in conjunction`);
  if (bind.ReadOnlyNonRecursive === true && mount.ReadOnly !== true) throw needs('writable', 'readonly');
  if (bind.ReadOnlyForceRecursive === true) {
    if (mount.ReadOnly !== true) throw needs('readonly', 'readonly');
    if (bind.Propagation !== 'rprivate') throw needs('readonly', 'bind-propagation=rprivate');
  }
}

/** One `--network` of run or create. */
export interface NetworkAttachment {
  target: string;
  aliases: string[];
  driverOpts?: Record<string, string>;
  ip?: string;
  ip6?: string;
  linkLocal: string[];
  mac: string;
  gwPriority: number;
}

function address(text: string): string {
  const ip = canonicalIp(text);
  if (ip === undefined) throw new Error(`ParseAddr(${JSON.stringify(text)}): unable to parse IP`);
  return ip;
}

/** Reads `--network NAME` or `--network name=NAME,alias=…`. */
export function parseNetwork(text: string): NetworkAttachment {
  const network: NetworkAttachment = { target: '', aliases: [], linkLocal: [], mac: '', gwPriority: 0 };
  if (!/\w+=\w+(,\w+=\w+)*/.test(text)) {
    network.target = text;
    return network;
  }
  for (const field of readCsv(text)) {
    const lower = field.toLowerCase();
    const equals = lower.indexOf('=');
    if (equals <= 0) throw new Error(`invalid field ${field}`);
    const key = lower.slice(0, equals).trim();
    const value = lower.slice(equals + 1).trim();
    switch (key) {
      case 'name':
        network.target = value;
        break;
      case 'alias':
        network.aliases.push(value);
        break;
      case 'ip':
        network.ip = address(value);
        break;
      case 'ip6':
        network.ip6 = address(value);
        break;
      case 'mac-address':
        network.mac = value;
        break;
      case 'link-local-ip':
        network.linkLocal.push(address(value));
        break;
      case 'driver-opt': {
        const at = value.indexOf('=');
        if (at <= 0) throw new Error('invalid key value pair format in driver options');
        network.driverOpts = { ...network.driverOpts, [value.slice(0, at).trim()]: value.slice(at + 1).trim() };
        break;
      }
      case 'gw-priority':
        if (!/^[+-]?\d+$/.test(value)) throw new Error(`invalid gw-priority (${value}): invalid syntax`);
        network.gwPriority = Number(value);
        break;
      default:
        throw new Error(`invalid field key ${key}`);
    }
  }
  if (network.target === '') throw new Error('network name/id is not specified');
  return network;
}

/** A device request as the API takes it. */
export interface DeviceRequest {
  Driver: string;
  Count: number;
  DeviceIDs: string[] | null;
  Capabilities: string[][] | null;
  Options: Record<string, string> | null;
}

function gpuCount(text: string): number {
  if (text === 'all') return -1;
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(`invalid count (${text}): value must be either "all" or an integer: invalid syntax`);
  }
  return Number(text);
}

/** Reads `--gpus all` or `--gpus device=…`. */
export function parseGpus(text: string): DeviceRequest {
  const request: DeviceRequest = { Driver: '', Count: 0, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
  const seen = new Set<string>();
  for (const field of readCsv(text)) {
    const equals = field.indexOf('=');
    const key = equals < 0 ? field : field.slice(0, equals);
    const value = equals < 0 ? '' : field.slice(equals + 1);
    if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (equals < 0) {
      seen.add('count');
      request.Count = gpuCount(key);
    } else if (key === 'driver') request.Driver = value;
    else if (key === 'count') request.Count = gpuCount(value);
    else if (key === 'device') request.DeviceIDs = value.split(',');
    else if (key === 'capabilities') request.Capabilities = [[...value.split(','), 'gpu']];
    else if (key === 'options') {
      request.Options = Object.fromEntries(
        readCsv(value).map((option) => {
          const at = option.indexOf('=');
          return at < 0 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
        }),
      );
    } else throw new Error(`unexpected key '${key}' in '${field}'`);
  }
  if (!seen.has('count') && request.DeviceIDs === null) request.Count = 1;
  return request;
}

const ULIMITS = new Set(
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' '),
);

/** Reads `--ulimit nofile=1024:2048`. */
export function parseUlimit(text: string): { Name: string; Hard: number; Soft: number } {
  const equals = text.indexOf('=');
  if (equals < 0) throw new Error(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, equals);
  if (!ULIMITS.has(name)) throw new Error(`invalid ulimit type: ${name}`);
  const limits = text.slice(equals + 1).split(':');
  if (limits.length > 2) {
    throw new Error(
      `too many limit value arguments - ${text.slice(equals + 1)}, can only have up to two, \`soft[:hard]\``,
    );
  }
  const number = (value: string): number => {
    if (!/^[+-]?\d+$/.test(value))
      throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  };
  const hard = limits[1] === undefined ? undefined : number(limits[1]);
  const soft = number(limits[0] ?? '');
  const most = hard ?? soft;
  if (most !== -1) {
    const rule = 'ulimit soft limit must be less than or equal to hard limit';
    if (soft === -1) throw new Error(`${rule}: soft: -1 (unlimited), hard: ${most}`);
    if (soft > most) throw new Error(`${rule}: ${soft} > ${most}`);
  }
  return { Name: name, Hard: most, Soft: soft };
}
