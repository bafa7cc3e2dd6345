/** `docker info`. */
import { CliError } from '../cli/errors.ts';
import { BUILDX_VERSION, COMPOSE_VERSION, VERSION } from '../cli/release.ts';
import type { Runner } from '../cli/spec.ts';
import { bytesSize } from '../format/units.ts';
import { Struct } from '../inspect/struct.ts';
import type { StructType } from '../inspect/types.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import type { Value } from '../template/values.ts';

type Pair = [string, string];

interface Info {
  [key: string]: Value;
}

/** Fields whose Go name is not the JSON's. */
const GO_NAMES: Readonly<Record<string, string>> = {
  HttpProxy: 'HTTPProxy',
  HttpsProxy: 'HTTPSProxy',
  CpuCfsPeriod: 'CPUCfsPeriod',
  CpuCfsQuota: 'CPUCfsQuota',
};

function plugins(): Value {
  const folder = '/usr/libexec/docker/cli-plugins';
  const common = { SchemaVersion: '0.1.0', Vendor: 'Docker Inc.' };
  return [
    {
      ...common,
      Version: BUILDX_VERSION,
      ShortDescription: 'Docker Buildx',
      Name: 'buildx',
      Path: `${folder}/docker-buildx`,
    },
    {
      ...common,
      Version: `v${COMPOSE_VERSION}`,
      ShortDescription: 'Docker Compose',
      Name: 'compose',
      Path: `${folder}/docker-compose`,
    },
  ];
}

const strings = (value: Value): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);
const object = (value: Value): Info =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Info) : {};
const text = (value: Value): string => (value === undefined || value === null ? '' : String(value));

function serverLines(info: Info): string[] {
  const lines: string[] = [];
  const add = (label: string, value: Value): void => void lines.push(` ${label}: ${text(value)}`);
  const some = (label: string, value: Value): void => {
    if (text(value) !== '') add(label, value);
  };
  add('Containers', info['Containers']);
  lines.push(
    `  Running: ${text(info['ContainersRunning'])}`,
    `  Paused: ${text(info['ContainersPaused'])}`,
    `  Stopped: ${text(info['ContainersStopped'])}`,
  );
  add('Images', info['Images']);
  some('Server Version', info['ServerVersion']);
  some('Storage Driver', info['Driver']);
  for (const [key, value] of (info['DriverStatus'] ?? []) as unknown as Pair[]) lines.push(`  ${key}: ${value}`);
  some('Logging Driver', info['LoggingDriver']);
  some('Cgroup Driver', info['CgroupDriver']);
  some('Cgroup Version', info['CgroupVersion']);
  const known = object(info['Plugins']);
  lines.push(
    ' Plugins:',
    `  Volume: ${strings(known['Volume']).join(' ')}`,
    `  Network: ${strings(known['Network']).join(' ')}`,
  );
  if (strings(known['Authorization']).length > 0)
    lines.push(`  Authorization: ${strings(known['Authorization']).join(' ')}`);
  lines.push(`  Log: ${strings(known['Log']).join(' ')}`);
  if (strings(info['CDISpecDirs']).length > 0) {
    lines.push(' CDI spec directories:', ...strings(info['CDISpecDirs']).map((dir) => `  ${dir}`));
  }
  add('Swarm', object(info['Swarm'])['LocalNodeState']);
  add('Runtimes', Object.keys(object(info['Runtimes'])).join(' '));
  add('Default Runtime', info['DefaultRuntime']);
  add('Init Binary', info['InitBinary']);
  add('containerd version', object(info['ContainerdCommit'])['ID']);
  add('runc version', object(info['RuncCommit'])['ID']);
  add('init version', object(info['InitCommit'])['ID']);
  const security = strings(info['SecurityOptions']);
  if (security.length > 0) lines.push(' Security Options:');
  for (const option of security) {
    const parts = Object.fromEntries(option.split(',').map((part) => part.split('=') as Pair));
    lines.push(`  ${parts['name'] ?? option}`);
    if (parts['profile'] !== undefined) lines.push(`   Profile: ${parts['profile']}`);
  }
  some('Kernel Version', info['KernelVersion']);
  some('Operating System', info['OperatingSystem']);
  some('OSType', info['OSType']);
  some('Architecture', info['Architecture']);
  add('CPUs', info['NCPU']);
  add('Total Memory', bytesSize(Number(info['MemTotal'] ?? 0)));
  some('Name', info['Name']);
  some('ID', info['ID']);
  add('Docker Root Dir', info['DockerRootDir']);
  add('Debug Mode', info['Debug']);
  some('HTTP Proxy', info['HttpProxy']);
  some('HTTPS Proxy', info['HttpsProxy']);
  some('No Proxy', info['NoProxy']);
  const labels = strings(info['Labels']);
  if (labels.length > 0) lines.push(' Labels:', ...labels.map((label) => `  ${label}`));
  add('Experimental', info['ExperimentalBuild']);
  const registry = object(info['RegistryConfig']);
  const insecure = Object.values(object(registry['IndexConfigs']))
    .filter((config) => object(config)['Secure'] !== true)
    .map((config) => text(object(config)['Name']));
  const cidrs = strings(registry['InsecureRegistryCIDRs']);
  lines.push(' Insecure Registries:', ...[...insecure, ...cidrs].map((name) => `  ${name}`));
  const mirrors = strings(registry['Mirrors']);
  if (mirrors.length > 0) lines.push(' Registry Mirrors:', ...mirrors.map((mirror) => `  ${mirror}`));
  add('Live Restore Enabled', info['LiveRestoreEnabled']);
  const firewall = object(info['FirewallBackend']);
  if (firewall['Driver'] !== undefined) {
    add('Firewall Backend', firewall['Driver']);
    for (const [key, value] of (firewall['Info'] ?? []) as unknown as Pair[]) lines.push(`  ${key}: ${value}`);
  }
  return lines;
}

function clientLines(client: Info): string[] {
  const lines = [
    ` Version:    ${text(client['Version'])}`,
    ` Context:    ${text(client['Context'])}`,
    ' Debug Mode: false',
    ' Plugins:',
  ];
  for (const plugin of client['Plugins'] as readonly Info[]) {
    lines.push(
      `  ${text(plugin['Name'])}: ${text(plugin['ShortDescription'])} (${text(plugin['Vendor'])})`,
      `    Version:  ${text(plugin['Version'])}`,
      `    Path:     ${text(plugin['Path'])}`,
    );
  }
  return lines;
}

/** `docker info`. */
export const info: Runner = async (cli, flags) => {
  const format = flags.string('format');
  const client: Info = {
    Debug: false,
    Version: VERSION,
    Context: cli.context,
    Plugins: plugins(),
    Warnings: null,
  };
  let server: Info | undefined;
  let failure = '';
  try {
    server = await cli.api.json<Info>('GET', '/info');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    failure = error.message;
  }
  if (format !== '')
    return formatted(cli, format, {
      ...server,
      ...(failure === '' ? {} : { ServerErrors: [failure] }),
      ClientInfo: client,
    });
  await cli.out(`${['Client:', ...clientLines(client), '', 'Server:'].join('\n')}\n`);
  if (server !== undefined) {
    await cli.out(`${serverLines(server).join('\n')}\n\n`);
    for (const warning of strings(server['Warnings'])) await cli.printErr(warning);
  }
  if (failure !== '') {
    await cli.printErr(failure);
    throw new CliError('errors pretty printing info');
  }
  return 0;
};

async function formatted(cli: Parameters<Runner>[0], format: string, data: Info): Promise<number> {
  const type: StructType = {
    goType: 'system.dockerInfo',
    fields: Object.keys(data).map((key) => [GO_NAMES[key] ?? key, key, 'any'] as const),
  };
  let template: Template;
  try {
    template = new Template(format === 'json' ? '{{json .}}' : format);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    throw new CliError(`template parsing error: ${error.message}`, 64);
  }
  try {
    await cli.print(template.execute(new Struct(type, data)));
  } catch (error) {
    if (!(error instanceof TemplateExecError)) throw error;
    await cli.print('');
    throw new CliError(error.message);
  }
  return 0;
}
