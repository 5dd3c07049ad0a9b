import { isPlainObject } from '../../recording/canonical.ts';
import type { RecordedEvent } from '../../recording/event.ts';
import { bareModel } from '../../recording/model-turn.ts';
import { hasBoth, type Tell } from './tell.ts';
import { grouped } from './waiting.ts';

/** Embeddings are told apart by what goes in and what comes out: they stand in no turn. */
export function checkEmbeddings(events: readonly RecordedEvent[], tell: Tell): void {
  if (!hasBoth(events, 'embedding_')) return;
  const of = (event: RecordedEvent) => {
    if (!isPlainObject(event.content)) return '';
    const { input, embeddingCount } = event.content;
    return event.eventType === 'embedding_request'
      ? JSON.stringify(['input', typeof input === 'string' ? [input] : input])
      : JSON.stringify(['output', embeddingCount, bareModel(event.metadata?.['model'])]);
  };
  const embedding = events.filter(({ eventType }) => eventType.startsWith('embedding_'));
  const waiting = grouped(
    embedding.filter(({ representation }) => representation === 'proxied'),
    of,
  );
  let requested = false; // a response belongs to the manual request before it, which was compared already
  for (const event of embedding) {
    if (event.representation !== 'manual') continue;
    const isRequest = event.eventType === 'embedding_request';
    const twin = isRequest || !requested ? waiting.get(of(event))?.shift() : undefined;
    if (twin) tell('embedding-twice', twin, event);
    requested = isRequest;
  }
}
