/** The versions this client gives itself. */
export const VERSION = '29.7.2';
export const GO_VERSION = 'go1.26.10';
export const BUILD_TIME = 'library-import';
export const BUILDX_VERSION = 'v0.36.0';
export const BUILDX_COMMIT = '5d7d7c2fb4d3e1ba6d2a8b9c6f0a4e1d9c3b2a10';
export const BUILDKIT_VERSION = 'v0.32.2';
export const COMPOSE_VERSION = '2.40.3';
