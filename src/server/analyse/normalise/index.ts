import type { EventType } from '../../../protocol/event-type.ts';
import { asRecord } from '../record.ts';
import { anthropicText } from './anthropic.ts';
import { familyOf } from './family.ts';
import { openaiResponse, openaiUserText } from './openai.ts';
import { openaiToolRequest, openaiToolResponse } from './openai-tools.ts';

/** What of an event decides how its content is stored. */
export interface Normalised {
  readonly eventType: EventType;
  readonly content?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The content as the backend stores it: reduced to its text or its calls where it has a provider's shape, as it is
 * otherwise. It is a reduction with losses, and the losses are played too.
 */
export function normaliseContent({ eventType, content, metadata }: Normalised): unknown {
  if (typeof content !== 'object' || content === null) return content;
  const family = familyOf(content, metadata);
  if (family === undefined) return content;
  return (
    (family === 'anthropic' ? anthropic(eventType, content) : openai(eventType, content, metadata)) ?? content
  );
}

function anthropic(eventType: EventType, content: object): unknown {
  return eventType === 'user_message' || eventType === 'llm_response' ? anthropicText(content) : undefined;
}

function openai(eventType: EventType, sent: object, metadata: Normalised['metadata']): unknown {
  const envelope = asRecord(asRecord(sent)?.response);
  const content = envelope ?? sent;
  switch (eventType) {
    case 'user_message':
      return openaiUserText(content);
    case 'llm_response':
      return openaiResponse(content);
    case 'tool_call_request':
      return openaiToolRequest(content, metadata?.tool_call_id);
    case 'tool_call_response':
    case 'tool_result':
      return openaiToolResponse(content);
    default:
      return undefined;
  }
}
