import type { IngestEvent } from '../../protocol/ingest-event.ts';
import { asRecord } from './record.ts';

const DESCRIPTION = 'Auto-initialized by analyse service from first ingested trace event';
const PLACEHOLDER_PROMPT = '(Auto-initialized from ingested trace event)';

/** The metadata of an agent that nobody registered, guessed from the first event that names it. */
export function autoInitMetadata({ content, metadata }: IngestEvent): Record<string, unknown> {
  return {
    systemPrompt: systemPromptOf(content, metadata) ?? PLACEHOLDER_PROMPT,
    tools: [metadata?.tools, asRecord(content)?.tools].find(Array.isArray) ?? [],
    description: DESCRIPTION,
  };
}

function systemPromptOf(content: unknown, metadata: IngestEvent['metadata']): string | undefined {
  const candidates = [metadata?.systemPrompt, systemMessage(content), asRecord(content)?.system];
  return candidates.find(
    (candidate): candidate is string => typeof candidate === 'string' && candidate !== '',
  );
}

function systemMessage(content: unknown): unknown {
  const messages = Array.isArray(content) ? content : asRecord(content)?.messages;
  if (!Array.isArray(messages)) return undefined;
  const found = messages.find((message) =>
    ['system', 'developer'].includes(asRecord(message)?.role as string),
  );
  return asRecord(found)?.content;
}
