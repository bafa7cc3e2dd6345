/** Tasks of a lesson as the page gets them. What must hold is said in a small vocabulary; see docs/authoring.md. */
export interface BuildRequirement {
  /** Image name the build was tagged with. */
  readonly tag?: string;
  /** Beginnings of instructions that must have been reused. */
  readonly reused?: readonly string[];
  /** Beginnings of instructions that must have run. */
  readonly ran?: readonly string[];
  /** The instruction the build must have failed at. */
  readonly failed?: string;
  /** There must have been a successful build of the tag before it. */
  readonly again?: boolean;
}
export interface FileRequirement {
  readonly path: string;
  readonly contains?: string;
  readonly exists?: boolean;
}
export interface ContainerRequirement {
  readonly name?: string;
  readonly image?: string;
  readonly status?: string;
  readonly publishes?: string;
}
export interface TaskRequirements {
  readonly build?: BuildRequirement;
  readonly file?: FileRequirement;
  readonly image?: string;
  readonly container?: ContainerRequirement;
}
export interface LessonTask extends TaskRequirements {
  readonly id: string;
  /** The text, with `code` marked up. */
  readonly html: string;
  readonly hints: readonly string[];
}
