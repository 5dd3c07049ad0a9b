import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, isFunction } from '../ast/functions.ts';
import { unwrap } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import type { Client, ModelCall, Sdk } from '../sdk/index.ts';
import { identityOf, relation } from '../values/identity.ts';
import { property } from '../values/objects.ts';
import { isSurelyPatched } from '../values/patched.ts';
import {
  assignedHeaders,
  decidingHeader,
  headersOfCall,
  headersOfConstruction,
  lacksTraceHeader,
  traceHeadersIn,
  type TraceHeaders,
} from '../values/trace-headers.ts';
import { mayMeet, TracesAround, type KnownTrace } from '../values/traces-around.ts';

type Node = TSESTree.Node;
type MessageIds = 'otherId' | 'threadDiffers' | 'missing' | 'useTraceId' | 'addHeaders';

export const traceHeader = createRule<MessageIds, []>({
  name: 'trace-header',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require proxied calls to carry the trace id of the events around them',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      otherId:
        'The proxied call goes to the trace {{header}}, the events around it go to `trace({{id}})` (line {{line}}): one workflow becomes two traces. Use one id for both.',
      threadDiffers:
        '`X-Thread-ID` is {{thread}}, `X-Trace-ID` is {{trace}}: WhyOps takes one id for both and ignores the thread. Give both the same value.',
      missing:
        'This proxied call carries no `X-Trace-ID`, while events around it go to {{trace}}: WhyOps puts the call into another trace. Pass the id as a header of the call or of the client.',
      useTraceId: 'Use {{id}}.',
      addHeaders: 'Add the trace headers.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    const { sourceCode } = context;

    let traces: TracesAround | null = null;
    const known = (): TracesAround => (traces ??= new TracesAround(sdk));
    const tracesAround = (at: Node, client: Client): KnownTrace[] =>
      known()
        .of(at, client)
        .filter((trace) => mayMeet(at, trace));

    // One constant may be the headers of several calls.
    const told = new Set<Node>();

    function checkThread({ trace, thread }: TraceHeaders): void {
      if (trace.is !== 'here' || thread.is !== 'here' || told.has(thread.value)) return;
      if (!differ(sdk, trace.value, thread.value)) return;
      told.add(thread.value);
      const id = sourceCode.getText(trace.value);
      context.report({
        node: thread.value,
        messageId: 'threadDiffers',
        data: { trace: id, thread: sourceCode.getText(thread.value) },
        suggest: [useTraceId(thread.value, id)],
      });
    }

    /** Compares the id of headers with those of the traces around a place. */
    function checkId(headers: TraceHeaders, at: Node, client: Client, around = tracesAround): void {
      const header = decidingHeader(headers);
      if (header.is !== 'here' || told.has(header.value)) return;
      if (hasTraceBeside(sdk, header.value, at, client)) return;
      const traces = around(at, client);
      if (traces.length === 0) return;
      // More traces than a workflow has; comparing all with all would be quadratic.
      if (traces.length > 32) return;
      const given = identityOf(sdk, header.value);
      const other = traces.every(({ id }) => /^(different|unlike)$/.test(relation(given, id)));
      if (!other) return;
      told.add(header.value);
      const { trace } = traces.find(({ hasEvents }) => hasEvents) ?? traces[0]!;
      const id = sourceCode.getText(trace.id!);
      context.report({
        node: header.value,
        messageId: 'otherId',
        data: { header: sourceCode.getText(header.value), id, line: String(trace.origin.loc.start.line) },
        suggest:
          traces.length === 1 && isVisible(sdk, trace.id!, header.value)
            ? [useTraceId(header.value, id)]
            : [],
      });
    }

    function useTraceId(value: Node, id: string) {
      return {
        messageId: 'useTraceId' as const,
        data: { id },
        fix: (fixer: TSESLint.RuleFixer) => fixer.replaceText(value, id),
      };
    }

    function checkPresence(call: ModelCall): void {
      if (!lacksTraceHeader(sdk, call)) return;
      const traces = tracesAround(call.node, call.client.client).filter(({ hasEvents }) => hasEvents);
      if (traces.length === 0 || !isSurelyPatched(sdk, call.client)) return;
      const id = traces.length === 1 ? traces[0]!.trace.id : null;
      const text = id && sourceCode.getText(id);
      context.report({
        node: call.node,
        messageId: 'missing',
        data: { trace: text ? `\`trace(${text})\`` : 'a trace of their own' },
        suggest:
          id && isVisible(sdk, id, call.node)
            ? [{ messageId: 'addHeaders', fix: (fixer) => addHeaders(fixer, call, text!) }]
            : [],
      });
    }

    function addHeaders(fixer: TSESLint.RuleFixer, { node }: ModelCall, id: string): TSESLint.RuleFix | null {
      const headers = `headers: { 'X-Trace-ID': ${id}, 'X-Thread-ID': ${id} }`;
      const [body, options] = node.arguments;
      if (body && !options) return fixer.insertTextAfter(body, `, { ${headers} }`);
      const object = options && unwrap(options);
      if (object?.type !== 'ObjectExpression' || property(object, 'headers').is !== 'absent') return null;
      const [first] = object.properties;
      return first
        ? fixer.insertTextBefore(first, `${headers}, `)
        : fixer.replaceText(object, `{ ${headers} }`);
    }

    const { modelCalls, patches } = sdk;
    if (patches.length === 0) return;
    const withoutOwn = new Set<Node>();
    for (const call of modelCalls) {
      const headers = headersOfCall(sdk, call);
      if (headers.is === 'here') {
        checkThread(headers.value);
        checkId(headers.value, call.node, call.client.client);
      }
      if (headers.is === 'absent' || (headers.is === 'here' && decidingHeader(headers.value).is !== 'here'))
        withoutOwn.add(call.client.origin);
      checkPresence(call);
    }
    const called = new Set(modelCalls.map(({ client }) => client.origin));
    for (const patch of patches) {
      const headers = headersOfConstruction(sdk, patch);
      if (headers.is !== 'here') continue;
      checkThread(headers.value);
      // A call's own header wins over that of the constructor.
      if (called.has(patch.origin) && !withoutOwn.has(patch.origin)) continue;
      const inFunction = isFunction(codeUnitOf(patch.construction!));
      checkId(
        headers.value,
        patch.construction!,
        patch.client,
        inFunction ? tracesAround : (_at, client) => known().ofFile(client),
      );
    }
    for (const { left, right } of assignedHeaders(sdk)) {
      const target = unwrap(left) as TSESTree.MemberExpression;
      const provider = sdk.provider(target.object);
      const object = unwrap(right);
      if (!provider || object.type !== 'ObjectExpression') continue;
      const headers = traceHeadersIn(object);
      checkThread(headers);
      checkId(headers, target, provider.client);
    }
  },
});

/** Whether the code asks for a trace of the header's id right beside: `trace(id)` and `'X-Trace-ID': id`. */
function hasTraceBeside(sdk: Sdk, header: Node, at: Node, client: Client): boolean {
  if (header.type !== 'Identifier') return false;
  const unit = codeUnitOf(at);
  return sdk.traces.some(
    ({ id, origin, client: other }) =>
      id?.type === 'Identifier' &&
      id.name === header.name &&
      (!other || other.origin === client.origin) &&
      codeUnitOf(origin) === unit &&
      sdk.variable(id) === sdk.variable(header),
  );
}

function differ(sdk: Sdk, a: Node, b: Node): boolean {
  // Side by side, one name is one variable.
  if (a.type === 'Identifier' && b.type === 'Identifier' && a.name === b.name) return false;
  return /^(different|unlike)$/.test(relation(identityOf(sdk, a), identityOf(sdk, b)));
}

/** Whether the id can be written at `place` as it is written in `trace(id)`. */
function isVisible(sdk: Sdk, id: Node, place: Node): boolean {
  const inner = unwrap(id);
  if (inner.type === 'Literal') return true;
  const variable = inner.type === 'Identifier' ? sdk.variable(inner) : null;
  const declared = variable?.identifiers[0] as Node | undefined;
  return (
    !!variable &&
    !!declared &&
    declared.range[0] < place.range[0] &&
    contains(variable.scope.block as Node, place)
  );
}
