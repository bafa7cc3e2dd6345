/** nginx's own pages, reason phrases and dates. */

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  408: 'Request Time-out',
  409: 'Conflict',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
};

export const nginxReason = (status: number): string | undefined => REASONS[status];

/** The page for a status that has one. */
export function errorPage(status: number, signature: string): string | undefined {
  const reason = REASONS[status];
  if (reason === undefined) return undefined;
  const title = `${status} ${reason}`;
  return (
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
    `<hr><center>${signature}</center>\r\n</body>\r\n</html>\r\n`
  );
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

export const httpDate = (ms: number): string => new Date(ms).toUTCString();

/** `24/Nov/2026:08:00:00 +0000`, the access log's time. */
export function logTime(ms: number): string {
  const d = new Date(ms);
  return `${two(d.getUTCDate())}/${MONTHS[d.getUTCMonth()]}/${d.getUTCFullYear()}:${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} +0000`;
}
/** `2026/11/24 08:00:00`, the error log's time. */
export function errorTime(ms: number): string {
  const d = new Date(ms);
  return `${d.getUTCFullYear()}/${two(d.getUTCMonth() + 1)}/${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

export interface ListedFile {
  readonly name: string;
  readonly directory: boolean;
  readonly size: number;
  readonly mtime: number;
}

/** The page of `autoindex on`. */
export function indexPage(path: string, files: readonly ListedFile[]): string {
  const title = `Index of ${path}`;
  const sorted = [...files].sort((a, b) =>
    a.directory === b.directory ? (a.name < b.name ? -1 : 1) : a.directory ? -1 : 1,
  );
  const rows = sorted.map(({ name, directory, size, mtime }) => {
    const shown = name + (directory ? '/' : '');
    const text = shown.length > 50 ? `${shown.slice(0, 47)}..&gt;` : shown;
    const d = new Date(mtime);
    const date = `${two(d.getUTCDate())}-${MONTHS[d.getUTCMonth()]}-${d.getUTCFullYear()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
    const link = `<a href="${encodeURIComponent(name)}${directory ? '/' : ''}">${text}</a>`;
    return `${link}${' '.repeat(Math.max(0, 51 - Math.min(50, shown.length)))}${date} ${(directory ? '-' : String(size)).padStart(19)}\r\n`;
  });
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`;
}
