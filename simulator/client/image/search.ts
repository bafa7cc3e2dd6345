/** `docker search`. */
import { encodeFilters } from '../cli/api.ts';
import { HUB_SERVER } from '../cli/config.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { ellipsis } from '../format/text.ts';

interface Result {
  name: string;
  description: string;
  star_count: number;
  is_official: boolean;
}

function searchRow(trunc: boolean): RowType<Result> {
  return {
    goType: '*registry.searchContext',
    columns: {
      Name: ['NAME', (result) => result.name],
      Description: [
        'DESCRIPTION',
        (result) => {
          const text = result.description.replace(/[\r\n]/g, ' ');
          return trunc ? ellipsis(text, 45) : text;
        },
      ],
      StarCount: ['STARS', (result) => String(result.star_count)],
      IsOfficial: ['OFFICIAL', (result) => (result.is_official ? '[OK]' : '')],
    },
  };
}

/** `docker search`. */
export const search: Runner = async (cli, flags, args) => {
  const limit = flags.number('limit');
  const results =
    (await cli.api.json<Result[] | null>('GET', '/images/search', {
      query: {
        term: args[0] ?? '',
        limit: limit > 0 ? String(limit) : undefined,
        filters: encodeFilters(flags.value('filter')),
      },
      headers: { 'X-Registry-Auth': cli.config.authHeader(HUB_SERVER) },
    })) ?? [];
  const given = flags.string('format');
  const type = searchRow(!flags.bool('no-trunc'));
  const table = given === '' || given.startsWith('table');
  // Only in tables is `official` shown as a mark.
  const shown: RowType<Result> = table
    ? type
    : { ...type, columns: { ...type.columns, IsOfficial: ['OFFICIAL', (result) => String(result.is_official)] } };
  const format = chooseFormat(given, false, 'table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}');
  await cli.out(formatRows(format, shown, results));
  return 0;
};
