import type { Requirement } from '../requirement.ts';
import { baseUrls } from './base-url.ts';
import { delivery } from './delivery.ts';
import { generated } from './generated.ts';
import { harm } from './harm.ts';
import { idempotency } from './idempotency.ts';
import { mapping } from './mapping.ts';
import { proxied } from './proxied.ts';
import { registration } from './registration.ts';
import { retry } from './retry.ts';
import { spanReturned } from './spans.ts';
import { values } from './values.ts';

/** Everything that the contract demands, in the order in which it is reported. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...registration,
  ...mapping,
  ...values,
  spanReturned,
  ...idempotency,
  ...retry,
  ...delivery,
  ...harm,
  ...proxied,
  ...baseUrls,
  generated,
];
