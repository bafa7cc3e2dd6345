import { globbed, when, type Condition } from './verdict.ts';

/** `NAME=value` pairs by name; a bare name takes the variable away, as `-e NAME` does where the shell has none. */
export function environment(pairs: readonly string[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 0) variables.delete(pair);
    else variables.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return variables;
}

/** One condition for each variable that is wanted of `name`, a container or an image. */
export function variablesHold(
  wanted: Readonly<Record<string, string>> | undefined,
  pairs: readonly string[],
  name: string,
): Condition[] {
  const variables = environment(pairs);
  return Object.entries(wanted ?? {}).flatMap(([key, value]) =>
    when(
      value,
      () => variables.has(key) && globbed(value, variables.get(key)!),
      () => (variables.has(key) ? `in ${name} ${key} is “${variables.get(key)}”.` : `${name} has no variable ${key}.`),
    ),
  );
}
