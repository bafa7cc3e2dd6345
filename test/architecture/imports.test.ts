/** The rules of docs/architecture.md that a machine can check: which way imports point, and what simulator/ may touch. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import ts from 'typescript';

const files = readdirSync('simulator', { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile() && e.name.endsWith('.ts') && !e.name.endsWith('.test.ts'))
  .map((e) => join(e.parentPath, e.name).replaceAll('\\', '/'));

const room = (path: string): string => {
  const [, first = ''] = path.split('/');
  return first.endsWith('.ts') ? first.replace(/\.ts$/, '') : first;
};

/** Which rooms each room may import from, beside itself. */
const ALLOWED: Record<string, readonly string[]> = {
  kernel: [],
  http: ['kernel'],
  programs: ['kernel', 'http'],
  image: ['kernel'],
  api: [],
  runtime: ['kernel'],
  dockerfile: [],
  registry: ['kernel', 'http', 'image'],
  builder: ['kernel', 'runtime', 'image', 'dockerfile', 'api'],
  engine: ['kernel', 'http', 'runtime', 'image', 'registry', 'dockerfile', 'builder', 'api'],
  client: ['kernel', 'http', 'api', 'dockerfile'],
  compose: ['kernel', 'http', 'api', 'client', 'dockerfile'],
  vm: ['kernel', 'http', 'image', 'registry', 'engine'],
  host: [
    'kernel',
    'http',
    'programs',
    'client',
    'compose',
    'engine',
    'registry',
    'image',
    'runtime',
    'builder',
    'dockerfile',
    'session',
    'machine',
    'vm',
  ],
  session: ['machine', 'kernel'],
  machine: [
    'kernel',
    'http',
    'programs',
    'image',
    'api',
    'runtime',
    'dockerfile',
    'registry',
    'builder',
    'engine',
    'client',
    'compose',
    'host',
    'session',
    'vm',
  ],
};

/** Plain data that any room may read: which executables there are and what they run. */
const DATA: readonly string[] = ['simulator/programs/names.ts', 'simulator/programs/net/names.ts'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(path: string): Import[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    )
      found.push(node.moduleSpecifier.text);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found
    .filter((to) => to.startsWith('.'))
    .map((to) => ({ from: path, to: relative('.', normalize(join(dirname(path), to))).replaceAll('\\', '/') }));
}

test('imports inside simulator/ point only one way', () => {
  const wrong = files
    .flatMap(importsOf)
    .filter(({ from, to }) => {
      if (!to.startsWith('simulator/')) return true;
      if (DATA.includes(to)) return false;
      const [a, b] = [room(from), room(to)];
      return a !== b && !(ALLOWED[a] ?? []).includes(b);
    })
    .map(({ from, to }) => `${from} → ${to}`);
  expect(wrong).toEqual([]);
});

/** Names of the outside world: clocks, chance, timers, network, DOM, Node. */
const FORBIDDEN = new Set([
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestAnimationFrame',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'document',
  'window',
  'navigator',
  'localStorage',
  'indexedDB',
  'process',
  'Buffer',
  'require',
  'crypto',
  'globalThis',
]);

function outsideWorld(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const at = (node: ts.Node, what: string): void => {
    found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);
  };
  const declared = new Set<string>();
  const declare = (node: ts.Node): void => {
    if (
      (ts.isVariableDeclaration(node) ||
        ts.isParameter(node) ||
        ts.isBindingElement(node) ||
        ts.isFunctionDeclaration(node) ||
        ts.isImportSpecifier(node) ||
        ts.isImportClause(node) ||
        ts.isNamespaceImport(node)) &&
      node.name &&
      ts.isIdentifier(node.name)
    )
      declared.add(node.name.text);
    ts.forEachChild(node, declare);
  };
  declare(source);
  const visit = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      node.moduleSpecifier.text.startsWith('node:')
    )
      at(node, node.moduleSpecifier.text);
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = `${node.expression.text}.${node.name.text}`;
      if (name === 'Date.now' || name === 'Math.random') at(node, name);
    }
    if (
      ts.isNewExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'Date' &&
      !node.arguments?.length
    )
      at(node, 'new Date()');
    if (ts.isIdentifier(node) && FORBIDDEN.has(node.text) && !declared.has(node.text)) {
      const parent = node.parent;
      const isName =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        ((ts.isPropertySignature(parent) ||
          ts.isMethodSignature(parent) ||
          ts.isPropertyDeclaration(parent) ||
          ts.isMethodDeclaration(parent) ||
          ts.isGetAccessor(parent)) &&
          parent.name === node) ||
        ts.isQualifiedName(parent) ||
        ts.isTypeReferenceNode(parent);
      if (!isName) at(node, node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('simulator/ touches no clock, chance, timer, network, DOM or Node interface', () => {
  expect(files.flatMap(outsideWorld)).toEqual([]);
});
