/** What curl tells about a transfer: `--write-out` variables and the progress meter. */

export interface Report {
  url: string;
  effectiveUrl: string;
  method: string;
  status: number;
  scheme: string;
  headers: ReadonlyMap<string, string>;
  downloaded: number;
  uploaded: number;
  /** What the server announced, -1 when it did not. */
  expected: number;
  headerBytes: number;
  requestBytes: number;
  redirects: number;
  redirectUrl: string;
  connects: number;
  remote: { host: string; port: number };
  local: { host: string; port: number };
  file: string;
  exit: number;
  error: string;
  started: number;
  named: number;
  connected: number;
  firstByte: number;
  finished: number;
}

const decimal = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(6);

function variable(report: Report, name: string): string | undefined {
  const total = Math.max(1e-3, report.finished - report.started) / 1000;
  switch (name) {
    case 'http_code':
    case 'response_code':
      return String(report.status).padStart(3, '0');
    case 'http_connect':
      return '000';
    case 'http_version':
      return report.status === 0 ? '0' : '1.1';
    case 'content_type':
      return report.headers.get('content-type') ?? '';
    case 'errormsg':
      return report.error;
    case 'exitcode':
      return String(report.exit);
    case 'filename_effective':
      return report.file;
    case 'local_ip':
      return report.local.host;
    case 'local_port':
      return String(report.local.port);
    case 'remote_ip':
      return report.remote.host;
    case 'remote_port':
      return String(report.remote.port);
    case 'method':
      return report.method;
    case 'num_connects':
      return String(report.connects);
    case 'num_headers':
      return String(report.headers.size);
    case 'num_redirects':
      return String(report.redirects);
    case 'redirect_url':
      return report.redirectUrl;
    case 'scheme':
      return report.scheme.toUpperCase();
    case 'size_download':
      return String(report.downloaded);
    case 'size_header':
      return String(report.headerBytes);
    case 'size_request':
      return String(report.requestBytes);
    case 'size_upload':
      return String(report.uploaded);
    case 'speed_download':
      return String(Math.floor(report.downloaded / total));
    case 'speed_upload':
      return String(Math.floor(report.uploaded / total));
    case 'ssl_verify_result':
      return '0';
    case 'time_appconnect':
      return decimal(report.scheme === 'https' ? report.connected - report.started : 0);
    case 'time_connect':
    case 'time_pretransfer':
      return decimal(report.connected - report.started);
    case 'time_namelookup':
      return decimal(report.named - report.started);
    case 'time_redirect':
      return decimal(0);
    case 'time_starttransfer':
      return decimal(report.firstByte - report.started);
    case 'time_total':
      return decimal(report.finished - report.started);
    case 'url':
      return report.url;
    case 'url_effective':
      return report.effectiveUrl;
    case 'header_json':
      return JSON.stringify(Object.fromEntries([...report.headers].map(([key, value]) => [key, [value]])), null, 1);
    default:
      return undefined;
  }
}

/** Fills in the format of `--write-out`; parts for standard error are marked by `stream`. */
export function writeOut(format: string, report: Report): { stream: 'stdout' | 'stderr'; text: string }[] {
  const parts: { stream: 'stdout' | 'stderr'; text: string }[] = [{ stream: 'stdout', text: '' }];
  const add = (text: string): void => {
    parts.at(-1)!.text += text;
  };
  const pattern = /%%|%header\{([^}]*)\}|%\{([^}]*)\}|\\([nrt])|[\s\S]/g;
  for (const [all, header, name, escape] of format.matchAll(pattern)) {
    if (all === '%%') add('%');
    else if (header !== undefined) add(report.headers.get(header.toLowerCase()) ?? '');
    else if (name === 'stdout' || name === 'stderr') parts.push({ stream: name, text: '' });
    else if (name === 'onerror') {
      if (report.exit === 0) break;
    } else if (name !== undefined) add(variable(report, name) ?? '');
    else if (escape !== undefined) add({ n: '\n', r: '\r', t: '\t' }[escape]!);
    else add(all);
  }
  return parts.filter(({ text }) => text !== '');
}

const HEADER =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** A size in the meter's five columns. */
function size(bytes: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  if (bytes < 100_000) return String(Math.floor(bytes)).padStart(5);
  let value = bytes / 1024;
  let unit = 1;
  while (value >= 10_000 && unit < 4) {
    value /= 1024;
    unit++;
  }
  const text = value < 100 && unit > 1 ? value.toFixed(1) : String(Math.floor(value));
  return `${text}${units[unit]}`.padStart(5);
}

function clock(ms: number): string {
  const all = Math.floor(ms / 1000);
  if (all === 0) return '--:--:--';
  const hours = Math.floor(all / 3600);
  return `${String(hours).padStart(2)}:${String(Math.floor(all / 60) % 60).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`;
}

function meterLine(report: Report): string {
  const spent = report.finished - report.started;
  const known = report.expected >= 0;
  const total = known ? report.expected : report.downloaded;
  const down = Math.floor((report.downloaded * 1000) / Math.max(1, spent));
  const up = Math.floor((report.uploaded * 1000) / Math.max(1, spent));
  const percent = (part: number, whole: number): string =>
    (known && whole > 0 ? Math.floor((part * 100) / whole) : 0).toString().padStart(3);
  const all = total + report.uploaded;
  return (
    `\r${percent(report.downloaded + report.uploaded, all)} ${size(all)}  ${percent(report.downloaded, total)} ${size(report.downloaded)}` +
    `  ${(report.uploaded > 0 ? '100' : '0').padStart(3)} ${size(report.uploaded)}  ${size(down)}  ${size(up)}` +
    ` ${clock(known && down > 0 ? (total * 1000) / down : 0).padStart(8)} ${clock(spent).padStart(8)} --:--:-- ${size(down)}`
  );
}

/** The meter as it stands when the transfer is over; `first` begins it. */
export const meter = {
  start: (): string => `${HEADER}\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0`,
  end: (report: Report): string => `${meterLine(report)}\n`,
};
