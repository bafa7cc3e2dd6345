import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, rootCommand } from '../commands/index.ts';
import { FlagError, FlagSet } from './flags.ts';
import { helpText } from './help.ts';
import { familiarString, parseReference, tagged, tryReference } from './reference.ts';
import type { CommandSpec, FlagRow } from './spec.ts';
import { normalHost } from './transport.ts';

const ROWS: readonly FlagRow[] = [
  ['all', 'a', 'bool', '', 'All'],
  ['quiet', 'q', 'bool', '', 'Quiet'],
  ['name', 'n', 'string', '', 'Name'],
  ['env', 'e', 'list', '', 'Variables'],
  ['last', '', 'int', '-1', 'Last'],
];

describe('FlagSet', () => {
  const value = fc.stringMatching(/^[^\0]*$/);

  it('takes a value whichever way it is given', () => {
    fc.assert(
      fc.property(value, value, (text, arg) => {
        fc.pre(!arg.startsWith('-') && text !== '');
        for (const args of [['--name', text], [`--name=${text}`], ['-n', text], [`-n=${text}`], [`-aqn=${text}`]]) {
          const flags = new FlagSet(ROWS);
          expect(flags.parse([...args, arg])).toEqual([arg]);
          expect(flags.string('name')).toBe(text);
        }
      }),
    );
  });

  it('keeps the words after -- and, not interspersed, after the first argument', () => {
    fc.assert(
      fc.property(fc.array(value), (words) => {
        expect(new FlagSet(ROWS).parse(['-a', '--', ...words])).toEqual(words);
        expect(new FlagSet(ROWS).parse(['-a', 'first', ...words], false)).toEqual(['first', ...words]);
      }),
    );
  });

  it('fails with a FlagError at worst', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^-{0,3}[a-z]{0,4}=?[a-z0-9]{0,3}$/)), (args) => {
        try {
          new FlagSet(ROWS).parse(args.filter((arg) => !/^-+h/.test(arg)));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-ax'], "unknown shorthand flag: 'x' in -x"],
    [['--name'], 'flag needs an argument: --name'],
    [['-an'], "flag needs an argument: 'n' in -n"],
    [['--=x'], 'bad flag syntax: --=x'],
    [['--last', 'x'], 'invalid argument "x" for "--last" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-a=maybe'], 'invalid argument "maybe" for "-a, --all" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
  ] as [string[], string][])('refuses %j', (args, wanted) => {
    expect(() => new FlagSet(ROWS).parse(args)).toThrow(new FlagError(wanted));
  });
});

describe('references', () => {
  // A first part with a dot would be taken for a host once `docker.io/` is left out.
  const part = fc.stringMatching(/^[a-z0-9]{1,8}([_-][a-z0-9]{1,4})?$/);
  const host = fc.option(fc.constantFrom('localhost:5000', 'example.com', 'ghcr.io', 'docker.io'), { nil: undefined });
  const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/), { nil: undefined });

  it('read the same as written and as shown', () => {
    fc.assert(
      fc.property(host, fc.array(part, { minLength: 1, maxLength: 3 }), tag, (domain, path, label) => {
        const text =
          [...(domain === undefined ? [] : [domain]), ...path].join('/') + (label === undefined ? '' : `:${label}`);
        const reference = tryReference(text);
        fc.pre(reference !== undefined);
        expect(parseReference(familiarString(reference))).toEqual(reference);
        expect(tagged(reference).tag).toBe(label ?? 'latest');
      }),
    );
  });

  it('tell what is wrong', () => {
    expect(() => parseReference('Ubuntu')).toThrow(
      'invalid reference format: repository name (library/Ubuntu) must be lowercase',
    );
    expect(() => parseReference('a:')).toThrow('invalid reference format');
  });
});

describe('hosts', () => {
  it.each([
    ['nope', 'tcp://nope:2375'],
    ['tcp://', 'tcp://localhost:2375'],
    [':99', 'tcp://localhost:99'],
    ['tcp://[::1]:5/x', 'tcp://[::1]:5/x'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['unix:///x.sock', 'unix:///x.sock'],
  ])('%s is %s', (given, wanted) => {
    expect(normalHost(given)).toBe(wanted);
    expect(normalHost(wanted)).toBe(wanted);
  });

  it('refuses other schemes', () => {
    expect(() => normalHost('foo://bar')).toThrow(
      'Failed to initialize: unable to resolve docker endpoint: invalid bind address format: foo://bar',
    );
  });
});

describe('command table', () => {
  const walk = (spec: CommandSpec, path: string, visit: (spec: CommandSpec, path: string) => void): void => {
    visit(spec, path);
    for (const child of spec.subcommands ?? []) walk(child, `${path} ${child.name}`, visit);
  };

  it('names every flag and command once and describes each', async () => {
    walk(await rootCommand(), 'docker', (spec, path) => {
      const names = (spec.flags ?? []).map(([name]) => name);
      expect(new Set(names).size, path).toBe(names.length);
      const shorthands = (spec.flags ?? []).flatMap(([, short]) => (short === '' ? [] : [short]));
      expect(new Set(shorthands).size, path).toBe(shorthands.length);
      const children = (spec.subcommands ?? []).flatMap((child) => [child.name, ...(child.aliases ?? [])]);
      if (path !== 'docker') expect(new Set(children).size, path).toBe(children.length);
      expect(spec.short, path).not.toMatch(/^$|\n/);
      const ends = spec.subcommands === undefined || spec.subcommands.length === 0;
      if (ends) expect(spec.use.startsWith(spec.name), `${path}: ${spec.use}`).toBe(true);
    });
  });

  it('begins every help text with the usage', async () => {
    const root = await rootCommand();
    walk(root, 'docker', (spec, path) => {
      if (path === 'docker') return;
      const text = helpText(spec, { parent: path.split(' ').slice(0, -1).join(' '), columns: 80, daemon: undefined });
      expect(text).toMatch(/^Usage: {2}docker/);
    });
  });

  it('loads each top-level command under its name', async () => {
    for (const [name, load] of Object.entries(COMMANDS)) expect((await load()).name).toBe(name);
  });
});
