/** Requests to the daemon as a person would write them. */

/** The path without the version of the API, ids short. */
export const shortPath = (full: string): string =>
  full.replace(/^\/v[\d.]+|\?.*/g, '').replace(/[0-9a-f]{64}/g, (id) => id.slice(0, 12));

/** What was asked for: the parameters that say something. */
export function parametersOf(full: string): [key: string, value: string][] {
  const at = full.indexOf('?');
  if (at < 0) return [];
  return [...new URLSearchParams(full.slice(at + 1))].filter(([, value]) => value !== '' && value !== '{}');
}

const TEXTS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols: the connection carries a stream from here on',
  200: 'OK',
  201: 'Created',
  204: 'No Content: done, nothing to say',
  304: 'Not Modified: it was so already',
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
};

/** What the status means; '' for one the daemon does not use. */
export const statusText = (status: number): string => TEXTS[status] ?? '';
