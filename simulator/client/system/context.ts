/** `docker context`: this machine has the default context only. */
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { Inspector } from '../inspect/inspector.ts';

interface Context {
  readonly name: string;
  readonly current: boolean;
  readonly description: string;
  readonly endpoint: string;
  readonly error: string;
}

const ROW: RowType<Context> = {
  goType: '*formatter.clientContextContext',
  columns: {
    Name: ['NAME', (context) => context.name],
    Current: ['', (context) => context.current],
    Description: ['DESCRIPTION', (context) => context.description],
    DockerEndpoint: ['DOCKER ENDPOINT', (context) => context.endpoint],
    Error: ['ERROR', (context) => context.error],
    ContextType: ['', () => 'moby'],
  },
};

/** `docker context ls`. */
export const list: Runner = async (cli, flags) => {
  const contexts: Context[] = [
    {
      name: 'default',
      current: true,
      description: 'Current DOCKER_HOST based configuration',
      endpoint: cli.api.host,
      error: '',
    },
  ];
  const table = 'table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';
  await cli.out(
    formatRows(chooseFormat(flags.string('format'), flags.bool('quiet'), table, '{{.Name}}'), ROW, contexts),
  );
  return 0;
};

/** `docker context show`. */
export const show: Runner = async (cli) => {
  await cli.print('default');
  return 0;
};

const missing = (name: string, cliPath: string): CliError =>
  new CliError(`context ${JSON.stringify(name)}: context not found: open ${cliPath}: no such file or directory`);

/** `docker context inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  const inspector = new Inspector(flags.string('format'));
  const errors: string[] = [];
  for (const name of args.length === 0 ? ['default'] : args) {
    if (name !== 'default') {
      errors.push(missing(name, `${cli.config.dir}/contexts/meta/${name}/meta.json`).message);
      continue;
    }
    inspector.add({
      raw: JSON.stringify({
        Name: 'default',
        Metadata: {},
        Endpoints: { docker: { Host: cli.api.host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
      }),
    });
  }
  await cli.out(inspector.text());
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
};

/** `docker context use`. */
export const use: Runner = async (cli, _flags, args) => {
  const [name = ''] = args;
  if (name !== 'default') throw missing(name, `${cli.config.dir}/contexts/meta/${name}/meta.json`);
  await cli.print(name);
  await cli.printErr(`Current context is now ${JSON.stringify(name)}`);
  return 0;
};

/** `docker context create`. */
export const create: Runner = (_cli, _flags, args) => {
  if (args[0] === 'default') throw new CliError('"default" is a reserved context name');
  throw new CliError('docker context create: this machine has the default context only; other ones are not simulated');
};

/** `docker context rm`. */
export const remove: Runner = (cli, _flags, args) => {
  const [name = ''] = args;
  if (name === 'default') throw new CliError('context "default" cannot be removed');
  throw new CliError(
    `failed to remove context ${name}: failed to remove metadata: ${missing(name, cli.config.dir).message}`,
  );
};
