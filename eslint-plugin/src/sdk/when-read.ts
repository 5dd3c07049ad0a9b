import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { mayUseSdk } from './evidence.ts';
import { Sdk } from './index.ts';
import { collectorOf, emptyInventory, takeInventory, type Inventory } from './inventory.ts';
import { readSettings, type Settings } from './settings.ts';

type SourceCode = Readonly<TSESLint.SourceCode>;

/** The file that our rules run on, and what they found out about it together. */
interface FileUnderLint {
  // Not the source code: oxlint uses one object for all files.
  program: TSESTree.Program;
  settings: Settings;
  inventory: Inventory;
  /** Whether the inventory is complete. */
  isCollected: boolean;
  sdk: Sdk | null;
}

let current: FileUnderLint | null = null;

/**
 * Listeners that call `check` when a file has been walked: only then have all nodes parents. None for a file in which
 * nothing of WhyOps is written.
 *
 * The first of our rules also collects the inventory, for all of them.
 */
export function whenRead(
  context: Readonly<TSESLint.RuleContext<string, readonly unknown[]>>,
  check: (sdk: Sdk) => void,
): TSESLint.RuleListener {
  const { sourceCode } = context;
  const settings = readSettings(context.settings);
  if (!mayUseSdk(sourceCode.text, settings)) return {};
  const program = sourceCode.ast;
  if (current?.program === program && current.settings === settings) {
    const file = current;
    return { 'Program:exit': () => check(sdkOf(file, sourceCode)) };
  }
  const inventory = emptyInventory();
  const file: FileUnderLint = { program, settings, inventory, isCollected: false, sdk: null };
  current = file;
  return {
    ...collectorOf(inventory),
    'Program:exit'() {
      file.isCollected = true;
      check(sdkOf(file, sourceCode));
    },
  };
}

function sdkOf(file: FileUnderLint, sourceCode: SourceCode): Sdk {
  if (file.sdk) return file.sdk;
  // A rule that threw can have ended the walk in which it should have been collected.
  if (!file.isCollected) {
    file.inventory = takeInventory(sourceCode);
    file.isCollected = true;
  }
  return (file.sdk = new Sdk(sourceCode, file.settings, file.inventory));
}
