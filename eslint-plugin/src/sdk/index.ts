/**
 * Who is a WhyOps client? Decided once per file, for all rules.
 *
 * ```ts
 * create(context) {
 *   const sdk = readSdk(context);           // null: nothing of WhyOps in this file; return {}
 *   if (!sdk) return {};
 *   return {
 *     'Program:exit'() {                    // parents are set from here on
 *       for (const { node, method, trace, options } of sdk().events) …
 *       for (const { node, client } of sdk().modelCalls) …
 *       sdk().what(expression)?.kind        // 'client' | 'trace' | 'provider' | 'class' | 'module'
 *     },
 *   };
 * }
 * ```
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap } from '../ast/unwrap.ts';
import { isNamed, variableOf, type Variable } from './bindings.ts';
import { mayUseSdk } from './evidence.ts';
import { takeInventory, type Inventory } from './inventory.ts';
import {
  optionsPosition,
  type Client,
  type EventCall,
  type EventMethod,
  type ModelCall,
  type ProviderClient,
  type Thing,
  type Trace,
} from './model.ts';
import { argument, Resolver } from './resolver.ts';
import { readSettings, type Settings } from './settings.ts';

export { argument } from './resolver.ts';
export { onlyInit, variableOf, type Variable } from './bindings.ts';
export * from './model.ts';

type Node = TSESTree.Node;

/** Model calls, by their path below the provider client. */
const modelPath =
  /^(beta\.)?(chat\.completions|completions|responses|embeddings|messages)\.(create|stream|parse|runTools|toolRunner)$/;

const modelMethods = new Set(['create', 'stream', 'parse', 'runTools', 'toolRunner']);

/** All that is known about WhyOps in one file. Lists are in source order and computed when they are first read. */
export class Sdk {
  readonly settings: Settings;
  readonly inventory: Inventory;
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #resolver: Resolver;
  #events: EventCall[] | undefined;
  #modelCalls: ModelCall[] | undefined;
  #traces: Trace[] | undefined;
  #clients: Client[] | undefined;
  #patches: ProviderClient[] | undefined;

  constructor(sourceCode: Readonly<TSESLint.SourceCode>, settings: Settings) {
    this.settings = settings;
    this.#sourceCode = sourceCode;
    this.inventory = takeInventory(sourceCode);
    this.#resolver = new Resolver(sourceCode, settings, this.inventory);
  }

  /** The text of a node as it is written. */
  readonly text = (node: Node): string => this.#sourceCode.getText(node);

  get program(): TSESTree.Program {
    return this.#sourceCode.ast;
  }

  get visitorKeys(): Readonly<Record<string, readonly string[]>> {
    return this.#sourceCode.visitorKeys;
  }

  /** What an expression is: a client, a trace, a patched provider client, the class, the module, or unknown. */
  what(node: Node): Thing | null {
    return this.#resolver.what(node);
  }

  client(node: Node): Client | null {
    const thing = this.what(node);
    return thing?.kind === 'client' ? thing : null;
  }

  trace(node: Node): Trace | null {
    const thing = this.what(node);
    return thing?.kind === 'trace' ? thing : null;
  }

  /** A provider client that `client.openai(…)` or `client.anthropic(…)` patched, before or after `node`. */
  provider(node: Node): ProviderClient | null {
    const thing = this.what(node);
    return thing?.kind === 'provider' ? thing : null;
  }

  /** Every call that sends an event through a trace. */
  get events(): readonly EventCall[] {
    return (this.#events ??= this.inventory.calls.flatMap((node) => {
      const callee = unwrap(node.callee);
      if (callee.type !== 'MemberExpression') return [];
      const method = memberName(callee);
      if (method === null || !Object.hasOwn(optionsPosition, method)) return [];
      const trace = this.trace(callee.object);
      if (!trace) return [];
      const given = argument(node, optionsPosition[method as EventMethod]);
      const inner = given && unwrap(given);
      const options = inner?.type === 'ObjectExpression' ? inner : null;
      return [{ node, method: method as EventMethod, trace, options }];
    }));
  }

  /** Every `client.trace(id)` and every call of a trace factory. */
  get traces(): readonly Trace[] {
    return (this.#traces ??= this.inventory.calls.flatMap((node) => {
      const callee = unwrap(node.callee);
      const mayTrace =
        this.settings.traceFactories.length > 0 ||
        (callee.type === 'MemberExpression' && memberName(callee) === 'trace');
      const thing = mayTrace ? this.trace(node) : null;
      return thing?.origin === node ? [thing] : [];
    }));
  }

  /** Every client that is made in this file: `new WhyOps(…)` or the call of a client factory. */
  get clients(): readonly Client[] {
    const calls = this.settings.clientFactories.length > 0 ? this.inventory.calls : [];
    return (this.#clients ??= [...this.inventory.constructions, ...calls].flatMap((node) => {
      const thing = this.client(node);
      return thing?.origin === node ? [thing] : [];
    }));
  }

  /** Every `client.openai(x)` and `client.anthropic(x)`. */
  get patches(): readonly ProviderClient[] {
    return (this.#patches ??= this.#resolver.patches());
  }

  /** Every model call on a patched provider client: `openai.chat.completions.create(body, options?)`. */
  get modelCalls(): readonly ModelCall[] {
    return (this.#modelCalls ??= this.inventory.calls.flatMap((node) => {
      const last = unwrap(node.callee);
      if (last.type !== 'MemberExpression' || !modelMethods.has(memberName(last) ?? '')) return [];
      const callee = memberPath(last);
      if (!callee) return [];
      // A provider client may itself be a member (`this.openai`), so try the longest object first.
      const { names } = callee;
      let object = unwrap(node.callee);
      for (let length = 1; length <= Math.min(names.length, 4); length++) {
        if (object.type !== 'MemberExpression') break;
        object = unwrap(object.object);
        const path = names.slice(-length).join('.');
        const client = modelPath.test(path) ? this.provider(object) : null;
        if (client) return [{ node, client, path }];
      }
      return [];
    }));
  }

  /** Whether a call hands its function to something that may call it again: `pRetry(() => …)`, by `settings.whyops`. */
  isRetryWrapper(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
    return isNamed(this.#sourceCode, call.callee, this.settings.retryWrappers, 'top-level');
  }

  /** Whether a call registers a queue handler: `new Worker('q', handler)`, by `settings.whyops`. */
  isQueueHandler(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
    return isNamed(this.#sourceCode, call.callee, this.settings.queueHandlers, 'top-level');
  }

  /** The variable an identifier means, or null for a global that the file does not declare. */
  variable(identifier: Node): Variable | null {
    return variableOf(this.#sourceCode, identifier);
  }
}

// By program, not by source code: oxlint reuses one source code object for all files.
const files = new WeakMap<TSESTree.Program, Sdk>();

/**
 * The SDK knowledge of the file under lint, as a function to be called from `Program` on (in `create` no node has a
 * parent yet); null for a file in which nothing of WhyOps is written, so that a rule can step aside at once.
 */
export function readSdk(
  context: Readonly<TSESLint.RuleContext<string, readonly unknown[]>>,
): (() => Sdk) | null {
  const { sourceCode } = context;
  const settings = readSettings(context.settings);
  if (!mayUseSdk(sourceCode.text, settings)) return null;
  return () => {
    let sdk = files.get(sourceCode.ast);
    if (!sdk) files.set(sourceCode.ast, (sdk = new Sdk(sourceCode, settings)));
    return sdk;
  };
}
