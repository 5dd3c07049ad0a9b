import { encodeSignature } from '../../src/protocol/signature.ts';

/** Ids that the recorded backend made up, and the ones that the fake made up in their place. */
export class Aliases {
  readonly #actual = new Map<string, string>();

  learn(recorded: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): void {
    const byMark = new Map([...actual].map(([id, mark]) => [mark, id]));
    for (const [id, mark] of recorded) {
      const own = byMark.get(mark);
      if (own !== undefined) this.#actual.set(id, own);
    }
  }

  /** A text of a recorded request as a client of the fake would have written it: in the clear and in signatures. */
  translate(text: string): string {
    let translated = text;
    for (const [id, own] of this.#actual) {
      translated = translated.replaceAll(id, own).replaceAll(encodeSignature(id), encodeSignature(own));
    }
    return translated;
  }
}
