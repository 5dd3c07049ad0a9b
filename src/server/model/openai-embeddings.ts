import type { ReplyObject } from './reply.ts';

/** Of the models that most people use; any other gets a short vector. */
const DIMENSIONS: Readonly<Record<string, number>> = {
  'text-embedding-3-large': 3072,
  'text-embedding-3-small': 1536,
  'text-embedding-ada-002': 1536,
};

/** A list of embeddings: the scripted vectors, or made-up ones that are the same for the same input. */
export function embeddingList(body: Record<string, unknown>, reply: ReplyObject): Record<string, unknown> {
  const inputs = inputsOf(body['input']);
  const model = typeof body['model'] === 'string' ? body['model'] : 'fake-model';
  const size = typeof body['dimensions'] === 'number' ? body['dimensions'] : (DIMENSIONS[model] ?? 8);
  const vectors = reply.embeddings ?? inputs.map((input) => vectorOf(JSON.stringify(input), size));
  const tokens = inputs.reduce<number>((sum, input) => sum + Math.ceil(JSON.stringify(input).length / 4), 0);
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body['encoding_format'] === 'base64' ? toBase64(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** A text, a list of texts, a list of tokens, or a list of such lists. */
function inputsOf(input: unknown): unknown[] {
  if (!Array.isArray(input)) return input === undefined ? [] : [input];
  return typeof input[0] === 'number' ? [input] : input;
}

/** A unit vector that depends on every character (FNV-1a, stirred once more for each dimension). */
function vectorOf(text: string, size: number): number[] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  const vector = Array.from({ length: size }, () => {
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    return ((hash >>> 0) / 0xffffffff) * 2 - 1;
  });
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function toBase64(vector: readonly number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}
