/** The input as a whole cannot be read: it is not there, in no form that is known, or there is no room to sort it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
