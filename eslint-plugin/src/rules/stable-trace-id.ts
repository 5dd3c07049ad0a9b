import type { TSESTree } from '@typescript-eslint/utils';
import { createRule } from '../create-rule.ts';
import { strayedCalls } from '../values/tool-rounds.ts';
import { groupEvents, isOneTraceEach, type TraceGroup } from '../values/trace-groups.ts';
import { lonelyTraces, movedSpans, splitTurns, toolsApart } from '../values/torn-workflows.ts';

type Node = TSESTree.Node;
type MessageIds =
  'freshPerEvent' | 'spanMoves' | 'toolsApart' | 'toolsBesideCall' | 'turnSplit' | 'roundMoves';

export const stableTraceId = createRule<MessageIds, []>({
  name: 'stable-trace-id',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require the events of one workflow to go to one trace id',
      preset: 'recommended',
    },
    schema: [],
    messages: {
      freshPerEvent:
        'This trace id is made for one event alone: the other events of the workflow go to other traces. Make the id once and share it.',
      spanMoves:
        'The span was opened in {{other}} (line {{line}}) and is closed in {{trace}}: it stays open in the one and has no request in the other. Use one trace id.',
      toolsApart:
        'These tools go to {{trace}}, while the turn that calls them goes to {{other}} (line {{line}}). Use the trace of the turn.',
      toolsBesideCall:
        'These tools go to {{trace}}, which is made anew for them alone: the proxied call that asks for them (line {{line}}) cannot carry its id. Make the id once, before the call.',
      turnSplit:
        'The answer goes to {{trace}}, the message it answers went to {{other}} (line {{line}}). Use one trace id.',
      roundMoves:
        'This call answers a tool call under a new trace id: each round of the workflow becomes a trace of its own. Make the id once, before the first call.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    const told = new Set<Node>();
    const report = (node: Node, messageId: MessageIds, data: Record<string, string> = {}): void => {
      if (told.has(node)) return;
      told.add(node);
      context.report({ node, messageId, data });
    };
    // What is compared has an id.
    const name = ({ trace: { id } }: TraceGroup): string => `\`trace(${context.sourceCode.getText(id!)})\``;
    const line = ({ loc }: Node): string => String(loc.start.line);

    for (const { header } of strayedCalls(sdk)) report(header, 'roundMoves');
    if (isOneTraceEach(sdk)) return;
    const events = groupEvents(sdk);
    for (const group of lonelyTraces(sdk, events)) report(group.trace.id!, 'freshPerEvent');
    for (const { response, request } of movedSpans(sdk, events))
      report(response.event.node, 'spanMoves', {
        trace: name(response.group),
        other: name(request.group),
        line: line(request.event.node),
      });
    for (const { tools, turn, call } of toolsApart(sdk, events)) {
      const node = tools.trace.id!;
      if (turn)
        report(node, 'toolsApart', {
          trace: name(tools),
          other: name(turn.group),
          line: line(turn.event.node),
        });
      else report(node, 'toolsBesideCall', { trace: name(tools), line: line(call.node) });
    }
    for (const { message, answer } of splitTurns(sdk, events))
      report(answer.event.node, 'turnSplit', {
        trace: name(answer.group),
        other: name(message.group),
        line: line(message.event.node),
      });
  },
});
