import type { Container } from './container.ts';
import type { LogRecord } from './log-store.ts';
import { frame } from './multiplex.ts';
import type { Call } from '../http.ts';
import { Queue } from '../http.ts';
import type { HttpResponse } from '../../http/http.ts';
import { ApiError, invalid } from '../errors.ts';
import { parseUnix, rfc3339Fixed } from '../time.ts';

const encoder = new TextEncoder();

/** Reads `tail`: a number of lines; anything else is all of them. */
function tailOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Infinity;
}

/** A moment as logs take it: Unix seconds; '' and 0 are open. */
const moment = (text: string, open: number): number => (text === '' || text === '0' ? open : parseUnix(text));

/** GET /containers/{id}/logs. */
export function containerLogs(call: Call, container: Container): HttpResponse {
  const stdout = call.flag('stdout');
  const stderr = call.flag('stderr');
  if (!stdout && !stderr) throw invalid('Bad parameters: you must choose at least one stream');
  if (!container.log.readable) throw new ApiError(501, 'configured logging driver does not support reading');
  const since = moment(call.text('since'), -Infinity);
  const until = moment(call.text('until'), Infinity);
  const timestamps = call.flag('timestamps');
  const details = call.flag('details');
  const follow = call.flag('follow');
  const tty = container.config.Tty;
  const wanted = (record: LogRecord): boolean =>
    (record.stream === 'stdout' ? stdout : stderr) && record.at >= since && record.at <= until;
  const format = (record: LogRecord): Uint8Array => {
    const prefix = (timestamps ? `${rfc3339Fixed(record.at)} ` : '') + (details ? `${detailsOf(container)} ` : '');
    const head = encoder.encode(prefix);
    const line = new Uint8Array(head.length + record.bytes.length);
    line.set(head);
    line.set(record.bytes, head.length);
    return tty ? line : frame(record.stream, line);
  };
  // The tail is taken of all records in the time span; the choice of streams comes after it.
  const tail = tailOf(call.text('tail'));
  const inTime = container.log.records.filter((record) => record.at >= since && record.at <= until);
  const past = (tail === Infinity ? inTime : tail === 0 ? [] : inTime.slice(-tail)).filter(wanted);
  const queue = new Queue<LogRecord>();
  for (const record of past) queue.push(record);
  if (!follow || !container.state.running) queue.close();
  else {
    const stop = container.log.follow((record) => {
      if (record.at > until) end();
      else if (wanted(record)) queue.push(record);
    });
    const late =
      until === Infinity
        ? () => undefined
        : call.engine.kernel.clock.timer(Math.max(0, until - call.engine.kernel.clock.now()), () => end());
    const end = (): void => {
      stop();
      late();
      queue.close();
    };
    void container.wait('not-running').then(end);
    void call.request.closed?.then(end);
  }
  const type = tty ? 'application/vnd.docker.raw-stream' : 'application/vnd.docker.multiplexed-stream';
  return { status: 200, headers: { 'Content-Type': type }, body: pieces(queue, format) };
}

async function* pieces(
  records: AsyncIterable<LogRecord>,
  format: (record: LogRecord) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  for await (const record of records) yield format(record);
}

/** Labels and environment that the log driver's options pick out, `k=v` joined with commas. */
function detailsOf(container: Container): string {
  const options = container.hostConfig.LogConfig.Config ?? {};
  const picked: string[] = [];
  for (const name of (options.labels ?? '').split(',').filter(Boolean)) {
    const value = container.config.Labels?.[name];
    if (value !== undefined) picked.push(`${name}=${value}`);
  }
  for (const name of (options.env ?? '').split(',').filter(Boolean)) {
    const found = container.config.Env?.find((variable) => variable.startsWith(`${name}=`));
    if (found !== undefined) picked.push(found);
  }
  return picked.sort().join(',');
}
