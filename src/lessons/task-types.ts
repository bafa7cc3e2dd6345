/** Tasks of a lesson as the page gets them. What may be required is described in task-schema.ts. */
import type { z } from 'astro/zod';
import type * as schema from './task-schema.ts';

export type BuildNeed = z.output<typeof schema.buildSchema>;
export type FileNeed = z.output<typeof schema.fileSchema>;
export type ImageNeed = z.output<typeof schema.imageSchema>;
export type LayerNeed = z.output<typeof schema.layerSchema>;
export type ContainerNeed = z.output<typeof schema.containerSchema>;
export type ProcessNeed = z.output<typeof schema.processSchema>;
export type NetworkNeed = z.output<typeof schema.networkSchema>;
export type VolumeNeed = z.output<typeof schema.volumeSchema>;
export type OutputNeed = z.output<typeof schema.outputSchema>;
export type EventNeed = z.output<typeof schema.eventSchema>;
export type Needs = z.output<typeof schema.needsSchema>;
export type When = z.output<typeof schema.whenSchema>;

export interface LessonTask extends Needs {
  readonly id: string;
  /** The text, with `code` marked up. */
  readonly html: string;
  readonly not?: Needs;
  /** On demand, one after the other; marked up as `html` is. */
  readonly hints: readonly string[];
  /** By themselves, once `when` is true. */
  readonly advice: readonly { readonly when: When; readonly text: string }[];
}
