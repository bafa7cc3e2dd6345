/** The JSON types of Docker's Engine API that the daemon and its clients share. Types only. */
export type * from './containers.ts';
export type * from './images.ts';
export type * from './networks.ts';
export type * from './system.ts';
