import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine, type MachineState } from '../../simulator/machine.ts';
import { bootOf, containerStart, inWords, lasted, occupants, share } from './machines-view.ts';

let machine: Machine;
let before: MachineState;
let state: MachineState;
const id = (name: string): string => state.containers.find((c) => c.name === name)!.id;
const at = (kind: string, name: string): number =>
  machine.events.find((e) => e.kind === kind && 'name' in e && e.name === name)!.at;

beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['busybox'] });
  before = machine.state();
  for (const command of [
    'docker run -d --name web busybox sleep 100000',
    'docker create --name idle busybox true',
    'multipass launch --name box --memory 512M',
  ])
    await machine.run(command);
  state = machine.state();
}, 60_000);

describe('what runs on the host', () => {
  test('is what it measured of each', () => {
    const [web, box, ...more] = occupants(state, machine.events);
    expect(more).toEqual([]);
    const used = state.containers.find((c) => c.name === 'web')!.usage.memory;
    expect(web).toEqual({
      key: `container:${id('web')}`,
      kind: 'container',
      name: 'web',
      held: used,
      used,
      processes: 1,
      kernel: state.host!.kernel,
      start: {
        ms: at('container.start', 'web') - at('container.create', 'web'),
        what: 'from create to its first process',
      },
    });
    const [vm] = state.machines;
    expect(box).toEqual({
      key: 'vm:box',
      kind: 'vm',
      name: 'box',
      held: 512 * 1024 ** 2,
      used: vm!.memoryUsed,
      processes: vm!.processes.length,
      kernel: vm!.kernel,
      start: { ms: at('vm.ready', 'box') - at('vm.start', 'box'), what: 'from power-on until it answered' },
    });
    expect(box!.kernel).not.toBe(web!.kernel);
    expect(box!.start!.ms).toBeGreaterThan(web!.start!.ms);
    expect(containerStart(machine.events, id('idle'))).toBeUndefined();
    expect(inWords(state)).toBe('One container on the host’s kernel; one virtual machine, with a kernel of its own.');
    expect(inWords(before)).toBe('No container runs; no virtual machine runs.');
  });

  test('a boot is its stages, which last until the next one', () => {
    const stages = bootOf(machine.events, 'box');
    expect(stages.map((s) => s.stage)).toEqual([
      'firmware',
      'bootloader',
      'kernel',
      'initramfs',
      'services',
      'cloud-init',
    ]);
    expect(stages.reduce((sum, s) => sum + s.ms!, 0)).toBeCloseTo(at('vm.ready', 'box') - at('vm.start', 'box'), 3);
    expect(bootOf(machine.events, 'nobody')).toEqual([]);
  });

  test('is told from any part of the log, and the same twice', () => {
    const end = machine.events.length;
    fc.assert(
      fc.property(fc.nat(end), fc.nat(end), (a, b) => {
        const part = machine.events.slice(Math.min(a, b), Math.max(a, b));
        const told = [occupants(state, part), bootOf(part, 'box')] as const;
        expect([occupants(state, part), bootOf(part, 'box')]).toEqual(told);
        expect(told[0].map((o) => o.name)).toEqual(['web', 'box']);
        for (const o of told[0]) expect(o.start === undefined || o.start.ms > 0).toBe(true);
        for (const s of told[1]) expect(s.ms === undefined || s.ms >= 0).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('times and parts are written so that they can be seen', () => {
    expect([0.4, 181.2, 999.4, 18_090].map(lasted)).toEqual(['0 ms', '181 ms', '999 ms', '18.1 s']);
    expect([share(0, 8), share(1, 8000), share(4, 8), share(9, 8), share(1, 0)]).toEqual([0, 0.6, 50, 100, 0]);
  });
});
