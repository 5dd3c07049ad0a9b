import { createHash } from 'node:crypto';
import { z } from 'zod/v3';

const required = (field: string) => z.string().min(1, `${field} is required`);

// The order of the keys is the order in which they enter the version hash.
export const agentMetadataSchema = z.object({
  systemPrompt: required('metadata.systemPrompt'),
  tools: z.array(
    z.object({
      name: required('tool.name'),
      inputSchema: required('tool.inputSchema'),
      outputSchema: required('tool.outputSchema'),
      description: required('tool.description'),
    }),
  ),
  description: z.string().optional(),
});

/** The body of `POST /api/entities/init` and of the proxy's `POST /v1/agents/init`. Unknown keys are dropped. */
export const agentInitSchema = z.object({
  agentName: z.string().min(1, 'Agent name is required').max(255),
  metadata: agentMetadataSchema,
});

/** The body of `PATCH /api/entities/:agentId/sampling-rate`. */
export const samplingRateSchema = z.object({ samplingRate: z.number().min(0).max(1) });

export type AgentInit = z.output<typeof agentInitSchema>;

/**
 * What decides whether an agent gets a new version: 32 hexadecimal digits over its metadata in the order of the schema.
 * The order of tools matters, the order in which a client wrote its keys does not.
 */
export function versionHash(metadata: unknown): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('hex').slice(0, 32);
}
