/** The versions this daemon gives itself: Docker Engine 29.7.2 with its components. */
export const ENGINE_VERSION = '29.7.2';
export const API_VERSION = '1.55';
export const MIN_API_VERSION = '1.40';
export const GIT_COMMIT = 'v29.7.2';
export const GO_VERSION = 'go1.26.10';
export const BUILD_TIME = 'library-import';
export const CONTAINERD = { version: '2.1.9', commit: 'v2.1.9' };
export const RUNC = { version: '1.3.6', commit: 'v1.3.6' };
export const TINI = { version: '0.19.0', commit: 'v0.19.0' };

/** `1.50` as a number that compares: 150. */
export function versionNumber(text: string): number | undefined {
  const match = /^(\d+)\.(\d+)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 100 + Number(match[2]);
}
