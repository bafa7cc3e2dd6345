/** The editor pane: one Monaco editor, a model per file, marks from the forecast, diagnostics in Docker's words. */
import { diagnoseDockerfile } from '../../simulator/dockerfile/diagnose.ts';
import { readIgnoreFile } from '../../simulator/dockerfile/ignore.ts';
import type { StepForecast } from '../../simulator/machine.ts';
import type { Bench } from './bench.svelte.ts';
import type { BuildStep, BuildView } from './build-view.ts';
import { registerDockerfileLanguage } from '../editor/register.ts';
import type { EditorContext } from '../editor/context.ts';
import { sizeText, wordOf } from './outlook.ts';
import { monaco } from './monaco.client.ts';

export interface EditorView {
  focus(): void;
  /** Shows a file; keeps the caret when it is shown already. */
  show(path: string, text: string): void;
  /** Marks what the next build would do, and the selected step's lines. */
  decorate(
    forecast: readonly StepForecast[] | undefined,
    build: BuildView | undefined,
    selected: BuildStep | undefined,
  ): void;
  dispose(): void;
}

const LANGUAGES: [RegExp, string][] = [
  [/(^|\/)([\w.-]+\.)?Dockerfile(\.[\w-]+)?$/i, 'dockerfile'],
  [/\.ya?ml$/, 'yaml'],
  [/\.(sh|bash)$/, 'shell'],
  [/\.py$/, 'python'],
  [/\.(m?js|ts|json)$/, 'javascript'],
];

const languageOf = (path: string): string => LANGUAGES.find(([test]) => test.test(path))?.[1] ?? 'plaintext';

function defineThemes(): void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const hex = (name: string): string => token(name).replace('#', '');
  const dark = document.documentElement.dataset.theme === 'dark';
  monaco.editor.defineTheme('drydock', {
    base: dark ? 'vs-dark' : 'vs',
    inherit: false,
    // Weight, not colour: colour belongs to the machine.
    rules: [
      { token: '', foreground: hex('--ink') },
      { token: 'keyword', foreground: hex('--ink'), fontStyle: 'bold' },
      { token: 'string', foreground: hex('--ink-2') },
      { token: 'comment', foreground: hex('--ink-3'), fontStyle: 'italic' },
      { token: 'variable', foreground: hex('--ink-2') },
      { token: 'number', foreground: hex('--ink-2') },
    ],
    colors: {
      'editor.background': token('--sheet'),
      'editor.foreground': token('--ink'),
      'editorLineNumber.foreground': token('--ink-3'),
      'editorLineNumber.activeForeground': token('--ink'),
      'editor.selectionBackground': token('--sel-fill'),
      'editor.lineHighlightBackground': token('--well'),
      'editor.lineHighlightBorder': '#00000000',
      'editorCursor.foreground': token('--ink'),
      'editorWidget.background': token('--sheet'),
      'editorWidget.foreground': token('--ink'),
      'editorWidget.border': token('--line-2'),
      'editorHoverWidget.background': token('--sheet'),
      'editorHoverWidget.border': token('--line-2'),
      'editorSuggestWidget.background': token('--sheet'),
      'editorSuggestWidget.selectedBackground': token('--sel-fill'),
      'editorSuggestWidget.selectedForeground': token('--ink'),
      'editorSuggestWidget.foreground': token('--ink'),
      'editorSuggestWidget.highlightForeground': token('--sel'),
      'editorError.foreground': token('--fail-edge'),
      'editorWarning.foreground': token('--run-edge'),
      'editorGutter.background': token('--sheet'),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`editorBracketHighlight.foreground${n}`, token('--ink-2')])),
      'editorBracketMatch.background': token('--sel-fill'),
      'editorBracketMatch.border': token('--sel-edge'),
      focusBorder: token('--sel-edge'),
    },
  });
  monaco.editor.setTheme('drydock');
}

export function openEditor(box: HTMLElement, bench: Bench): EditorView {
  defineThemes();
  document.addEventListener('drydock:theme', defineThemes);
  const editor = monaco.editor.create(box, {
    model: null,
    theme: 'drydock',
    fontFamily: 'Iosevka, ui-monospace, "DejaVu Sans Mono", monospace',
    fontLigatures: false,
    fontSize: 14,
    lineHeight: 24,
    minimap: { enabled: false },
    automaticLayout: true,
    scrollBeyondLastLine: false,
    glyphMargin: true,
    lineNumbersMinChars: 2,
    lineDecorationsWidth: 6,
    overviewRulerLanes: 0,
    renderLineHighlight: 'none',
    padding: { top: 6, bottom: 6 },
    fixedOverflowWidgets: true,
    bracketPairColorization: { enabled: false },
    guides: { indentation: false },
    accessibilitySupport: 'auto',
    ariaLabel: 'Editor',
    scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8 },
  });
  void document.fonts.load('14px Iosevka').then(() => monaco.editor.remeasureFonts());

  const models = new Map<string, ReturnType<typeof monaco.editor.createModel>>();
  const marks = editor.createDecorationsCollection();
  /** The causes, each on a line of its own below its instruction. */
  let zones: string[] = [];
  const showCauses = (causes: readonly { line: number; text: string }[]): void =>
    editor.changeViewZones((change) => {
      for (const zone of zones) change.removeZone(zone);
      zones = causes.map(({ line, text }) => {
        const domNode = document.createElement('div');
        domNode.className = 'why-zone';
        domNode.textContent = text;
        return change.addZone({ afterLineNumber: line, heightInPx: 20, domNode });
      });
    });
  let path = '';
  let fromMachine = false;

  const context = (): EditorContext => {
    const ignore = bench.files.find((f) => f.path === '.dockerignore')?.text;
    return {
      files: bench.files.map((f) => (f.type === 'dir' ? `${f.path}/` : f.path)),
      images: bench.state.images.flatMap((i) => i.tags),
      ignorePatterns: ignore === undefined ? [] : readIgnoreFile(ignore),
    };
  };
  const language = registerDockerfileLanguage(monaco, context);

  const check = (): void => {
    const model = models.get(path);
    if (!model) return;
    if (languageOf(path) !== 'dockerfile') return monaco.editor.setModelMarkers(model, 'dockerfile', []);
    const asked = model.getVersionId();
    void diagnoseDockerfile(model.getValue(), { ignorePatterns: context().ignorePatterns }).then((found) => {
      if (model.isDisposed() || model.getVersionId() !== asked) return;
      const last = model.getLineCount();
      monaco.editor.setModelMarkers(
        model,
        'dockerfile',
        found.map((d) => ({
          severity: d.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message: d.code ? `${d.code}: ${d.message}` : d.message,
          ...(d.code !== undefined && d.url ? { code: { value: d.code, target: monaco.Uri.parse(d.url) } } : {}),
          source: 'docker build',
          startLineNumber: Math.min(d.line, last),
          endLineNumber: Math.min(d.endLine, last),
          startColumn: d.column ?? (model.getLineFirstNonWhitespaceColumn(Math.min(d.line, last)) || 1),
          endColumn: d.endColumn ?? model.getLineMaxColumn(Math.min(d.endLine, last)),
        })),
      );
    });
  };

  editor.onDidChangeModelContent(() => {
    if (!fromMachine) bench.write(path, editor.getValue());
    check();
  });

  return {
    focus: () => editor.focus(),
    show(next, text) {
      let model = models.get(next);
      if (!model) {
        model = monaco.editor.createModel(text, languageOf(next), monaco.Uri.file(`/${next}`));
        models.set(next, model);
      }
      if (path !== next || editor.getModel() !== model) {
        path = next;
        editor.setModel(model);
      }
      if (model.getValue() !== text && !(editor.hasTextFocus() && document.activeElement)) {
        fromMachine = true;
        model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
        fromMachine = false;
      }
      check();
    },
    decorate(forecast, build, selected) {
      const model = editor.getModel();
      if (!model) return;
      const last = model.getLineCount();
      const known = (forecast ?? []).filter((f) => f.line <= last);
      showCauses(known.flatMap((f) => (f.outcome === 'runs' && f.cause ? [{ line: f.endLine, text: f.cause }] : [])));
      marks.set([
        ...known.map((f) => {
          const kind = f.outcome === 'reused' ? 'reused' : f.outcome === 'runs' ? 'run' : 'none';
          const word = wordOf(f, build !== undefined);
          const size = sizeText(f.size);
          const told = f.cause ? `${word}: ${f.cause}` : word;
          return {
            range: new monaco.Range(f.line, model.getLineMaxColumn(f.line), f.line, model.getLineMaxColumn(f.line)),
            options: {
              glyphMarginClassName: `gutter-mark mk mk-${kind}`,
              glyphMarginHoverMessage: { value: size === '' ? told : `${told} (${size})` },
              isWholeLine: true,
              showIfCollapsed: true,
              ...(f.outcome === 'runs' && build && { className: 'line-runs' }),
              after: {
                content: `  ${word}`,
                inlineClassName: `after-mark after-${kind}`,
              },
            },
          };
        }),
        // A mark of its own, since it is quieter than the word before it.
        ...known.flatMap((f) => {
          if (!f.size) return [];
          const end = model.getLineMaxColumn(f.line);
          return [
            {
              range: new monaco.Range(f.line, end, f.line, end),
              options: {
                showIfCollapsed: true,
                after: { content: `  ${sizeText(f.size)}`, inlineClassName: 'after-mark after-size' },
              },
            },
          ];
        }),
        ...(selected?.detail && path === 'Dockerfile'
          ? [
              {
                range: new monaco.Range(selected.detail.startLine, 1, Math.min(last, selected.detail.endLine), 1),
                options: { isWholeLine: true, className: 'line-selected' },
              },
            ]
          : []),
      ]);
      if (selected?.detail && path === 'Dockerfile')
        editor.revealLineInCenterIfOutsideViewport(selected.detail.startLine);
    },
    dispose() {
      document.removeEventListener('drydock:theme', defineThemes);
      language.dispose();
      editor.dispose();
      for (const model of models.values()) model.dispose();
    },
  };
}
