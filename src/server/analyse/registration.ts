import { agentInitSchema } from '../../protocol/agent-init.ts';
import type { Reply } from '../backend.ts';
import { AgentLimitReached, type Agents } from './agents.ts';
import { assertStorable } from './jsonb.ts';
import type { Owner } from './tenants.ts';

/** `POST /api/entities/init`. The identity comes from the key alone. */
export function registerAgent(agents: Agents, body: unknown, owner: Owner): Reply {
  const parsed = agentInitSchema.safeParse(body);
  if (!parsed.success) {
    return {
      status: 400,
      body: { success: false, error: { issues: parsed.error.issues, name: 'ZodError' } },
    };
  }
  try {
    assertStorable(parsed.data);
    const { version, created } = agents.register(owner, parsed.data.agentName, parsed.data.metadata);
    return {
      status: created ? 201 : 200,
      body: {
        success: true,
        agentId: version.agent.id,
        agentVersionId: version.id,
        status: created ? 'created' : 'existing',
        versionHash: version.hash,
      },
    };
  } catch (error) {
    if (error instanceof AgentLimitReached) {
      return {
        status: 409,
        body: { success: false, error: `Account agent limit reached (${error.message})` },
      };
    }
    return { status: 500, body: { success: false, error: 'Failed to initialize agent' } };
  }
}
