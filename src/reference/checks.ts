/** The build checks as the page lists them: description and address from the rules, the message from the checker itself. */
import { formatCheck, Linter, RULES, type RuleName } from '../../simulator/dockerfile/checks.ts';
import { diagnoseDockerfile } from '../../simulator/dockerfile/diagnose.ts';
import { CHECK_EXAMPLES, type CheckExample } from './check-examples.ts';

export interface CheckEntry extends CheckExample {
  readonly rule: RuleName;
  /** As `docker build --check` heads it. */
  readonly description: string;
  /** What is said of the example. */
  readonly message: string;
  /** Off unless `# check=experimental=…` asks for it. */
  readonly experimental: boolean;
}

/** All checks, in the order in which the rules are listed. */
export function loadChecks(): Promise<CheckEntry[]> {
  return Promise.all(
    RULES.map(async (rule) => {
      const example = CHECK_EXAMPLES[rule];
      const all = new Linter({ skip: [], experimental: 'all', error: false });
      const usual = new Linter();
      for (const linter of [all, usual]) linter.report(rule, [1, 1], '');
      const found = await diagnoseDockerfile(`${example.before}\n`, { ignorePatterns: example.ignore ?? [] });
      const message =
        rule === 'InvalidBaseImagePlatform'
          ? formatCheck.InvalidBaseImagePlatform('alpine', 'linux/amd64', 'linux/arm64')
          : (found.find((d) => d.code === rule)?.message ?? '');
      return {
        ...example,
        rule,
        description: all.warnings[0]!.description,
        message,
        experimental: usual.warnings.length === 0,
      };
    }),
  );
}
