import { asRecord } from '../record.ts';

/**
 * The texts of an array of blocks or messages, or of a whole message. A message whose own content is made of blocks is
 * passed over; tool use and the stop reason are lost. `undefined` when there is no text.
 */
export function anthropicText(content: object): string | undefined {
  const elements: unknown = Array.isArray(content) ? content : asRecord(content)?.content;
  if (!Array.isArray(elements)) return undefined;
  const texts = elements
    .map(asRecord)
    .map((element) => (element?.type === 'text' ? element.text : element?.content));
  return texts.filter((text) => typeof text === 'string').join('\n') || undefined;
}
