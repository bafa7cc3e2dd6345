/** xterm in the terminal pane: theme from the page's tokens, marks beside the lines that name a build step. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type IDecoration, type ITheme } from '@xterm/xterm';
import type { MachineSession } from '../machine/session.ts';
import type { BuildView, StepState } from './build-view.ts';

export interface TerminalView {
  focus(): void;
  /** Marks the lines of the last build's steps, the selected one and the one pointed at. */
  mark(build: BuildView | undefined, selected: string, hot: string): void;
  /** Told when a line that names a step is pressed, and when the pointer enters or leaves one. */
  onStep(select: (id: string) => void, point: (id: string) => void): void;
  /** The next typed letter counts as Ctrl+letter (the key row of narrow screens). */
  control(on: boolean, used: () => void): void;
  dispose(): void;
}

function theme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: token('--sheet'),
    foreground: token('--ink'),
    cursor: token('--ink'),
    cursorAccent: token('--sheet'),
    selectionBackground: token('--sel-fill'),
    selectionForeground: token('--ink'),
    black: token('--ink'),
    red: token('--fail'),
    green: token('--reused'),
    yellow: token('--run'),
    blue: token('--ink-2'),
    magenta: token('--ink-2'),
    cyan: token('--ink-2'),
    white: token('--ink-3'),
    brightBlack: token('--ink-3'),
    brightRed: token('--fail'),
    brightGreen: token('--reused'),
    brightYellow: token('--run'),
    brightBlue: token('--sel'),
    brightMagenta: token('--ink-2'),
    brightCyan: token('--ink-2'),
    brightWhite: token('--ink'),
  };
}

const STEP = /\[((?:[\w.-]+ )?\d+\/\d+)\] /;
const MARK: Partial<Record<StepState, string>> = {
  reused: 'mk-reused',
  ran: 'mk-run',
  running: 'mk-run',
  failed: 'mk-fail',
};

export function openTerminal(box: HTMLElement, session: MachineSession): TerminalView {
  const term = new Terminal({
    fontFamily: 'Iosevka, ui-monospace, "DejaVu Sans Mono", monospace',
    fontSize: matchMedia('(max-width: 767px)').matches ? 12.5 : 13.5,
    lineHeight: 1.16,
    theme: theme(),
    cursorBlink: false,
    scrollback: 5000,
    allowProposedApi: true,
    screenReaderMode: false,
    minimumContrastRatio: 4.5,
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  term.open(box);
  term.textarea?.setAttribute('aria-label', 'Terminal input');
  fit.fit();

  let controlUsed: (() => void) | undefined;
  term.onData((data) => {
    if (controlUsed && data.length === 1) {
      const code = data.toUpperCase().charCodeAt(0);
      session.input(1, code >= 64 && code < 96 ? String.fromCharCode(code - 64) : data);
      controlUsed();
      controlUsed = undefined;
      return;
    }
    session.input(1, data);
  });
  term.onResize(({ cols, rows }) => session.resize(1, cols, rows));
  session.openTerminal(1, term.cols, term.rows, (data) => term.write(data));

  const watch = new ResizeObserver(() => {
    if (box.clientWidth > 0 && box.clientHeight > 0) fit.fit();
  });
  watch.observe(box);
  const retheme = (): void => {
    term.options.theme = theme();
  };
  document.addEventListener('drydock:theme', retheme);
  // The font arrives after the first paint; cells are measured anew then.
  void document.fonts.load('14px Iosevka').then(() => {
    term.options.fontFamily = 'Iosevka, ui-monospace, monospace';
    fit.fit();
  });

  let select: (id: string) => void = () => undefined;
  let point: (id: string) => void = () => undefined;
  let build: BuildView | undefined;
  let decorations: IDecoration[] = [];

  const stepOf = (text: string): string | undefined => STEP.exec(text)?.[1];

  term.registerLinkProvider({
    provideLinks(y, callback) {
      const line = term.buffer.active.getLine(y - 1)?.translateToString(true) ?? '';
      const step = stepOf(line);
      const found = step && build?.steps.find((s) => s.step === step && line.includes(s.instruction.slice(0, 12)));
      if (!found) return callback(undefined);
      const at = line.indexOf('[');
      callback([
        {
          range: { start: { x: at + 1, y }, end: { x: line.length, y } },
          text: found.name,
          decorations: { underline: true, pointerCursor: true },
          activate: () => select(found.id),
          hover: () => point(found.id),
          leave: () => point(''),
        },
      ]);
    },
  });

  function mark(last: BuildView | undefined, selected: string, hot: string): void {
    build = last;
    for (const decoration of decorations) decoration.dispose();
    decorations = [];
    if (!last) return;
    const buffer = term.buffer.active;
    const cursor = buffer.baseY + buffer.cursorY;
    const seen = new Set<string>();
    // Bottom up, so that the marks belong to the newest build; each step is marked once.
    for (let y = Math.min(cursor, buffer.length - 1); y >= Math.max(0, cursor - 400); y--) {
      const line = buffer.getLine(y)?.translateToString(true) ?? '';
      if (/\$ .*docker (buildx )?build\b/.test(line)) break;
      const step = stepOf(line);
      const found = step && last.steps.find((s) => s.step === step && line.includes(s.instruction.slice(0, 12)));
      if (!found || seen.has(found.id)) continue;
      seen.add(found.id);
      const marker = term.registerMarker(y - cursor);
      const kind = MARK[found.state];
      if (!marker || !kind) continue;
      const decoration = term.registerDecoration({ marker, x: 0, width: term.cols });
      if (!decoration) continue;
      decoration.onRender((element) => {
        element.className = `xterm-decoration step-line${found.id === selected ? ' is-sel' : found.id === hot ? ' is-hot' : ''}`;
        element.innerHTML = `<i class="mk ${kind}"></i>`;
      });
      decorations.push(decoration);
    }
  }

  return {
    focus: () => term.focus(),
    mark: (last, selected, hot) => requestAnimationFrame(() => mark(last, selected, hot)),
    onStep(onSelect, onPoint) {
      select = onSelect;
      point = onPoint;
    },
    control(on, used) {
      controlUsed = on ? used : undefined;
    },
    dispose() {
      watch.disconnect();
      document.removeEventListener('drydock:theme', retheme);
      term.dispose();
    },
  };
}
