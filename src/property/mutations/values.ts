import type { Delivery } from '../../recording/build.ts';

/** Text that no other event of a workflow has. */
export const STRANGE = 'said by nobody else';
/** An id that no other event of a workflow has. */
export const FRESH_TRACE = 'fresh-trace';

export const OPENAI = { model: 'gpt-5', provider: 'openai' };

export const LOST_ANSWER: Delivery = { fault: 'store-then-drop', stored: true };

/** Stored, although the sender was told to try again. */
export const STORED_503: Delivery = { fault: 'store-then-status', stored: true, status: 503 };

export const CONFLICT = 'Trace is already bound to a different agent/version for this traceId';

export const WHYOPS_KEY = { header: 'authorization', kind: 'whyops', hint: 'whyops_…' } as const;
export const PROVIDER_KEY = { header: 'x-api-key', kind: 'provider', hint: 'sk-…' } as const;
