import { REFUSALS } from '../../protocol/ingest-reply.ts';

/** An event that is not stored, and what the sender of a synchronous request is told. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** The `error` of the reply. The message is what the worker writes beside a dead letter. */
  readonly reply: string;

  constructor(status: number, reply: string, cause: string = reply) {
    super(cause);
    this.status = status;
    this.reply = reply;
  }
}

/** The database refused: the sender learns nothing of the cause. */
export function storageFailure(cause: string): Refused {
  return new Refused(REFUSALS.storage.status, REFUSALS.storage.error, cause);
}
