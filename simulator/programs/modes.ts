/** Symbolic and octal file modes as chmod(1), mkdir -m and find -perm read them. */

/** The mode `text` makes of `current`; undefined where `text` is no mode. */
export function applyMode(text: string, current: number, isDir: boolean, umask = 0): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const mode = parseInt(text, 8);
    if (mode > 0o7777) return undefined;
    // Octal modes of fewer than five digits keep a directory's setuid and setgid bits (GNU).
    return isDir && text.length < 5 ? mode | (current & 0o6000) : mode;
  }
  let mode = current;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] === '' ? 'a' : match[1]!;
    const masked = match[1] === '' ? ~umask & 0o777 : 0o777;
    for (const [, operator, permissions] of match[2]!.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let bits = 0;
      if (/^[ugo]$/.test(permissions!)) {
        const shift = { u: 6, g: 3, o: 0 }[permissions as 'u' | 'g' | 'o'];
        const triple = (mode >> shift) & 7;
        bits = triple | (triple << 3) | (triple << 6);
      } else {
        if (permissions!.includes('r')) bits |= 0o444;
        if (permissions!.includes('w')) bits |= 0o222;
        if (permissions!.includes('x') || (permissions!.includes('X') && (isDir || (mode & 0o111) !== 0)))
          bits |= 0o111;
      }
      let affected = 0;
      let special = 0;
      for (const c of who) {
        if (c === 'u' || c === 'a') affected |= 0o700;
        if (c === 'g' || c === 'a') affected |= 0o70;
        if (c === 'o' || c === 'a') affected |= 7;
        if (permissions!.includes('s')) special |= c === 'u' ? 0o4000 : c === 'g' ? 0o2000 : c === 'a' ? 0o6000 : 0;
      }
      if (permissions!.includes('t')) special |= 0o1000;
      const change = (bits & affected & masked) | special;
      if (operator === '+') mode |= change;
      else if (operator === '-') mode &= ~change;
      else mode = (mode & ~affected & ~(isDir ? 0 : special)) | change;
    }
  }
  return mode & 0o7777;
}
