/**
 * A JSON answer before it is a `Response`. Over a socket none is ever built: building one and reading it back costs more
 * than serving the event. Hono hands on whatever its one handler returns, so this travels in a Response's place.
 */
export class JsonReply {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }

  /** For Hono's types. */
  asResponse(): Response {
    return this as unknown as Response;
  }

  toResponse(): Response {
    return Response.json(this.body, { status: this.status });
  }
}
