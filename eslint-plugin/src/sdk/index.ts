/** Who is a WhyOps client? Decided once per file, for all rules: see {@link Sdk} and `when-read.ts`. */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { memberName, unwrap } from '../ast/unwrap.ts';
import type { ImportedName, Variable } from './bindings.ts';
import type { Inventory } from './inventory.ts';
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
import { findModelCalls } from './model-calls.ts';
import { Names } from './names.ts';
import { argument, Resolver } from './resolver.ts';
import type { Settings } from './settings.ts';

export { argument } from './resolver.ts';
export { isMemberWritten, isReassigned, onlyInit, type Variable } from './bindings.ts';
export * from './model.ts';

type Node = TSESTree.Node;

/** All that is known about WhyOps in one file. Lists are in source order and computed when they are first read. */
export class Sdk {
  readonly settings: Settings;
  readonly inventory: Inventory;
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #names: Names;
  readonly #resolver: Resolver;
  #events: EventCall[] | undefined;
  #modelCalls: ModelCall[] | undefined;
  #traces: Trace[] | undefined;
  #clients: Client[] | undefined;
  #patches: ProviderClient[] | undefined;

  constructor(sourceCode: Readonly<TSESLint.SourceCode>, settings: Settings, inventory: Inventory) {
    this.settings = settings;
    this.#sourceCode = sourceCode;
    this.inventory = inventory;
    this.#names = new Names(sourceCode);
    this.#resolver = new Resolver(this.#names, settings, this.inventory);
  }

  /** The text of a node as it is written. */
  readonly text = (node: Node): string => this.#sourceCode.getText(node);

  /** The variables that a declaration makes. */
  declaredBy(node: Node): readonly Variable[] {
    return this.#sourceCode.getDeclaredVariables!(node);
  }

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

  /** All that a class writes to the field that `this.name` means; null when it is none. */
  fieldValues(node: TSESTree.MemberExpression): readonly Node[] | null {
    return this.#resolver.fieldValues(node);
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
    return (this.#events ??= this.#findEvents());
  }

  #findEvents(): EventCall[] {
    const events: EventCall[] = [];
    for (const node of this.inventory.methods.event) {
      const callee = unwrap(node.callee) as TSESTree.MemberExpression;
      const trace = this.trace(callee.object);
      if (!trace) continue;
      const method = memberName(callee) as EventMethod;
      const given = argument(node, optionsPosition[method]);
      const inner = given && unwrap(given);
      events.push({ node, method, trace, options: inner?.type === 'ObjectExpression' ? inner : null });
    }
    return events;
  }

  /** Every `client.trace(id)` and every call of a trace factory. */
  get traces(): readonly Trace[] {
    const { calls, methods } = this.inventory;
    return (this.#traces ??= this.#made(
      this.settings.traceFactories.length > 0 ? calls : methods.trace,
      'trace',
    ));
  }

  /** Every client that is made in this file: `new WhyOps(…)` or the call of a client factory. */
  get clients(): readonly Client[] {
    const { calls, constructions } = this.inventory;
    return (this.#clients ??= this.#made(
      this.settings.clientFactories.length > 0 ? [...constructions, ...calls] : constructions,
      'client',
    ));
  }

  /** Those things that are made by one of these expressions. */
  #made<Kind extends 'client' | 'trace'>(nodes: readonly Node[], kind: Kind): (Thing & { kind: Kind })[] {
    const made: (Thing & { kind: Kind })[] = [];
    for (const node of nodes) {
      const thing = this.what(node);
      if (thing?.kind === kind && 'origin' in thing && thing.origin === node)
        made.push(thing as Thing & { kind: Kind });
    }
    return made;
  }

  /** Every `client.openai(x)` and `client.anthropic(x)`. */
  get patches(): readonly ProviderClient[] {
    return (this.#patches ??= this.#resolver.patches());
  }

  /** Every model call on a patched provider client: `openai.chat.completions.create(body, options?)`. */
  get modelCalls(): readonly ModelCall[] {
    return (this.#modelCalls ??=
      this.patches.length === 0
        ? []
        : findModelCalls(this.inventory.methods.model, (node) => this.provider(node)));
  }

  /** Whether a call hands its function to something that may call it again: `pRetry(() => …)`, by `settings.whyops`. */
  isRetryWrapper(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
    return this.#names.isNamed(call.callee, this.settings.retryWrappers, 'top-level');
  }

  /** Whether a call registers a queue handler: `new Worker('q', handler)`, by `settings.whyops`. */
  isQueueHandler(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
    return this.#names.isNamed(call.callee, this.settings.queueHandlers, 'top-level');
  }

  /** The variable an identifier means, or null for a global that the file does not declare. */
  variable(identifier: Node): Variable | null {
    return this.#names.variable(identifier);
  }

  /** What a variable stands for when it came from another module, however it was loaded and renamed. */
  imported(variable: Variable): ImportedName | null {
    return this.#names.imported(variable);
  }
}
