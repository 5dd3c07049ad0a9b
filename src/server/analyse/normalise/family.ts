import { asRecord } from '../record.ts';

/** Whose shape a content is taken for: the provider's that metadata names, else by its looks; `undefined` for neither. */
export function familyOf(
  content: object,
  metadata: Readonly<Record<string, unknown>> | undefined,
): 'anthropic' | 'openai' | undefined {
  const provider = metadata?.provider ?? metadata?.providerSlug ?? metadata?.providerName;
  const name = typeof provider === 'string' ? provider.toLowerCase() : '';
  if (name.includes('anthropic')) return 'anthropic';
  if (name.includes('openai') || name.includes('openrouter')) return 'openai';
  if (asRecord(content)?.type === 'message') return 'anthropic';
  return looksLikeOpenai(content) ? 'openai' : undefined;
}

const OBJECTS: ReadonlySet<unknown> = new Set(['chat.completion', 'chat.completion.chunk', 'response']);

function looksLikeOpenai(content: object): boolean {
  const record = asRecord(Array.isArray(content) ? content[0] : content);
  if (!record) return false;
  const has = (...keys: string[]) => keys.every((key) => key in record);
  if (has('role', 'content')) return true;
  if (Array.isArray(content)) return false;
  return (
    OBJECTS.has(record.object) ||
    (typeof record.type === 'string' && record.type.startsWith('response.')) ||
    has('messages', 'model') ||
    has('input', 'model') ||
    has('choices') ||
    asRecord(record.response)?.role !== undefined
  );
}
