/** `docker login` and `docker logout`. */
import type { Cli } from '../cli/cli.ts';
import { HUB_SERVER } from '../cli/config.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';

/** The host of a server address. */
function hostname(server: string): string {
  return server.replace(/^https?:\/\//, '').split('/')[0] ?? server;
}

async function askHidden(cli: Cli): Promise<string> {
  await cli.out('Password: ');
  const before = cli.sys.terminalMode(0).echo;
  cli.sys.terminalMode(0, { echo: false });
  const password = await cli.readLine();
  cli.sys.terminalMode(0, { echo: before });
  await cli.out('\n');
  return password ?? '';
}

async function ask(cli: Cli, server: string, known: string): Promise<string> {
  if (server === HUB_SERVER) {
    await cli.print(
      "Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com/ to create one.",
    );
    await cli.print(
      'You can log in with your password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/',
    );
    await cli.print('');
  }
  await cli.out(known === '' ? 'Username: ' : `Username (${known}): `);
  const name = ((await cli.readLine()) ?? '').trim();
  const user = name === '' ? known : name;
  if (user === '') throw new CliError('error: username is required');
  return user;
}

/** `docker login`. */
export const login: Runner = async (cli, flags, args) => {
  let password = flags.string('password');
  let fromStdin = flags.bool('password-stdin');
  if (flags.changed('password-stdin') || password === '-') {
    if (flags.changed('password') && password !== '-') {
      throw new CliError('conflicting options: cannot specify both --password and --password-stdin');
    }
    if (!flags.changed('username')) throw new CliError('the --password-stdin option requires --username to be set');
  }
  if (flags.changed('username') && flags.string('username') === '') throw new CliError('username is empty');
  if (flags.changed('password') && password === '') throw new CliError('password is empty');
  if (password === '-') {
    password = '';
    fromStdin = true;
  }
  let username = flags.string('username');
  if (password !== '') await cli.printErr('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
  if (fromStdin) {
    if (username === '') throw new CliError('username is empty');
    password = new TextDecoder().decode(await cli.readStdin()).replace(/(\r\n|\n|\r)$/, '');
    if (password.trim() === '') throw new CliError('password is empty');
  }
  const [given] = args;
  const server = given === undefined || given === 'docker.io' ? HUB_SERVER : hostname(given);
  const stored = username === '' && password === '' ? cli.config.credentials(server) : undefined;
  if (stored !== undefined) {
    await cli.printErr(`Authenticating with existing credentials... [Username: ${stored.username}]`);
    await cli.err("\n Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n\n\n");
    ({ username, password } = stored);
  } else {
    if ((username === '' || password === '') && !cli.inIsTerminal) {
      throw new CliError('error: cannot perform an interactive login from a non-TTY device');
    }
    if (username === '') username = await ask(cli, server, '');
    if (password === '') password = await askHidden(cli);
    if (password === '') throw new CliError('error: password is required');
  }
  const result = await cli.api.json<{ Status: string; IdentityToken?: string }>('POST', '/auth', {
    body: { username, password, serveraddress: server },
  });
  await store(cli, server, username, password, result.IdentityToken ?? '');
  if (result.Status !== '') await cli.print(result.Status);
  return 0;
};

/** Keeps the credentials, as plain text: that needs a warning the first time. */
async function store(cli: Cli, server: string, username: string, password: string, token: string): Promise<void> {
  const { config } = cli;
  const auths = (config.content.auths ??= {});
  auths[server] =
    token === '' ? { auth: btoa(`${username}:${password}`) } : { auth: btoa(`${username}:`), identitytoken: token };
  await cli.err(
    `\nWARNING! Your credentials are stored unencrypted in '${config.path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
  );
  config.save();
}

/** `docker logout`. */
export const logout: Runner = async (cli, _flags, args) => {
  const [given] = args;
  const host = given === undefined ? HUB_SERVER : hostname(given);
  await cli.print(`Removing login credentials for ${host}`);
  const names = given === undefined ? [HUB_SERVER] : [given, host, `http://${host}`, `https://${host}`];
  const { content } = cli.config;
  const auths = content.auths ?? {};
  const kept = Object.fromEntries(Object.entries(auths).filter(([name]) => !names.includes(name)));
  if (Object.keys(kept).length === Object.keys(auths).length) return 0;
  content.auths = kept;
  cli.config.save();
  return 0;
};
