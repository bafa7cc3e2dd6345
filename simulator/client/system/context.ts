/** `docker context`: several daemons by name. */
import type { Cli } from '../cli/cli.ts';
import { DEFAULT_CONTEXT } from '../cli/config.ts';
import { checkContextName, ContextStore, type ContextMetadata } from '../cli/contexts.ts';
import { CliError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import type { Runner } from '../cli/spec.ts';
import { DEFAULT_HOST, normalHost } from '../cli/transport.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { compareNatural, ellipsis } from '../format/text.ts';
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
    Error: ['ERROR', (context) => ellipsis(context.error, 45)],
    ContextType: ['', () => 'moby'],
  },
};

const DEFAULT_DESCRIPTION = 'Current DOCKER_HOST based configuration';

const storeOf = (cli: Cli): ContextStore => new ContextStore(cli.sys, cli.config.dir);

/** What the default context stands for. */
function defaultContext(cli: Cli): ContextMetadata {
  const host = normalHost(cli.sys.env['DOCKER_HOST'] ?? DEFAULT_HOST);
  return { Name: DEFAULT_CONTEXT, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
}

/** `docker context ls`. */
export const list: Runner = async (cli, flags) => {
  const store = storeOf(cli);
  const known = [{ ...defaultContext(cli), Metadata: { Description: DEFAULT_DESCRIPTION } }, ...store.list()];
  const contexts: Context[] = known.map(({ Name, Metadata, Endpoints }) => ({
    name: Name,
    current: Name === cli.context,
    description: Metadata.Description ?? '',
    endpoint: Endpoints.docker?.Host ?? '',
    error: '',
  }));
  if (!contexts.some(({ current }) => current)) {
    let error = '';
    try {
      store.get(cli.context);
    } catch (problem) {
      if (!(problem instanceof CliError)) throw problem;
      error = problem.message;
    }
    contexts.push({ name: cli.context, current: true, description: '', endpoint: '', error });
  }
  contexts.sort((a, b) => compareNatural(a.name, b.name));
  const table = 'table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';
  await cli.out(
    formatRows(chooseFormat(flags.string('format'), flags.bool('quiet'), table, '{{.Name}}'), ROW, contexts),
  );
  if (cli.sys.env['DOCKER_HOST']) {
    await cli.printErr(
      'Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.',
    );
  }
  return 0;
};

/** `docker context show`. */
export const show: Runner = async (cli) => {
  await cli.print(cli.context);
  return 0;
};

/** `docker context inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  const store = storeOf(cli);
  const inspector = new Inspector(flags.string('format'));
  const errors: string[] = [];
  for (const name of args.length === 0 ? [cli.context] : args) {
    try {
      const { metadata, tls } = store.paths(name);
      const isDefault = name === DEFAULT_CONTEXT;
      inspector.add({
        raw: JSON.stringify({
          ...(isDefault ? defaultContext(cli) : store.get(name)),
          TLSMaterial: {},
          Storage: {
            MetadataPath: isDefault ? '<IN MEMORY>' : metadata,
            TLSPath: isDefault ? '<IN MEMORY>' : tls,
          },
        }),
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  await cli.out(inspector.text());
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
};

/** `docker context use`. */
export const use: Runner = async (cli, _flags, args) => {
  const [name = ''] = args;
  if (name !== DEFAULT_CONTEXT) {
    checkContextName(name);
    storeOf(cli).get(name);
  }
  const wanted = name === DEFAULT_CONTEXT ? '' : name;
  if ((cli.config.content.currentContext ?? '') !== wanted) setCurrent(cli, wanted);
  await cli.print(name);
  await cli.printErr(`Current context is now ${JSON.stringify(name)}`);
  if (name !== DEFAULT_CONTEXT && cli.sys.env['DOCKER_HOST']) {
    await cli.printErr(
      `Warning: DOCKER_HOST environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset DOCKER_HOST environment variable.`,
    );
  }
  return 0;
};

function setCurrent(cli: Cli, name: string): void {
  const { content } = cli.config;
  if (name === '') delete content.currentContext;
  else content.currentContext = name;
  cli.config.save();
}

/** The daemon that `--docker host=…` names; undefined without the flag. */
function endpointOf(flags: FlagSet, store: ContextStore): ContextMetadata['Endpoints'] | undefined {
  const given = flags.value<Readonly<Record<string, string>>>('docker') ?? {};
  if (Object.keys(given).length === 0) return undefined;
  const fail = (reason: string): CliError => new CliError(`unable to create docker endpoint config: ${reason}`);
  const known = ['from', 'host', 'ca', 'cert', 'key', 'skip-tls-verify'];
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw fail(unknown.map((key) => `unrecognized config key: ${key}`).join('\n'));
  if (given['from'] !== undefined) return store.get(given['from']).Endpoints;
  return { docker: { Host: given['host'] ?? '', SkipTLSVerify: given['skip-tls-verify'] === 'true' } };
}

const described = (text: string): ContextMetadata['Metadata'] => (text === '' ? {} : { Description: text });

/** `docker context create`. */
export const create: Runner = async (cli, flags, args) => {
  const [name = ''] = args;
  const store = storeOf(cli);
  checkContextName(name);
  if (store.has(name)) throw new CliError(`context ${JSON.stringify(name)} already exists`);
  const endpoints = endpointOf(flags, store);
  const from = flags.string('from');
  const description = flags.string('description');
  if (endpoints === undefined || from !== '') {
    if (endpoints !== undefined) throw new CliError('cannot use --docker flag when --from is set');
    const source = from === '' ? cli.context : from;
    const base =
      source === DEFAULT_CONTEXT
        ? { ...defaultContext(cli), Metadata: { Description: DEFAULT_DESCRIPTION } }
        : store.get(source);
    store.put({ ...base, Name: name, Metadata: description === '' ? base.Metadata : described(description) });
  } else store.put({ Name: name, Metadata: described(description), Endpoints: endpoints });
  await cli.print(name);
  await cli.printErr(`Successfully created context ${JSON.stringify(name)}`);
  return 0;
};

/** `docker context update`. */
export const update: Runner = async (cli, flags, args) => {
  const [name = ''] = args;
  checkContextName(name);
  const store = storeOf(cli);
  const old = store.get(name);
  const description = flags.string('description');
  store.put({
    ...old,
    Metadata: description === '' ? old.Metadata : described(description),
    Endpoints: endpointOf(flags, store) ?? old.Endpoints,
  });
  await cli.print(name);
  await cli.printErr(`Successfully updated context ${JSON.stringify(name)}`);
  return 0;
};

/** `docker context rm`. */
export const remove: Runner = async (cli, flags, args) => {
  const store = storeOf(cli);
  const errors: string[] = [];
  for (const name of args) {
    const force = flags.bool('force');
    if (name === DEFAULT_CONTEXT) errors.push('context "default" cannot be removed');
    else if (name === cli.context && !force) {
      errors.push(`context ${JSON.stringify(name)} is in use, set -f flag to force remove`);
    } else if (!force && !store.has(name)) errors.push(`context ${JSON.stringify(name)} does not exist`);
    else {
      if (name === cli.context) setCurrent(cli, '');
      store.remove(name);
      await cli.print(name);
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
};
