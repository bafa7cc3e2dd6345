/** `docker plugin ls`. */
import { encodeFilters } from '../cli/api.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { ellipsis, shortId } from '../format/text.ts';

interface Plugin {
  Id: string;
  Name: string;
  Enabled: boolean;
  PluginReference: string;
  Config: { Description: string };
}

const rowType = (truncated: boolean): RowType<Plugin> => ({
  goType: '*plugin.pluginContext',
  columns: {
    ID: ['ID', ({ Id }) => (truncated ? shortId(Id) : Id)],
    Name: ['NAME', ({ Name }) => Name],
    Description: [
      'DESCRIPTION',
      ({ Config }) => {
        const line = Config.Description.replace(/[\n\r]/g, ' ');
        return truncated ? ellipsis(line, 45) : line;
      },
    ],
    Enabled: ['ENABLED', ({ Enabled }) => Enabled],
    PluginReference: ['IMAGE', ({ PluginReference }) => PluginReference],
  },
});

export const list: Runner = async (cli, flags) => {
  const plugins = await cli.api.json<Plugin[] | null>('GET', '/plugins', {
    query: { filters: encodeFilters(flags.value('filter')) },
  });
  const table = 'table {{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}';
  const format = chooseFormat(flags.string('format'), flags.bool('quiet'), table);
  await cli.out(formatRows(format, rowType(!flags.bool('no-trunc')), plugins ?? []));
  return 0;
};
