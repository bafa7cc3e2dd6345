import type { MachineEvent } from '../../../simulator/kernel/log.ts';
import type { FileOnDisk } from '../../machine/protocol.ts';
import type { History } from '../history.ts';
import type { EventNeed, FileNeed, OutputNeed } from '../task-types.ts';
import { globbed, isImage, nearest, when, MET, type Verdict } from './verdict.ts';

/** How a file in a container is named where the machine is asked for it. */
export const lookOf = (container: string, path: string): string => `${container}:${path}`;

/** Whether a file of the learner's folder, or of a container, is as wanted. */
export function checkFile(
  want: FileNeed,
  files: readonly FileOnDisk[],
  looks: Readonly<Record<string, string>>,
): Verdict {
  const inside = want.in === undefined ? undefined : looks[lookOf(want.in, want.path)];
  const file: { text?: string } | undefined =
    want.in === undefined
      ? files.find((f) => f.path === want.path)
      : inside === undefined
        ? undefined
        : { text: inside };
  if (want.exists === false) return file ? { met: false, miss: `${want.path} is still there.` } : MET;
  if (!file)
    return { met: false, miss: `there is no file ${want.path}${want.in === undefined ? '' : ` in ${want.in}`}.` };
  if (want.contains !== undefined && !file.text?.includes(want.contains))
    return { met: false, miss: `${want.path} does not hold “${want.contains}”.` };
  if (want.lacks !== undefined && file.text?.includes(want.lacks))
    return { met: false, miss: `${want.path} still holds “${want.lacks}”.` };
  return MET;
}

/** Whether a process in a container printed what is wanted. */
export function checkOutput(want: OutputNeed, history: History): Verdict {
  const containers = [...history.containers.values()].filter((c) => c.name === want.of || isImage(want.of, c.image));
  return nearest(containers, (c) => {
    const text = (want.exec === undefined ? c.output + c.execOutput : want.exec ? c.execOutput : c.output).replaceAll(
      '\r\n',
      '\n',
    );
    const said = text.trim().split('\n').at(-1);
    const miss = (): string =>
      said ? `the last line that ${c.name} printed is “${said.slice(0, 80)}”.` : `${c.name} printed nothing.`;
    return [
      ...when(want.contains, () => text.includes(want.contains!), miss),
      ...when(want.matches, () => new RegExp(want.matches!, 'm').test(text), miss),
    ];
  });
}

function happened(want: { kind: string; with?: Record<string, unknown> | undefined }, event: MachineEvent): boolean {
  if (event.kind !== want.kind) return false;
  const fields = event as unknown as Record<string, unknown>;
  return Object.entries(want.with ?? {}).every(([key, value]) =>
    typeof value === 'string' && typeof fields[key] === 'string' ? globbed(value, fields[key]) : fields[key] === value,
  );
}

/** Whether something happened, as often and after what is wanted. */
export function checkEvent(want: EventNeed, history: History): Verdict {
  const first = want.after && history.events.find((e) => happened(want.after!, e));
  if (want.after && !first) return { met: false };
  const events = want.kind === 'container.output' ? history.printed : history.events;
  const count = events.filter((e) => e.seq > (first?.seq ?? -1) && happened(want, e)).length;
  const times = want.times ?? 1;
  if (count >= times) return MET;
  return count
    ? { met: false, miss: `that has happened ${count === 1 ? 'once' : `${count} times`} so far.` }
    : { met: false };
}
