const counts = new WeakMap<Request, number>();

/** Numbers the terms of one page, so that each explanation has an id of its own. */
export function nextTermNumber(page: Request): number {
  const number = (counts.get(page) ?? 0) + 1;
  counts.set(page, number);
  return number;
}
