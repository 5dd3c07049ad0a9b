import type { ZodError } from 'zod/v3';
import { agentInitSchema, samplingRateSchema } from '../../protocol/agent-init.ts';
import type { Reply } from '../backend.ts';
import { AgentLimitReached, type Agents } from './agents.ts';
import { assertStorable } from './jsonb.ts';
import { UUID } from './read-events.ts';
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

/** `PATCH /api/entities/:id/sampling-rate`: for every version that the agent has, not for later ones. */
export function setSamplingRate(agents: Agents, id: string, body: unknown, owner: Owner, now: number): Reply {
  const parsed = samplingRateSchema.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  if (!UUID.test(id))
    return { status: 500, body: { success: false, error: 'Failed to update sampling rate' } };
  const agent = agents.byId(id);
  if (!agent || agent.owner.userId !== owner.userId) {
    return { status: 404, body: { success: false, error: 'Agent not found' } };
  }
  const samplingRate = Math.round(parsed.data.samplingRate * 100) / 100;
  for (const version of agent.versions) version.samplingRate = samplingRate;
  return {
    status: 200,
    body: {
      success: true,
      agentId: agent.id,
      samplingRate,
      updatedVersions: agent.versions.length,
      latestVersionId: agents.latest(agent).id,
      updatedAt: new Date(now).toISOString(),
    },
  };
}

function invalid(error: ZodError): Reply {
  return { status: 400, body: { success: false, error: { issues: error.issues, name: 'ZodError' } } };
}
