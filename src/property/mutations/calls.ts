import { mutationsOf } from './mutation.ts';
import { onCall, onEmbedding } from './places.ts';

/** Proxied calls that the backend takes for repetitions. */
export const equalCalls = mutationsOf('event-accepted', {
  'equal-call': {
    'same-prompt-twice': onCall((action) =>
      action.call.events[0]?.eventType === 'user_message' ? [action, action] : null,
    ),
    'same-embedding-twice': onEmbedding((action) => [action, action]),
  },
});
