/** What the editor knows beyond the Dockerfile's own text. */
export interface EditorContext {
  /** Paths of the learner's folder; folders end with `/`. */
  readonly files: readonly string[];
  /** Images on the machine, as they would be written after FROM. */
  readonly images: readonly string[];
  /** Lines of .dockerignore. */
  readonly ignorePatterns: readonly string[];
}

/** A place in the text; lines and columns count from 1, `endColumn` is exclusive. */
export interface EditorRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface EditorEdit {
  readonly range: EditorRange;
  readonly text: string;
}
