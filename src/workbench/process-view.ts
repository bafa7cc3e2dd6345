/** The kernel's process table as the Host panel shows it, put together from the process events of the log. */
import type { MachineEvent } from '../../simulator/kernel/log.ts';

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly innerPid: number;
  readonly command: string;
  readonly cgroup: string;
  /** Inode number of its pid namespace: whose numbers `innerPid` belongs to. */
  readonly pidNamespace: number;
}

/** The table after `events`; the same one where none of them is about a process. */
export function takeProcesses(
  table: ReadonlyMap<number, ProcessView>,
  events: readonly MachineEvent[],
): ReadonlyMap<number, ProcessView> {
  let next: Map<number, ProcessView> | undefined;
  for (const event of events) {
    if (event.kind === 'process.start') {
      next ??= new Map(table);
      const command = event.argv.join(' ') || event.comm;
      next.set(event.pid, {
        pid: event.pid,
        parent: event.parent,
        innerPid: event.innerPid,
        command,
        cgroup: event.cgroup,
        pidNamespace: event.namespaces.pid ?? 0,
      });
    } else if (event.kind === 'process.exec') {
      const known = (next ?? table).get(event.pid);
      if (!known) continue;
      next ??= new Map(table);
      next.set(event.pid, { ...known, command: event.argv.join(' ') || event.comm });
    } else if (event.kind === 'process.exit') {
      next ??= new Map(table);
      next.delete(event.pid);
    }
  }
  return next ?? table;
}

export interface ProcessRow extends ProcessView {
  readonly depth: number;
}

/** Children below their parents, by pid. */
export function asTree(table: ReadonlyMap<number, ProcessView>): ProcessRow[] {
  const children = new Map<number, ProcessView[]>();
  for (const process of [...table.values()].sort((a, b) => a.pid - b.pid)) {
    const parent = table.has(process.parent) && process.parent !== process.pid ? process.parent : 0;
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const rows: ProcessRow[] = [];
  const visit = (pid: number, depth: number): void => {
    for (const child of children.get(pid) ?? []) {
      rows.push({ ...child, depth });
      if (child.pid !== 0) visit(child.pid, depth + 1);
    }
  };
  visit(0, 0);
  return rows;
}
