/** The forecast in words. */
import type { ForecastSize, StepForecast } from '../../simulator/machine.ts';
import { bytes } from './units.ts';

/** `12.3 kB`, `about 12.3 kB`, `at least 12.3 kB`; '' where nothing is known. */
export function sizeText(size: ForecastSize | undefined): string {
  if (!size) return '';
  return `${{ exact: '', about: 'about ', least: 'at least ' }[size.kind]}${bytes(size.bytes)}`;
}

/** What would become of an instruction; `again`: there was a build before. */
export function wordOf({ outcome }: StepForecast, again: boolean): string {
  return { reused: 'reused', runs: again ? 'runs again' : 'runs', config: 'config only', unused: 'not needed' }[
    outcome
  ];
}
