import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const files = readdirSync('simulator', { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/(\.test|^testing)\.ts$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

/** A loader: a function without parameters that hands out what it imports. Whoever calls it announces it. */
function inLoader(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isArrowFunction(at)) return at.parameters.length === 0 && isHandedOver(at);
    if (ts.isFunctionLike(at)) return false;
  }
  return true;
}

/** A loader is a value: a table's entry, a constant, an argument; it is not called where it stands. */
const isHandedOver = (fn: ts.ArrowFunction): boolean =>
  ts.isPropertyAssignment(fn.parent) ||
  ts.isVariableDeclaration(fn.parent) ||
  ts.isArrayLiteralExpression(fn.parent) ||
  (ts.isReturnStatement(fn.parent) && !ts.isBlock(fn.body)) ||
  (ts.isCallExpression(fn.parent) && fn.parent.arguments.includes(fn));

/** Whether the import is (part of) an argument of `external(…)` or of a `load(…)` that uses it. */
function announced(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at && !ts.isStatement(at); at = at.parent) {
    if (!ts.isCallExpression(at) || at === node) continue;
    const { expression } = at;
    const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
    if (/^(external|load)$/.test(name)) return true;
  }
  return false;
}

function unannounced(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('import(')) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      if (!inLoader(node) && !announced(node))
        found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The machine's own boot, before its clock runs. */
const BOOT = /^simulator\/machine\.ts:/;

test('code that is loaded late is announced to the clock, so that what happens does not depend on the loading', () => {
  expect(files.flatMap(unannounced).filter((place) => !BOOT.test(place))).toEqual([]);
});
