/** A place in a Dockerfile: lines and columns count from 1; `end` is exclusive in columns, inclusive in lines. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** First and last line, both inclusive. */
export type Lines = readonly [number, number];

/**
 * A mistake in a Dockerfile with BuildKit's message. `lines` are the lines an excerpt marks, one excerpt for each pair;
 * line 0 (an error before the first line was counted) shows none.
 */
export class DockerfileError extends Error {
  readonly lines: readonly Lines[];
  constructor(message: string, lines: readonly Lines[] = []) {
    super(message);
    this.name = 'DockerfileError';
    this.lines = lines;
  }
}
