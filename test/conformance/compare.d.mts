export interface RecordedStep {
  cmd: string;
  tty?: boolean;
  stdin?: string[];
  exit: number;
  stdout: string;
  stderr: string;
  unstable?: boolean;
}
export interface Recording {
  session: string;
  steps: RecordedStep[];
}
export interface StepComparison {
  cmd: string;
  ok: boolean;
  unstable?: boolean;
  why: string;
  want: { exit: number; stdout: string; stderr: string; ids: string[] };
  got?: { exit: number; stdout: string; stderr: string; ids: string[] };
}
export function compareSession(golden: Recording, actual: Recording | undefined): StepComparison[];
/** What a terminal shows in the end. */
export function screen(text: string): string;
