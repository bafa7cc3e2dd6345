import { expect, test } from 'vitest';
import { diagnoseDockerfile } from './diagnose.ts';
import { RULES } from './checks.ts';

const told = async (text: string, ignorePatterns: string[] = []): Promise<string[]> =>
  (await diagnoseDockerfile(text, { ignorePatterns })).map((d) => `${d.line} ${d.code ?? d.severity}: ${d.message}`);

/** One Dockerfile for each rule that can be told without a base image, with the line it is reported at. */
const EXAMPLES: Record<string, [string, number]> = {
  StageNameCasing: ['FROM a AS B\n', 1],
  FromAsCasing: ['FROM a as b\n', 1],
  NoEmptyContinuation: ['FROM a\nRUN x \\\n\n y\n', 4],
  ConsistentInstructionCasing: ['FROM a\nRun x\n', 2],
  DuplicateStageName: ['FROM a AS b\nFROM a AS b\n', 2],
  ReservedStageName: ['FROM a AS context\n', 1],
  JSONArgsRecommended: ['FROM a\nCMD x\n', 2],
  MaintainerDeprecated: ['FROM a\nMAINTAINER m\n', 2],
  UndefinedArgInFrom: ['ARG TAG=1\nFROM a:${TGA:-1}\n', 2],
  WorkdirRelativePath: ['FROM a\nWORKDIR x\n', 2],
  UndefinedVar: ['FROM a\nENV X=$Y\n', 2],
  MultipleInstructionsDisallowed: ['FROM a\nCMD ["x"]\nCMD ["y"]\n', 2],
  LegacyKeyValueFormat: ['FROM a\nENV k v\n', 2],
  RedundantTargetPlatform: ['FROM --platform=$TARGETPLATFORM a\n', 1],
  SecretsUsedInArgOrEnv: ['FROM a\nARG DB_PASSWORD\n', 2],
  InvalidDefaultArgInFrom: ['ARG T\nFROM a:$T AS b\n', 2],
  FromPlatformFlagConstDisallowed: ['FROM --platform=linux/amd64 a\n', 1],
  CopyIgnoredFile: ['FROM a\nCOPY f.log /\n', 2],
  InvalidDefinitionDescription: ['# check=experimental=all\n# wrong text\nARG A=1\nFROM a\n', 3],
  ExposeProtoCasing: ['FROM a\nEXPOSE 80/TCP\n', 2],
  ExposeInvalidFormat: ['FROM a\nEXPOSE 1.2.3.4:80:80\n', 2],
};

test('each rule fires once on its example, and not when it is skipped', async () => {
  const rules = Object.keys(EXAMPLES);
  expect([...rules, 'InvalidBaseImagePlatform'].sort()).toEqual([...RULES].sort());
  for (const [rule, [text, line]] of Object.entries(EXAMPLES)) {
    const found = (await diagnoseDockerfile(text, { ignorePatterns: ['*.log'] })).filter(
      (d) => d.severity === 'warning',
    );
    expect([rule, found.map((d) => [d.code, d.line])]).toEqual([rule, [[rule, line]]]);
    const off =
      rule === 'InvalidDefinitionDescription' ? text.replace('=all', '=none') : `# check=skip=${rule}\n${text}`;
    const rest = await diagnoseDockerfile(off, { ignorePatterns: ['*.log'] });
    expect([rule, rest.filter((d) => d.severity === 'warning')]).toEqual([rule, []]);
  }
});

test('messages are those of BuildKit', async () => {
  expect(await told('FROM alpine\nRUNN x\n')).toEqual(['2 error: unknown instruction: RUNN (did you mean RUN?)']);
  expect(await told('RUN x\n')).toEqual(['1 error: no build stage in current context']);
  expect(await told('FROM alpine\nCOPY x\n')).toEqual([
    '2 error: COPY requires at least two arguments, but only one was provided. Destination could not be determined',
  ]);
  expect(await told('FROM alpine\nCOPY --form=a x y\n')).toEqual([
    '2 error: unknown flag: --form (did you mean from?)',
  ]);
  expect(await told('FROM alpine\nENV A=${B:!x}\n')).toEqual([
    '2 error: failed to process "${B:!x}": unsupported modifier (:!) in substitution',
    "2 UndefinedVar: Usage of undefined variable '$B'",
  ]);
  expect(await told('FROM alpine\nRUN --mount=type=cahce,target=/x y\n')).toEqual([
    '2 error: unsupported mount type "cahce" (did you mean cache?)',
  ]);
});
