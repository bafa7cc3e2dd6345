/** The trees behind /proc and /sys/fs/cgroup, as one piece of code that is loaded when the first program is. */
export { cgroupTree } from './cgroupfs.ts';
export { procTree } from './procfs.ts';
