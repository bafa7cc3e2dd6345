/** Members of groups: whoever joins by one tool leaves by another, and nobody else does. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi as vitest } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type Machine } from '../../machine.ts';

vitest.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: [] });
  await machine.run('useradd -m ada; useradd -m bob; groupadd crew; groupadd deck');
});
afterAll(() => machine.stop());

const said = async (command: string): Promise<string> => (await machine.run(command)).stdout;
const members = async (group: string): Promise<string> => (await said(`getent group ${group} | cut -d: -f4`)).trim();

const name = fc.constantFrom('ada', 'bob');
const group = fc.constantFrom('crew', 'deck');
const step = fc.record({ name, group, way: fc.constantFrom('usermod -aG', 'adduser', 'deluser', 'usermod -G') });

test('the members of a group are those who joined and have not left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      await machine.run("usermod -G '' ada; usermod -G '' bob");
      const model = new Map<string, Set<string>>([
        ['crew', new Set()],
        ['deck', new Set()],
      ]);
      for (const { name, group, way } of steps) {
        await machine.run(way.startsWith('usermod') ? `${way} ${group} ${name}` : `${way} ${name} ${group}`);
        if (way === 'usermod -G') for (const set of model.values()) set.delete(name);
        if (way === 'deluser') model.get(group)!.delete(name);
        else model.get(group)!.add(name);
      }
      for (const [group, set] of model)
        expect(new Set((await members(group)).split(',').filter((m) => m !== ''))).toEqual(set);
      expect(await said('id -u ada; id -u bob')).toBe('1000\n1001\n');
    }),
    { numRuns: 20 },
  );
});

test('deluser with a group says what it does, and what it cannot do', async () => {
  await machine.run("usermod -G '' ada; usermod -aG crew ada");
  expect(await said('deluser ada crew')).toBe("Removing user `ada' from group `crew' ...\nDone.\n");
  expect(await said('deluser ada crew 2>&1; echo $?')).toBe(
    "deluser: The user `ada' is not a member of group `crew'.\n6\n",
  );
  expect(await said('deluser ada nobodies 2>&1; echo $?')).toBe("deluser: The group `nobodies' does not exist.\n3\n");
});
