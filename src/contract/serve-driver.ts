import { answerWith, type SdkDriver } from './sdk-driver.ts';
import type { Message } from './protocol.ts';

/**
 * Makes this process a driver: reads messages from stdin, answers on stdout, and ends after `exit`. Messages are handled side
 * by side, as an application would make its calls.
 *
 * @example
 * await serveDriver({ sdk: 'my-sdk', version: '1.0.0', language: 'typescript', capabilities: ['events'], client: (config) => … });
 */
export async function serveDriver(sdk: SdkDriver): Promise<void> {
  // Nothing lives on: the process ends.
  const answer = answerWith(sdk, new AbortController().signal);
  // stdout belongs to the protocol; an SDK that logs must not break it.
  console.log = console.info = console.debug = console.error;
  let unread = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const lines = (unread + String(chunk)).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const { seq, ...operation } = JSON.parse(line) as Message;
      const replied = answer(operation).then((reply) =>
        process.stdout.write(`${JSON.stringify({ seq, ...reply })}\n`),
      );
      if (operation.op === 'exit') {
        await replied;
        return process.stdin.destroy() && undefined;
      }
    }
  }
}
