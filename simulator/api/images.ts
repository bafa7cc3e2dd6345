/** Images as Docker's Engine API 1.55 writes them. */
import type { ContainerConfig, HealthcheckConfig, Empty } from './containers.ts';

export interface Platform {
  architecture: string;
  os: string;
  variant?: string;
}
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: Platform;
}

/** One manifest of an image in GET /images/json?manifests=1. */
export interface ManifestSummary {
  ID: string;
  Descriptor: Descriptor;
  Available: boolean;
  Size: { Content: number; Total: number };
  Kind: 'image' | 'attestation' | 'unknown';
  ImageData?: { Platform: Platform; Containers: string[]; Size: { Unpacked: number } };
  AttestationData?: { For: string };
}

/** An item of GET /images/json. */
export interface ImageSummary {
  Id: string;
  ParentId: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  /** Seconds since the epoch. */
  Created: number;
  Size: number;
  SharedSize: number;
  Labels: Record<string, string> | null;
  Containers: number;
  Manifests?: ManifestSummary[];
  Descriptor?: Descriptor;
}

/** Config of an image, empty fields left out (API 1.50 and later). */
export interface ImageConfig {
  User?: string;
  ExposedPorts?: Record<string, Empty>;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  Volumes?: Record<string, Empty>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  ArgsEscaped?: boolean;
  Healthcheck?: HealthcheckConfig;
  OnBuild?: string[];
  Shell?: string[];
}

export interface ImageInspect {
  Id: string;
  RepoTags: string[];
  RepoDigests: string[];
  /** Before API 1.52. */
  Parent?: string;
  Comment?: string;
  Created?: string;
  Author?: string;
  DockerVersion?: string;
  /** Before API 1.50 this is a `ContainerConfig` with all its fields. */
  Config?: ImageConfig | ContainerConfig;
  Architecture: string;
  Variant?: string;
  Os: string;
  Size: number;
  GraphDriver?: { Data: Record<string, string> | null; Name: string };
  RootFS: { Type: string; Layers?: string[] };
  Metadata: { LastTagTime: string };
  Descriptor?: Descriptor;
  Manifests?: ManifestSummary[];
  Identity?: { Pull?: { Repository: string }[]; Build?: { Ref: string; CreatedAt: string }[] };
}

export interface HistoryItem {
  Id: string;
  /** Seconds since the epoch. */
  Created: number;
  CreatedBy: string;
  Tags: string[] | null;
  Size: number;
  Comment: string;
}
export interface ImageDeleteItem {
  Untagged?: string;
  Deleted?: string;
}
export interface ImagesPruneResponse {
  ImagesDeleted: ImageDeleteItem[] | null;
  SpaceReclaimed: number;
}
export interface SearchResult {
  star_count: number;
  is_official: boolean;
  name: string;
  is_automated: boolean;
  description: string;
}
export interface DistributionInspect {
  Descriptor: Descriptor;
  Platforms: Platform[];
}

/** One line of a progress stream (pull, push, load, classic build). */
export interface ProgressMessage {
  stream?: string;
  status?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number; start?: number; units?: string; hidecounts?: boolean };
  progress?: string;
  errorDetail?: { code?: number; message: string };
  error?: string;
  aux?: unknown;
}

export interface CommitResponse {
  Id: string;
}
