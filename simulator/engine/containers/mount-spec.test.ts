import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBind, parseMount, parseTmpfs } from './mount-spec.ts';

const segment = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);

describe('-v', () => {
  it('is a bind for a path and a volume for a name', () => {
    fc.assert(
      fc.property(path, path, fc.boolean(), (source, destination, ro) => {
        const suffix = ro ? ':ro' : '';
        const bind = parseBind(`${source}:${destination}${suffix}`);
        expect(bind).toMatchObject({
          type: 'bind',
          source,
          destination,
          readonly: ro,
          createSource: true,
          mode: ro ? 'ro' : '',
        });
        const name = source.slice(1).replaceAll('/', '.');
        expect(parseBind(`${name}:${destination}${suffix}`)).toMatchObject({
          type: 'volume',
          name,
          destination,
          readonly: ro,
          copyUp: true,
          mode: ro ? 'ro' : 'z',
        });
      }),
    );
  });
  it('refuses with the texts of Docker', () => {
    const problem = (text: string): string => {
      try {
        parseBind(text);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(
      [
        'foo:bar',
        '/root/lab/site:relative',
        'data:/d:zz',
        'data:/',
        'a:b:c:d',
        ':/x',
        'data:/d:ro,rw',
        '/x:/y:nocopy',
      ].map(problem),
    ).toEqual([
      `invalid volume specification: 'foo:bar': invalid mount config for type "volume": invalid mount path: 'bar' mount path must be absolute`,
      `invalid volume specification: '/root/lab/site:relative': invalid mount config for type "bind": invalid mount path: 'relative' mount path must be absolute`,
      'invalid mode: zz',
      `invalid volume specification: 'data:/': invalid mount config for type "volume": invalid specification: destination can't be '/'`,
      `invalid volume specification: 'a:b:c:d'`,
      `invalid volume specification: ':/x'`,
      'invalid mode: ro,rw',
      'invalid mode: nocopy',
    ]);
  });
  it('cleans paths', () => {
    expect(parseBind('/a/../b/./c/:/x//y/')).toMatchObject({ source: '/b/c', destination: '/x/y' });
  });
});

describe('--mount', () => {
  const problem = (spec: Parameters<typeof parseMount>[0]): string => {
    try {
      parseMount(spec, (one) => one === '/here');
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  it('refuses with the texts of Docker', () => {
    expect(
      [
        { Type: 'bind', Source: '/not/here', Target: '/x' },
        { Type: 'bind', Target: '/x' },
        { Type: 'banana', Target: '/x' },
        { Type: 'volume', Source: 'data', Target: 'x' },
        { Type: 'tmpfs', Source: '/here', Target: '/x' },
        { Type: 'bind', Source: '/here', Target: '/x' },
      ].map(problem),
    ).toEqual([
      'invalid mount config for type "bind": bind source path does not exist: /not/here',
      'invalid mount config for type "bind": field Source must not be empty',
      'invalid mount config for type "banana": mount type unknown',
      `invalid mount config for type "volume": invalid mount path: 'x' mount path must be absolute`,
      'invalid mount config for type "tmpfs": field Source must not be specified',
      '',
    ]);
  });
  it('shows the options of a tmpfs as mount does', () => {
    expect([
      parseTmpfs('/run', 'size=1m,mode=1770').tmpfs,
      parseTmpfs('/run', 'exec').tmpfs,
      parseTmpfs('/t', '').tmpfs,
    ]).toEqual([
      { size: 1048576, mode: 0o1770, options: ['nosuid', 'nodev', 'noexec', 'relatime', 'size=1024k', 'mode=1770'] },
      { size: 0, mode: 0o1777, options: ['nosuid', 'nodev', 'relatime'] },
      { size: 0, mode: 0o1777, options: ['nosuid', 'nodev', 'noexec', 'relatime'] },
    ]);
    expect(() => parseTmpfs('/t', 'banana')).toThrow('invalid tmpfs option "banana"');
  });
});
