/**
 * The command line of a container as the list shows it: arguments with a space are put into single quotes, and nothing
 * else is (daemon/list.go).
 */
export function shellJoin(path: string, args: readonly string[]): string {
  if (args.length === 0) return path;
  const quoted = args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg));
  return `${path} ${quoted.join(' ')}`;
}
