/** `docker history`. */
import { escapePath } from '../cli/api.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { ellipsis, shortId } from '../format/text.ts';
import { rfc3339 } from '../format/time.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import { checkPlatform } from '../cli/platform.ts';

interface HistoryItem {
  Id: string;
  Created: number;
  CreatedBy: string;
  Size: number;
  Comment: string;
}

const YEAR_2000 = 946684800;

function historyRow(now: number, trunc: boolean, human: boolean): RowType<HistoryItem> {
  const absent = (item: HistoryItem): boolean => item.Created <= YEAR_2000;
  const since = (item: HistoryItem): string =>
    absent(item) ? 'N/A' : `${humanDuration(now - item.Created * 1000)} ago`;
  return {
    goType: '*formatter.historyContext',
    columns: {
      ID: ['IMAGE', (item) => (trunc ? shortId(item.Id) : item.Id)],
      CreatedSince: [human ? 'CREATED' : 'CREATED AT', (item) => (human ? since(item) : rfc3339(item.Created * 1000))],
      CreatedAt: ['CREATED AT', (item) => rfc3339(item.Created * 1000)],
      CreatedBy: [
        'CREATED BY',
        (item) => {
          const text = item.CreatedBy.replace(/\t/g, ' ');
          return trunc ? ellipsis(text, 45) : text;
        },
      ],
      Size: ['SIZE', (item) => (human ? humanSize(item.Size, 3) : String(item.Size))],
      Comment: ['COMMENT', (item) => item.Comment],
    },
  };
}

/** `docker history`. */
export const history: Runner = async (cli, flags, args) => {
  const platform = flags.string('platform');
  if (platform !== '') checkPlatform(platform);
  const items = await cli.api.json<HistoryItem[] | null>('GET', `/images/${escapePath(args[0] ?? '')}/history`, {
    query: { platform: platform === '' ? undefined : checkPlatform(platform) },
  });
  const human = flags.bool('human');
  const trunc = !flags.bool('no-trunc');
  const quiet = flags.bool('quiet');
  const table = 'table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}';
  const format = chooseFormat(flags.string('format'), quiet, table);
  // An id alone is cut unless --no-trunc; `<missing>` stays.
  const list = (items ?? []).map((item) => (item.Id === '' ? { ...item, Id: '<missing>' } : item));
  await cli.out(formatRows(format, historyRow(cli.now(), trunc, human), list));
  return 0;
};
