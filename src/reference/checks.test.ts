import { expect, test } from 'vitest';
import { RULES } from '../../simulator/dockerfile/checks.ts';
import { diagnoseDockerfile } from '../../simulator/dockerfile/diagnose.ts';
import { CHECK_EXAMPLES } from './check-examples.ts';
import { loadChecks } from './checks.ts';

test('the checker finds fault with each first example, for that rule alone, and with no second one', async () => {
  for (const rule of RULES.filter((r) => r !== 'InvalidBaseImagePlatform')) {
    const { before, after, ignore = [] } = CHECK_EXAMPLES[rule];
    const told = async (text: string): Promise<(string | undefined)[]> =>
      (await diagnoseDockerfile(`${text}\n`, { ignorePatterns: ignore })).flatMap((d) => d.code ?? []);
    expect([rule, await told(before), await told(after)]).toEqual([rule, [rule], []]);
  }
});

test('each of the 22 checks is listed with a description and a message', async () => {
  const checks = await loadChecks();
  expect(checks.map((c) => c.rule)).toEqual(RULES);
  expect(checks).toHaveLength(22);
  expect(checks.filter((c) => c.description === '' || c.message === '')).toEqual([]);
  expect(checks.filter((c) => c.experimental).map((c) => c.rule)).toEqual(['InvalidDefinitionDescription']);
});
