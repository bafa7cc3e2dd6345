/** Steps that print something else than the recording; docs/differences.md says why. Session → commands. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, readonly string[]>> = {};
