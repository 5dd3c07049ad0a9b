import { DriverBroken } from './driver.ts';
import { isTimeout, isUnsupported } from './protocol.ts';
import type { Scene, Stage } from './stage.ts';

/**
 * One call, before anything is judged: tells a broken driver from a broken SDK. As soon as a request of the SDK arrives, be it
 * refused, the SDK is at work and the requirements decide.
 *
 * @throws DriverBroken that says what the driver answered and what did not arrive.
 */
export async function smoke(stage: Stage): Promise<void> {
  const scene = await stage.scene();
  const { events, provider } = capabilitiesOf(stage);
  if (!events && !provider)
    throw new DriverBroken(
      'The driver offers neither "events", "openai" nor "anthropic": there is nothing to check. Name what the SDK can do in "capabilities".',
    );
  if (isUnsupported(scene.constructed))
    throw new DriverBroken('The driver answered "client" with unsupported: it cannot construct the SDK.');
  if (failed(scene)) throw new DriverBroken(`The SDK could not be constructed: ${said(scene)}`);
  const answer = events
    ? await scene.say('smoke', 't1', {}, stage.limits.smoke)
    : await scene.model(provider!);
  const declared = events ? 'events' : provider!;
  if (isUnsupported(answer))
    throw new DriverBroken(`The driver declares "${declared}" and answered it with unsupported.`);
  const arrived = await scene.until((now) => now.exchanges.length > 0 || now.bypasses.length > 0);
  if (arrived) return;
  // A provider client that the SDK broke throws before it sends anything: a result, not a broken driver.
  if (!events && 'ok' in answer && !answer.ok) return;
  throw new DriverBroken(
    [
      `The driver was asked for one ${events ? 'userMessage' : 'model call'} and no request arrived at the fake.`,
      isTimeout(answer)
        ? `It did not answer within ${answer.timedOutAfterMs} ms.`
        : `It answered ${JSON.stringify(answer)}.`,
      'Does it construct the SDK with the analyseBaseUrl, proxyBaseUrl and apiKey of "config"?',
    ].join('\n'),
  );
}

function capabilitiesOf({ hello }: Stage) {
  const provider = (['openai', 'anthropic'] as const).find((name) => hello.capabilities.includes(name));
  return { events: hello.capabilities.includes('events'), provider };
}

function failed({ constructed }: Scene): boolean {
  return isTimeout(constructed) || ('ok' in constructed && !constructed.ok);
}

function said({ constructed }: Scene): string {
  if (isTimeout(constructed)) return `no answer within ${constructed.timedOutAfterMs} ms`;
  return 'ok' in constructed && !constructed.ok
    ? `${constructed.error.name}: ${constructed.error.message}`
    : JSON.stringify(constructed);
}
