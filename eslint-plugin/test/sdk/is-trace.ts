import { lint, type LintRequest } from '../harness/lint.ts';

/** A floating event call is reported exactly where the object is known to be a trace, so it shows who is known. */
export function isTrace(code: string, more: Partial<LintRequest> = {}): boolean {
  const found = lint({ code, rules: { 'whyops/awaited-events': [] }, ...more });
  return found.length === 1;
}

export const settings = (whyops: Record<string, string[]>) => ({ settings: { whyops } });
export type Example = [name: string, code: string, more?: Partial<LintRequest>];
