import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { loadedModule } from './bindings.ts';
import { isSdkModule } from './evidence.ts';
import type { Settings } from './settings.ts';

/** What one walk over a file finds, in source order. Everything else is decided from these lists. */
export interface Inventory {
  calls: TSESTree.CallExpression[];
  constructions: TSESTree.NewExpression[];
  /** Assignments whose left side is a member: `this.trace = …`, `openai.defaultHeaders = …`. */
  memberAssignments: TSESTree.AssignmentExpression[];
  /** Where control leaves: `return`, `throw`, `break`, `continue`. */
  exits: TSESTree.Node[];
  /** Whether the file imports, requires or re-exports a configured module. */
  importsSdk: boolean;
}

export function takeInventory(sourceCode: Readonly<TSESLint.SourceCode>, settings: Settings): Inventory {
  const inventory: Inventory = {
    calls: [],
    constructions: [],
    memberAssignments: [],
    exits: [],
    importsSdk: false,
  };
  const { visitorKeys } = sourceCode;
  const pending: TSESTree.Node[] = [sourceCode.ast];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (isSdkModule(node.source?.value, settings)) inventory.importsSdk = true;
        break;
      case 'TSExternalModuleReference':
        if (node.expression.type === 'Literal' && isSdkModule(node.expression.value, settings))
          inventory.importsSdk = true;
        break;
      case 'TSImportType':
        if (isSdkModule(node.source?.value, settings)) inventory.importsSdk = true;
        break;
      case 'ImportExpression':
        if (isSdkModule(loadedModule(node), settings)) inventory.importsSdk = true;
        break;
      case 'CallExpression':
        inventory.calls.push(node);
        if (isSdkModule(loadedModule(node), settings)) inventory.importsSdk = true;
        break;
      case 'NewExpression':
        inventory.constructions.push(node);
        break;
      case 'AssignmentExpression':
        if (node.left.type !== 'Identifier') inventory.memberAssignments.push(node);
        break;
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
        inventory.exits.push(node);
        break;
      default:
    }
    const keys = visitorKeys[node.type];
    if (!keys) continue;
    for (let index = keys.length - 1; index >= 0; index--) {
      const child = (node as unknown as Record<string, unknown>)[keys[index]!];
      if (Array.isArray(child)) {
        for (let at = child.length - 1; at >= 0; at--)
          if (child[at]) pending.push(child[at] as TSESTree.Node);
      } else if (child) pending.push(child as TSESTree.Node);
    }
  }
  return inventory;
}
