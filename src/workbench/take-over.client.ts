/** Brings the static workbench of the page to life around the machine and the terminal that are already there. */
import { hydrate } from 'svelte';
import type { MachineSession } from '../machine/session.ts';
import type { BenchLesson } from './bench.svelte.ts';
import type { TerminalView } from './terminal.client.ts';
import Workbench from './Workbench.svelte';

export function takeOver(
  target: HTMLElement,
  lesson: BenchLesson,
  session: MachineSession,
  terminal: Promise<TerminalView>,
): void {
  hydrate(Workbench, { target, props: { lesson, session, terminal } });
  target.dataset.live = '';
}
