/** Makes Monaco know Dockerfiles: completion, hover, quick fixes, folding, rename, formatting. */
import type { monaco as Monaco } from '../workbench/monaco.client.ts';
import { complete, type Completion } from './completion.ts';
import type { EditorContext, EditorEdit, EditorRange } from './context.ts';
import { formatDockerfile } from './format.ts';
import { INSTRUCTION_HELP } from './instruction-help.ts';
import { quickFixes } from './quick-fixes.ts';
import { renameStage, stageAt, stagesOf, tryParse } from './stages.ts';

/** Registers the providers; `context` is asked anew each time. */
export function registerDockerfileLanguage(monaco: typeof Monaco, context: () => EditorContext): { dispose(): void } {
  const { languages } = monaco;
  const range = (r: EditorRange): InstanceType<typeof monaco.Range> =>
    new monaco.Range(r.line, r.column, r.endLine, r.endColumn);
  const KINDS: Record<Completion['kind'], number> = {
    instruction: languages.CompletionItemKind.Keyword,
    flag: languages.CompletionItemKind.Property,
    image: languages.CompletionItemKind.Module,
    stage: languages.CompletionItemKind.Class,
    file: languages.CompletionItemKind.File,
    variable: languages.CompletionItemKind.Variable,
  };

  const parts = [
    languages.registerCompletionItemProvider('dockerfile', {
      triggerCharacters: [' ', '-', '=', '/', '$', '{'],
      provideCompletionItems(model, position) {
        const { from, items } = complete(model.getValue(), position.lineNumber, position.column, context());
        const where = new monaco.Range(position.lineNumber, from, position.lineNumber, position.column);
        return {
          suggestions: items.map((item, i) => ({
            label: item.label,
            kind: KINDS[item.kind],
            insertText: item.insert,
            range: where,
            sortText: String(i).padStart(4, '0'),
            ...(item.detail !== undefined && { detail: item.detail }),
            ...(item.snippet && { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet }),
          })),
        };
      },
    }),
    languages.registerHoverProvider('dockerfile', {
      provideHover(model, position) {
        const word = model.getWordAtPosition(position);
        const node = tryParse(model.getValue())?.nodes.find(
          (n) => n.lines[0] <= position.lineNumber && position.lineNumber <= n.lines[1],
        );
        if (!node) return null;
        const help = INSTRUCTION_HELP[node.keyword.text.toUpperCase()];
        if (!help) return null;
        const flag = node.flags.find(
          (f) =>
            f.range.start.line === position.lineNumber &&
            position.column >= f.range.start.column &&
            position.column <= f.range.end.column,
        );
        const about = flag && help.flags[flag.text.split('=')[0]!];
        if (flag && about) return { contents: [{ value: `**${flag.text.split('=')[0]}**` }, { value: about }] };
        const { start, end } = node.keyword.range;
        if (
          !word ||
          position.lineNumber !== start.line ||
          position.column < start.column ||
          position.column > end.column
        )
          return null;
        return {
          range: new monaco.Range(start.line, start.column, end.line, end.column),
          contents: [{ value: `\`${help.signature}\`` }, { value: help.text }, { value: `Leaves: ${help.leaves}` }],
        };
      },
    }),
    languages.registerCodeActionProvider('dockerfile', {
      provideCodeActions(model, _range, { markers }) {
        const actions = markers.flatMap((marker) => {
          const rule = typeof marker.code === 'object' ? marker.code.value : (marker.code ?? '');
          return quickFixes(model.getValue(), rule, marker.message, marker.startLineNumber).map((fix) => ({
            title: fix.title,
            kind: 'quickfix',
            diagnostics: [marker],
            isPreferred: true,
            edit: {
              edits: fix.edits.map((edit: EditorEdit) => ({
                resource: model.uri,
                versionId: model.getVersionId(),
                textEdit: { range: range(edit.range), text: edit.text },
              })),
            },
          }));
        });
        return { actions, dispose: () => undefined };
      },
    }),
    languages.registerFoldingRangeProvider('dockerfile', {
      provideFoldingRanges(model) {
        const file = tryParse(model.getValue());
        if (!file) return [];
        return [
          ...stagesOf(file).map((s) => ({ start: s.startLine, end: s.endLine })),
          ...file.nodes.map((n) => ({ start: n.lines[0], end: n.lines[1] })),
        ].filter((f) => f.end > f.start);
      },
    }),
    languages.registerRenameProvider('dockerfile', {
      provideRenameEdits(model, position, next) {
        const file = tryParse(model.getValue());
        const stage = file && stageAt(file, position.lineNumber, position.column);
        if (!file || !stage) return { edits: [], rejectReason: 'Only the names of stages can be renamed.' };
        const edits = renameStage(file, stage.name, next);
        if ('problem' in edits) return { edits: [], rejectReason: edits.problem };
        return {
          edits: edits.map((e) => ({
            resource: model.uri,
            versionId: model.getVersionId(),
            textEdit: { range: range(e.range), text: e.text },
          })),
        };
      },
      resolveRenameLocation(model, position) {
        const file = tryParse(model.getValue());
        const stage = file && stageAt(file, position.lineNumber, position.column);
        if (!stage)
          return {
            range: new monaco.Range(1, 1, 1, 1),
            text: '',
            rejectReason: 'Only the names of stages can be renamed.',
          };
        return { range: range(stage.range), text: stage.name };
      },
    }),
    languages.registerDocumentFormattingEditProvider('dockerfile', {
      provideDocumentFormattingEdits: (model) => [
        { range: model.getFullModelRange(), text: formatDockerfile(model.getValue()) },
      ],
    }),
  ];
  return { dispose: () => parts.forEach((p) => p.dispose()) };
}
