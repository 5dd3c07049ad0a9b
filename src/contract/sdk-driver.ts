import { spoil } from './spoil.ts';
import type { EventCall, Hello, ModelCall, Operation, Reply, SdkConfig } from './protocol.ts';

/** One client of the SDK under test, as a driver written in TypeScript shows it to the contract. */
export interface SdkClient {
  initAgent?(): unknown;
  /** Calls the trace method. @returns for `toolCallRequest` the span id. */
  event(call: EventCall): unknown;
  /** Calls a model through a provider client that the SDK patched. */
  model?(call: ModelCall): unknown;
  /** Flushes and closes. */
  close?(): unknown;
}

/** An SDK under test in this process: what {@link runContract} and {@link serveDriver} take. */
export interface SdkDriver extends Hello {
  /**
   * Constructs the SDK's client.
   *
   * @param gone Aborted when the driver has exited. In this process the client lives on, and one that still tries to send
   *   something could meet a later fake on the same port: make it stop, if you can.
   */
  client(config: SdkConfig, gone: AbortSignal): SdkClient | Promise<SdkClient>;
}

/** Thrown by a driver for a method or option that its SDK does not have. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

/** A failure that the SDK reports to the application without throwing; return it from `event` or `initAgent`. */
export class Reported {
  readonly message: string;
  readonly value: unknown;
  constructor(message: string, value?: unknown) {
    this.message = message;
    this.value = value;
  }
}

/** Answers operations with an SDK driver. Both the in-process and the stdio way end here. */
export function answerWith(driver: SdkDriver, gone: AbortSignal): (operation: Operation) => Promise<Reply> {
  const clients = new Map<string, SdkClient>();
  const clientOf = (id: string) => {
    const client = clients.get(id);
    if (!client) throw new Error(`There is no client "${id}".`);
    return client;
  };
  const perform = async (operation: Operation): Promise<Reply> => {
    switch (operation.op) {
      case 'hello': {
        const { sdk, version, language, capabilities } = driver;
        return { ok: true, sdk, version, language, capabilities } as Reply;
      }
      case 'client':
        clients.set(operation.client, await driver.client(operation.config, gone));
        return { ok: true };
      case 'initAgent': {
        const client = clientOf(operation.client);
        return client.initAgent ? valueOf(await client.initAgent()) : { unsupported: true };
      }
      case 'event':
        return callEvent(clientOf(operation.client), operation);
      case 'model': {
        const client = clientOf(operation.client);
        if (!client.model) return { unsupported: true };
        await client.model(operation);
        return { ok: true };
      }
      case 'close': {
        const client = clientOf(operation.client);
        if (!client.close) return { unsupported: true };
        return valueOf(await client.close());
      }
      case 'exit':
        await Promise.all([...clients.values()].map((client) => client.close?.()));
        return { ok: true };
    }
  };
  return async (operation) => {
    try {
      return await perform(operation);
    } catch (error) {
      if (error instanceof Unsupported) return { unsupported: true };
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      return { ok: false, error: { name, message } };
    }
  };
}

/** Starts the call, then spoils the objects that were given to it: a missing snapshot shows in what arrives. */
async function callEvent(client: SdkClient, call: EventCall): Promise<Reply> {
  const given = structuredClone({ args: call.args, options: call.options });
  const pending = client.event({ ...call, ...given });
  spoil(given.args);
  spoil(given.options);
  return valueOf(await pending);
}

function valueOf(value: unknown): Reply {
  if (value instanceof Reported) return { ok: true, reported: value.message, value: value.value };
  return value === undefined ? { ok: true } : { ok: true, value };
}
