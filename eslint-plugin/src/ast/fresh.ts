import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { importedName, variableOf } from '../sdk/bindings.ts';
import { memberPath, unwrap } from './unwrap.ts';

/** Functions whose every call returns an id that was never seen before. */
const makers = new Set(['randomUUID', 'nanoid', 'uuid', 'uuidv4', 'uuidv7', 'ulid', 'cuid', 'createId']);
const uuidVersions = new Set(['v1', 'v4', 'v6', 'v7']);

/**
 * Whether an expression makes a new id each time it runs: `randomUUID()`, `crypto.randomUUID()`, `nanoid()`, `uuid()`,
 * `uuid.v4()`. A function of the same name that this file defines is not meant.
 */
export function isFreshId(sourceCode: Readonly<TSESLint.SourceCode>, node: TSESTree.Node): boolean {
  const call = unwrap(node);
  if (call.type !== 'CallExpression') return false;
  const path = memberPath(call.callee);
  if (path?.root.type !== 'Identifier') return false;
  const { root, names } = path;
  const variable = variableOf(sourceCode, root);
  const imported = variable && importedName(variable);
  if (variable && !imported) return false;
  if (names.length === 0) {
    const name =
      !imported || imported.name === 'default' || imported.name === '*' ? root.name : imported.name;
    return makers.has(name) || (imported?.module === 'uuid' && uuidVersions.has(name));
  }
  const [method, ...deeper] = names;
  if (deeper.length > 0) return root.name === 'globalThis' && names.join('.') === 'crypto.randomUUID';
  if (method === 'randomUUID') return true;
  return (imported?.module === 'uuid' || root.name === 'uuid') && uuidVersions.has(method!);
}

const clocks = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
]);

/** Whether an expression reads the clock or draws a random number: `Date.now()`, `Math.random()`, `new Date()`. */
export function readsClockOrChance(sourceCode: Readonly<TSESLint.SourceCode>, node: TSESTree.Node): boolean {
  const inner = unwrap(node);
  if (inner.type === 'NewExpression') {
    const { callee } = inner;
    const isDate = callee.type === 'Identifier' && callee.name === 'Date' && !variableOf(sourceCode, callee);
    return isDate && inner.arguments.length === 0;
  }
  if (inner.type !== 'CallExpression') return false;
  const path = memberPath(inner.callee);
  if (path?.root.type !== 'Identifier' || variableOf(sourceCode, path.root)) return false;
  return clocks.has([path.root.name, ...path.names].join('.'));
}
