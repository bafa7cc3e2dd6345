/** What the page and the machine's worker say to each other. Everything is plain data. */
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import type { Pace } from '../../simulator/kernel/kernel.ts';
import type { PlainStep } from '../../simulator/session/steps.ts';
import type { MachineState, StepForecast } from '../../simulator/machine.ts';

export interface FileOnDisk {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink';
  readonly size: number;
  /** The content of text files up to 256 kB; without it the page shows size only. */
  readonly text?: string;
}

export type ToMachine =
  | {
      readonly type: 'boot';
      readonly files: Record<string, string>;
      readonly folder: string;
      readonly images: readonly string[];
      readonly setup: readonly PlainStep[];
      /** Files as the learner left them, laid over what the setup made. */
      readonly saved?: Record<string, string>;
      /** Files in containers that tasks look at, as `container:/path`. */
      readonly looks?: readonly string[];
      readonly seed: number;
      readonly pace: Pace;
    }
  | { readonly type: 'terminal.open'; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: 'terminal.input'; readonly id: number; readonly data: string }
  | { readonly type: 'terminal.resize'; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: 'terminal.close'; readonly id: number }
  | { readonly type: 'file.write'; readonly path: string; readonly text: string }
  | { readonly type: 'file.remove'; readonly path: string }
  | { readonly type: 'pace'; readonly pace: Pace }
  | { readonly type: 'step' }
  /** Types the steps into terminal `id`, each when the shell waits; `ask` is then run aside and its output told. */
  | { readonly type: 'play'; readonly id: number; readonly steps: readonly PlainStep[]; readonly ask?: string }
  | { readonly type: 'forecast'; readonly dockerfile: string };

export type FromMachine =
  | { readonly type: 'ready' }
  | { readonly type: 'terminal.output'; readonly id: number; readonly data: Uint8Array }
  | { readonly type: 'terminal.ended'; readonly id: number; readonly code: number }
  | { readonly type: 'events'; readonly events: readonly MachineEvent[]; readonly now: number }
  | { readonly type: 'files'; readonly files: readonly FileOnDisk[] }
  | { readonly type: 'state'; readonly state: MachineState; readonly looks?: Readonly<Record<string, string>> }
  | { readonly type: 'forecast'; readonly steps: readonly StepForecast[] | undefined }
  /** The steps of `play` are through; `answer` is what `ask` printed. */
  | { readonly type: 'played'; readonly done: boolean; readonly answer?: string }
  | { readonly type: 'stopped'; readonly message: string };
