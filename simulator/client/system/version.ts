/** `docker version`. */
import { API_VERSION } from '../cli/api.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { BUILD_TIME, GO_VERSION, VERSION } from '../cli/release.ts';
import { ansic } from '../format/time.ts';
import { tabulate } from '../format/tabwriter.ts';
import { Struct } from '../inspect/struct.ts';
import type { StructType } from '../inspect/types.ts';
import { DOCKER_FUNCTIONS } from '../template/functions.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import type { Value } from '../template/values.ts';

const LAYOUT = `{{with .Client -}}
Client:
 Version:	{{.Version}}
 API version:	{{.APIVersion}}{{if ne .APIVersion .DefaultAPIVersion}} (downgraded from {{.DefaultAPIVersion}}){{end}}
 Go version:	{{.GoVersion}}
 Git commit:	{{.GitCommit}}
 Built:	{{.BuildTime}}
 OS/Arch:	{{.Os}}/{{.Arch}}
 Context:	{{.Context}}
{{- end}}

{{- if .Server}}{{with .Server}}

Server:{{if ne .Platform.Name ""}} {{.Platform.Name}}{{end}}
 {{- range $component := .Components}}
 {{$component.Name}}:
  {{- if eq $component.Name "Engine" }}
  Version:	{{.Version}}
  API version:	{{index .Details "ApiVersion"}} (minimum version {{index .Details "MinAPIVersion"}})
  Go version:	{{index .Details "GoVersion"}}
  Git commit:	{{index .Details "GitCommit"}}
  Built:	{{index .Details "BuildTime"}}
  OS/Arch:	{{index .Details "Os"}}/{{index .Details "Arch"}}
  Experimental:	{{index .Details "Experimental"}}
  {{- else }}
  Version:	{{$component.Version}}
  {{- range $key, $value := $component.Details}}
  {{$key}}:	{{$value}}
   {{- end}}
  {{- end}}
 {{- end}}
 {{- end}}{{- end}}`;

const PLATFORM: StructType = { goType: 'system.platformInfo', fields: [['Name', 'Name', 'string']] };
const CLIENT: StructType = {
  goType: 'system.clientVersion',
  fields: [
    ['Platform', 'Platform', { kind: 'pointer', type: PLATFORM }],
    ['Version', 'Version', 'string'],
    ['APIVersion', 'ApiVersion', 'string'],
    ['DefaultAPIVersion', 'DefaultAPIVersion', 'string'],
    ['GitCommit', 'GitCommit', 'string'],
    ['GoVersion', 'GoVersion', 'string'],
    ['Os', 'Os', 'string'],
    ['Arch', 'Arch', 'string'],
    ['BuildTime', 'BuildTime', 'string'],
    ['Context', 'Context', 'string'],
  ],
};
const COMPONENT: StructType = {
  goType: 'system.ComponentVersion',
  fields: [
    ['Name', 'Name', 'string'],
    ['Version', 'Version', 'string'],
    ['Details', 'Details', { kind: 'map', of: 'string' }],
  ],
};
const SERVER: StructType = {
  goType: 'system.serverVersion',
  fields: [
    ['Platform', 'Platform', { kind: 'struct', type: PLATFORM }],
    ['Version', 'Version', 'string'],
    ['APIVersion', 'ApiVersion', 'string'],
    ['MinAPIVersion', 'MinAPIVersion', 'string'],
    ['Os', 'Os', 'string'],
    ['Arch', 'Arch', 'string'],
    ['Components', 'Components', { kind: 'list', of: { kind: 'struct', type: COMPONENT } }],
    ['GitCommit', 'GitCommit', 'string'],
    ['GoVersion', 'GoVersion', 'string'],
    ['KernelVersion', 'KernelVersion', 'string'],
    ['Experimental', 'Experimental', 'bool'],
    ['BuildTime', 'BuildTime', 'string'],
  ],
};
const INFO: StructType = {
  goType: 'system.versionInfo',
  fields: [
    ['Client', 'Client', { kind: 'struct', type: CLIENT }],
    ['Server', 'Server', { kind: 'pointer', type: SERVER }],
  ],
};

/** A build time as the table shows it. */
function shortDate(text: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? ansic(Date.parse(text)) : text;
}

interface ServerVersion {
  Components?: { Name: string; Details?: Record<string, string> }[];
  BuildTime?: string;
  [key: string]: unknown;
}

/** `docker version`. */
export const version: Runner = async (cli, flags) => {
  const given = flags.string('format');
  const source = given === '' ? LAYOUT : given === 'json' ? '{{json .}}' : given;
  let template: Template;
  try {
    template = new Template(source, { name: 'version', functions: DOCKER_FUNCTIONS });
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    throw new CliError(`template parsing error: ${error.message}`, 64);
  }
  let server: ServerVersion | undefined;
  let failure: CliError | undefined;
  let apiVersion = API_VERSION;
  try {
    apiVersion = (await cli.api.ping()).apiVersion;
    server = await cli.api.json<ServerVersion>('GET', '/version');
    for (const component of server.Components ?? []) {
      const built = component.Details?.['BuildTime'];
      if (component.Details !== undefined && built !== undefined) component.Details['BuildTime'] = shortDate(built);
    }
    if (server.BuildTime !== undefined) server.BuildTime = shortDate(server.BuildTime);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    failure = error;
  }
  const client = {
    Version: VERSION,
    ApiVersion: apiVersion,
    DefaultAPIVersion: API_VERSION,
    GitCommit: `v${VERSION}`,
    GoVersion: GO_VERSION,
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: shortDate(BUILD_TIME),
    Context: cli.context,
  };
  const data = { Client: client, ...(server === undefined ? {} : { Server: server }) };
  let text = '';
  try {
    text = template.execute(new Struct(INFO, data as unknown as { readonly [key: string]: Value }));
  } catch (error) {
    if (!(error instanceof TemplateExecError)) throw error;
    failure ??= new CliError(error.message);
  }
  await cli.out(tabulate(`${text}\n`, { minWidth: 20, padding: 1 }));
  if (failure !== undefined) throw failure;
  return 0;
};
