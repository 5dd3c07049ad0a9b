import { TENANT } from '../keys.ts';

/** Whose agents and events these are. A body may name other owners than the key does: the backend believes it. */
export interface Owner {
  readonly userId: string;
  readonly projectId: string;
  readonly environmentId: string;
}

/** A second tenant, there to be written into by mistake. */
const NEIGHBOUR = {
  userId: '00000000-0000-4000-8000-000000000004',
  projectId: '00000000-0000-4000-8000-000000000015',
  environmentId: '00000000-0000-4000-8000-000000000026',
  providerId: '00000000-0000-4000-8000-000000000035',
} as const;

/** The tenant's second provider, of the Anthropic kind. */
const SECOND_PROVIDER = '00000000-0000-4000-8000-000000000032';

const USERS: ReadonlySet<string> = new Set([TENANT.userId, NEIGHBOUR.userId]);
const PROJECTS: ReadonlySet<string> = new Set([TENANT.projectId, NEIGHBOUR.projectId]);
const ENVIRONMENTS: ReadonlySet<string> = new Set([TENANT.environmentId, NEIGHBOUR.environmentId]);
const PROVIDERS: ReadonlySet<string> = new Set([TENANT.providerId, SECOND_PROVIDER, NEIGHBOUR.providerId]);

/** Whether the backend's tables have these rows: whatever refers to another one is refused. */
export function isKnown(owner: Owner): boolean {
  return USERS.has(owner.userId) && PROJECTS.has(owner.projectId) && ENVIRONMENTS.has(owner.environmentId);
}

export function isKnownProvider(providerId: string): boolean {
  return PROVIDERS.has(providerId);
}
