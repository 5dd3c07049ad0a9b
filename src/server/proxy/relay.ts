import type { ModelAnswer } from '../model/call.ts';
import type { StreamTap } from './model-route.ts';

/** How a stream ended: `false` when the provider or the client broke it off. */
export type StreamEnd = (sent: string, complete: boolean) => Promise<void>;

/**
 * Passes the provider's stream on through the tap, as fast as it comes. A stream that the provider breaks off ends for
 * the client as if it were complete.
 * @param end Is called once, before the client sees the end.
 */
export function relay(answer: ModelAnswer, tap: StreamTap, end: StreamEnd): ReadableStream<Uint8Array> {
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
          if (cancelled) break;
          send(tap.push(chunk));
        }
        if (!cancelled) {
          send(tap.end());
          complete = true;
        }
      } catch {
        // Broken off: the proxy tells neither the client nor the trace.
      }
      await end(sent, complete);
      if (!cancelled) controller.close();
    },
    cancel() {
      cancelled = true;
    },
  });
}
