/** The configuration of the image that is written: layers, and the times of its history. */
import type { HistoryEntry, ImageConfiguration } from '../dockerfile/config.ts';
import type { ImageLayer } from './request.ts';

/** RFC 3339 with nanoseconds, as Go writes it (no trailing zeros). */
export function timestamp(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.replace(/\.?0*Z$/, 'Z');
}

export interface TimedLayer {
  readonly layer: ImageLayer;
  readonly createdAt: number;
}

/**
 * Fills in the times: an instruction with a layer has its layer's, one without that of the layer before it, or of the
 * first new layer.
 */
function timedHistory(history: readonly HistoryEntry[], layers: readonly TimedLayer[]): HistoryEntry[] {
  let index = 0;
  const times = history.map((entry) => {
    if (entry.empty_layer) return entry.created;
    const layer = layers[index++];
    return entry.created ?? (layer && timestamp(layer.createdAt));
  });
  let first: string | undefined;
  let missing = false;
  for (const time of times) {
    if (time === undefined) missing = true;
    else {
      first = time;
      if (missing) break;
    }
  }
  let last = first;
  return history.map((entry, i) => {
    last = times[i] ?? last;
    return last === undefined ? entry : { ...entry, created: last };
  });
}

/** The configuration as it is written; `now` is the time of an image without any layer. */
export function finalConfig(image: ImageConfiguration, layers: readonly TimedLayer[], now: number): ImageConfiguration {
  let history = timedHistory(image.history, layers);
  if (history.some((h) => h.created === undefined)) {
    history = history.map((h) => ({ ...h, created: h.created ?? timestamp(now) }));
  }
  const created = history.at(-1)?.created ?? timestamp(now);
  return {
    ...image,
    created,
    history,
    rootfs: { type: 'layers', diff_ids: layers.map((l) => l.layer.diffId) },
  };
}
