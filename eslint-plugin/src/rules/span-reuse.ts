import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { canAwait } from '../ast/functions.ts';
import { createRule, optionsOf } from '../create-rule.ts';
import { analyseSpans, type Site, type Verdict, type Wanted } from '../flow/index.ts';

export type SpanReuseOptions = Wanted;

type MessageIds = Verdict['messageId'] | 'addAwait' | 'awaitRequest' | 'useSpan';

const defaults: SpanReuseOptions = { neverClosed: true, missingOnPath: false };

export const spanReuse = createRule<MessageIds, [SpanReuseOptions]>({
  name: 'span-reuse',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require each tool response to carry the span id that its own request returned, once',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          neverClosed: {
            type: 'boolean',
            description: 'Report a request whose span gets a response on no path.',
          },
          missingOnPath: {
            type: 'boolean',
            description: 'Report a request whose span gets a response on some paths and not on others.',
          },
        },
      },
    ],
    messages: {
      spanNotFromRequest:
        '`{{argument}}` is no span id: no `toolCallRequest` returned it, so this response closes nothing. Pass what `await trace.toolCallRequest(…)` returned.',
      spanIsPromise:
        '`{{argument}}` is the promise of a span id, so the response is sent with no usable id. Await the request first.',
      toolNameMismatch:
        'This response is for {{response}}, but `{{argument}}` is the span of a request for {{request}}. Pass the span of the same tool.',
      alreadyClosed:
        '`{{argument}}` already has its response on every path to here. Each attempt needs a request of its own.',
      overwritten:
        '`{{variable}}` held the only span id of the open request for {{tool}}; after this it can never get its response. Send the response first.',
      neverClosed:
        'No path sends the response for this request, so its span stays open. Keep the span id and pass it to `toolCallResponse`, also when the tool fails.',
      missingOnPath:
        'Some paths leave this span without a response. Send one on every path, also when the tool fails.',
      addAwait: 'Await `{{argument}}`.',
      awaitRequest: 'Await the request.',
      useSpan: 'Pass `{{variable}}`, the open span.',
    },
  },
  defaultOptions: [defaults],
  check(sdk, context) {
    const options = optionsOf(context, defaults);
    const { sourceCode } = context;
    for (const verdict of analyseSpans(sdk, options)) context.report(describe(verdict, sourceCode));
  },
});

type Report = TSESLint.ReportDescriptor<MessageIds>;

function describe(verdict: Verdict, sourceCode: Readonly<TSESLint.SourceCode>): Report {
  const { messageId } = verdict;
  if (messageId === 'neverClosed' || messageId === 'missingOnPath')
    return { node: verdict.site.node, messageId };
  if (messageId === 'overwritten') {
    const { write, sites } = verdict;
    return { node: write.node, messageId, data: { variable: write.variable.name, tool: toolsOf(sites) } };
  }
  const { argument: node, tool } = verdict.response;
  const argument = abbreviate(sourceCode.getText(node));
  switch (messageId) {
    case 'spanNotFromRequest': {
      const meant = verdict.candidate?.variable;
      const variable = meant?.name ?? '';
      const visible = meant && isVisible(sourceCode, node, meant.name, meant.scope);
      return {
        node,
        messageId,
        data: { argument },
        suggest: visible
          ? [{ messageId: 'useSpan', data: { variable }, fix: (fixer) => fixer.replaceText(node, variable) }]
          : [],
      };
    }
    case 'spanIsPromise':
      return { node, messageId, data: { argument }, suggest: awaiting(node, verdict.sites, argument) };
    case 'toolNameMismatch':
      return {
        node,
        messageId,
        data: { argument, response: `"${tool}"`, request: toolsOf(verdict.sites) },
      };
    case 'alreadyClosed':
      return { node, messageId, data: { argument } };
  }
}

/** Offers to await the request where it is made, if it is made here for one name, and else the value where it is used. */
function awaiting(
  node: TSESTree.Node,
  sites: readonly Site[],
  argument: string,
): TSESLint.SuggestionReportDescriptor<MessageIds>[] {
  const suggestions: TSESLint.SuggestionReportDescriptor<MessageIds>[] = [];
  const [site] = sites;
  if (sites.length === 1 && site && site.node.parent?.type === 'VariableDeclarator' && canAwait(site.node)) {
    const { node: request } = site;
    suggestions.push({
      messageId: 'awaitRequest',
      fix: (fixer) => fixer.insertTextBefore(request, 'await '),
    });
  }
  if (canAwait(node)) {
    const bare =
      node.type === 'Identifier' || node.type === 'CallExpression' || node.type === 'MemberExpression';
    suggestions.push({
      messageId: 'addAwait',
      data: { argument },
      fix: (fixer) => [
        fixer.insertTextBefore(node, bare ? 'await ' : 'await ('),
        ...(bare ? [] : [fixer.insertTextAfter(node, ')')]),
      ],
    });
  }
  return suggestions;
}

function isVisible(
  sourceCode: Readonly<TSESLint.SourceCode>,
  node: TSESTree.Node,
  name: string,
  home: TSESLint.Scope.Scope,
): boolean {
  let scope: TSESLint.Scope.Scope | null = sourceCode.getScope(node);
  while (scope && scope !== home && !scope.set.has(name)) scope = scope.upper;
  return scope === home;
}

function toolsOf(sites: readonly Site[]): string {
  const tools = [...new Set(sites.map(({ tool }) => tool))];
  return tools.includes(null) ? 'a tool' : tools.map((tool) => `"${tool}"`).join(' or ');
}

function abbreviate(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}…` : line;
}
