import type { ModelAnswer } from '../model/call.ts';
import type { StreamTap } from './model-route.ts';

/**
 * Passes the provider's stream on through the tap, as fast as it comes. A stream that the provider breaks off ends for
 * the client as if it were complete; a client that goes away ends it at once.
 * @param ended Is called once with what was sent, before the client sees the end; `complete` tells whether the provider
 * came to its own end.
 */
export function relay(
  answer: ModelAnswer,
  tap: StreamTap,
  ended: (sent: string, complete: boolean) => Promise<void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cancelled = false;
  let sent = '';
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string) => {
        if (text === '') return;
        sent += text;
        controller.enqueue(encoder.encode(text));
      };
      let complete = false;
      try {
        for await (const chunk of answer.chunks()) {
          if (cancelled) return;
          send(tap.push(chunk));
        }
        if (cancelled) return;
        send(tap.end());
        complete = true;
      } catch {
        // Broken off: the proxy tells neither the client nor the trace.
        if (cancelled) return;
      }
      await ended(sent, complete);
      if (!cancelled) controller.close();
    },
    async cancel() {
      cancelled = true;
      await ended(sent, false);
    },
  });
}
