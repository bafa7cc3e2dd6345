/**
 * Build records, as BuildKit keeps them of past builds:
 *   GET /build/history              BuildRecordView[], newest first
 *   GET /build/history/{ref}/logs   BuildTrace[], the progress as it came
 *   DELETE /build/history/{ref}
 * (BuildKit's own client asks for them over gRPC.)
 */
import type { BuildErrorFrame } from './build.ts';

export interface BuildRecordView {
  ref: string;
  /** Virtual ms since the epoch. */
  createdAt: number;
  completedAt?: number;
  error?: { message: string; frame?: BuildErrorFrame };
  /** What the frontend was told: `filename`, `target`, `build-arg:NAME` and so on. */
  attrs: Record<string, string>;
  totalSteps: number;
  completedSteps: number;
  cachedSteps: number;
  /** Images the build stood on. */
  materials: { uri: string; digests: string[] }[];
  /** What it left, and the attestation. */
  attachments: { digest: string; platform: string; type: string }[];
}
