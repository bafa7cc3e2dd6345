import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isErrno } from '../errno.ts';
import type { FsContext } from './vfs.ts';
import * as calls from './calls.ts';
import { freezeUpper } from './freeze.ts';
import type { Layer } from './layer.ts';
import { MountTable, Vfs } from './namespace.ts';
import type { Upper } from './upper.ts';

/** Names from which paths are made; few, so that operations meet. */
const NAMES = ['a', 'b', 'c'];
const pathArb = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);

type Step =
  | { readonly op: 'write' | 'append'; readonly path: string; readonly text: string }
  | { readonly op: 'mkdir' | 'rmdir' | 'unlink'; readonly path: string }
  | { readonly op: 'rename' | 'symlink'; readonly path: string; readonly to: string }
  | { readonly op: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly op: 'seal' };

const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constantFrom('write', 'append'), path: pathArb, text: fc.string({ maxLength: 6 }) }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constantFrom('mkdir', 'rmdir', 'unlink'), path: pathArb }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('rename', 'symlink'), path: pathArb, to: pathArb }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('chmod'), path: pathArb, mode: fc.constantFrom(0o600, 0o755, 0o4711) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('seal') }) },
) as fc.Arbitrary<Step>;

const decoder = new TextDecoder();

function run(context: FsContext, step: Step): string {
  try {
    switch (step.op) {
      case 'write':
        calls.writeFile(context, step.path, step.text);
        break;
      case 'append': {
        const old = calls.readFile(context, step.path);
        calls.writeFile(context, step.path, decoder.decode(old) + step.text);
        break;
      }
      case 'mkdir':
      case 'rmdir':
      case 'unlink':
        calls[step.op](context, step.path);
        break;
      case 'rename':
        calls.rename(context, step.path, step.to);
        break;
      case 'symlink':
        calls.symlink(context, step.to, step.path);
        break;
      case 'chmod':
        calls.chmod(context, step.path, step.mode);
        break;
      case 'seal':
        break;
    }
    return 'ok';
  } catch (error) {
    if (isErrno(error)) return error.code;
    throw error;
  }
}

/** Everything under `/` as text. */
function dump(context: FsContext, path = ''): string[] {
  const out: string[] = [];
  for (const { name } of calls.readdir(context, path || '/').sort((x, y) => (x.name < y.name ? -1 : 1))) {
    const child = `${path}/${name}`;
    const stat = calls.lstat(context, child);
    const mode = stat.mode.toString(8);
    if (stat.type === 'dir') out.push(`${child}/ ${mode}`, ...dump(context, child));
    else if (stat.type === 'symlink') out.push(`${child} -> ${calls.readlink(context, child)}`);
    else out.push(`${child} ${mode} ${JSON.stringify(decoder.decode(calls.readFile(context, child)))}`);
  }
  return out;
}

function machine(): { vfs: Vfs; plain: FsContext } {
  let time = 1000;
  const vfs = new Vfs({ clock: () => (time += 1000), synthetic: () => undefined });
  const table = vfs.createNamespace(1);
  return { vfs, plain: table.context() };
}

function overlay(vfs: Vfs, lower: readonly Layer[], upper: Upper): FsContext {
  const table: MountTable = vfs.createNamespace(2);
  table.mount('/', { type: 'overlay', lower, upper });
  return table.context();
}

describe('an overlay', () => {
  it('behaves as a plain tree, whatever is sealed into layers on the way', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 40 }), (steps) => {
        const { vfs, plain } = machine();
        let lower: Layer[] = [];
        let upper = vfs.createUpper();
        let context = overlay(vfs, lower, upper);
        for (const step of steps) {
          if (step.op === 'seal') {
            lower = [upper.freeze(), ...lower];
            upper = vfs.createUpper();
            context = overlay(vfs, lower, upper);
            continue;
          }
          const result = run(context, step);
          // Directories of lower layers cannot be moved (no redirect_dir): a plain tree moves them.
          if (result === 'EXDEV') continue;
          expect(result).toBe(run(plain, step));
        }
        expect(dump(context)).toEqual(dump(plain));
      }),
      { numRuns: 400 },
    );
  });

  it('freezes into a layer that gives the same tree, and says what changed', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 20 }), fc.array(stepArb, { maxLength: 20 }), (before, after) => {
        const { vfs } = machine();
        const first = vfs.createUpper();
        const base = overlay(vfs, [], first);
        for (const step of before) run(base, step);
        const lower = [first.freeze()];
        const upper = vfs.createUpper();
        const context = overlay(vfs, lower, upper);
        const old = dump(context);
        for (const step of after) run(context, step);
        const now = dump(context);
        const again = overlay(vfs, [upper.freeze(), ...lower], vfs.createUpper());
        expect(dump(again)).toEqual(now);

        // The changes lead from one listing to the other.
        const paths = (lines: readonly string[]): Set<string> => new Set(lines.map((line) => line.split(/\/? /)[0]!));
        const [a, b] = [paths(old), paths(now)];
        const changes = upper.changes(lower);
        expect(changes.filter((c) => c.kind === 'A').map((c) => c.path)).toEqual(
          [...b].filter((p) => !a.has(p)).sort(),
        );
        for (const change of changes) {
          if (change.kind === 'D') expect(b.has(change.path)).toBe(false);
          if (change.kind === 'C') expect(a.has(change.path) && b.has(change.path)).toBe(true);
        }
        const changed = new Set(changes.map((c) => c.path));
        const gone = [...a].filter((p) => !b.has(p));
        const covered = (path: string): boolean =>
          changed.has(path) || (path.lastIndexOf('/') > 0 && covered(path.slice(0, path.lastIndexOf('/'))));
        expect(gone.every(covered)).toBe(true);
        const lines = new Map(old.map((line) => [line.split(/\/? /)[0], line]));
        for (const line of now) {
          const path = line.split(/\/? /)[0]!;
          if (a.has(path) && lines.get(path) !== line) expect(changed.has(path)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('mounts without looking at the layers', () => {
    let looked = 0;
    const entries = new Map();
    const watched = new Proxy(entries, {
      get(target, key) {
        looked++;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const layer: Layer = {
      root: { type: 'dir', opaque: false, entries: watched, mode: 0o755, uid: 0, gid: 0, mtime: 0 },
    };
    const { vfs } = machine();
    overlay(vfs, [layer, layer, layer], vfs.createUpper());
    expect(looked).toBe(0);
  });

  it('keeps its upper directory over mounts', () => {
    const { vfs } = machine();
    const upper = vfs.createUpper();
    calls.writeFile(overlay(vfs, [], upper), '/kept', 'yes');
    expect(dump(overlay(vfs, [], upper))).toEqual(['/kept 644 "yes"']);
    expect(freezeUpper(upper.tree([]).root).root.entries.has('kept')).toBe(true);
  });
});
