import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, type LanguageModel, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { type Api, type Connection, describeAgent } from './workflow.ts';

/** Both provider packages take a base URL that ends in `/v1`, Anthropic's too. */
function languageModel(api: Api, { model, root, ...connection }: Connection): LanguageModel {
  const settings = { ...connection, baseURL: `${root}/v1` };
  if (api === 'messages') return createAnthropic(settings)(model);
  const openai = createOpenAI(settings);
  return api === 'chat' ? openai.chat(model) : openai.responses(model);
}

describeAgent('Vercel AI SDK', async ({ api, stream, question, connect, chargeCard }) => {
  const options = {
    model: languageModel(api, connect(0)),
    prompt: question,
    maxRetries: 0,
    stopWhen: stepCountIs(4),
    prepareStep: ({ stepNumber }: { stepNumber: number }) => ({
      model: languageModel(api, connect(stepNumber)),
    }),
    tools: {
      charge_card: tool({
        description: 'Charges the card on file.',
        inputSchema: z.object({ amount: z.number(), currency: z.string() }),
        execute: (charge, { toolCallId }) => chargeCard(charge, toolCallId),
      }),
    },
  };
  if (!stream) return (await generateText(options)).text;
  return streamText(options).text;
});
