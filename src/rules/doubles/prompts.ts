import { isPlainObject } from '../../recording/canonical.ts';
import type { RecordedEvent } from '../../recording/event.ts';
import { fold, textOf } from '../../recording/model-turn.ts';
import { hasBoth, type Tell } from './tell.ts';

/** A prompt and its copy stand side by side, with no answer between them, or the copy follows the answer. */
export function checkPrompts(
  events: readonly RecordedEvent[],
  doubled: ReadonlySet<RecordedEvent>,
  tell: Tell,
): void {
  if (!hasBoth(events, 'user_message')) return;
  let prompt: RecordedEvent | undefined; // the last proxied prompt that has no copy yet
  let copy: RecordedEvent | undefined; // the last manual user message that no answer followed
  let answered = false;
  let late: readonly [RecordedEvent, RecordedEvent] | undefined; // a copy after the answer, to be judged by what follows
  for (const event of events) {
    if (event.eventType === 'llm_response') {
      if (late && event.representation === 'manual' && !doubled.has(event)) late = undefined;
      copy = undefined;
      answered = true;
    } else if (event.eventType === 'tool_result' && event.representation === 'proxied') {
      prompt = copy = undefined;
    } else if (event.eventType === 'user_message' && event.representation === 'proxied') {
      if (copy)
        tell(promptOf(copy) === promptOf(event) ? 'prompt-twice' : 'prompt-twice-likely', copy, event);
      prompt = copy ? undefined : event;
      copy = undefined;
      answered = false;
    } else if (event.eventType === 'user_message' && event.representation === 'manual') {
      const same = prompt !== undefined && promptOf(prompt) === promptOf(event);
      if (prompt && !answered) {
        tell(same ? 'prompt-twice' : 'prompt-twice-likely', prompt, event);
        prompt = undefined;
      } else if (prompt && same) {
        if (late) tell('prompt-twice', ...late);
        late = [prompt, event];
        prompt = undefined;
      } else copy = event;
    }
  }
  if (late) tell('prompt-twice', ...late);
}

/** The text of the last user message of a prompt, in whatever shape it was sent. */
export function promptOf({ content }: RecordedEvent): string {
  const messages =
    isPlainObject(content) && Array.isArray(content['messages']) ? content['messages'] : content;
  if (!Array.isArray(messages)) return fold(textOf(messages));
  const last = messages.findLast(
    (message) => isPlainObject(message) && message['role'] === 'user',
  ) as unknown;
  return fold(textOf(last ?? messages));
}
