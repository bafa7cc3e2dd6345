import { notSimulated } from '../errors.ts';
import type { Routes } from '../http.ts';

/** Routes that move images in and out. */
export const transferRoutes: Routes = [
  [
    'POST',
    '/images/create',
    () => {
      throw notSimulated('docker pull');
    },
  ],
];
