import { ChatAnthropic } from '@langchain/anthropic';
import { type AIMessageChunk, type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { type Api, type Charge, type Connection, describeAgent } from './workflow.ts';

/** OpenAI's base URL ends in `/v1`, Anthropic's does not. */
function chatModel(
  api: Api,
  { model, apiKey, root, headers, fetch }: Connection,
): ChatOpenAI | ChatAnthropic {
  const client = { defaultHeaders: headers, ...(fetch && { fetch }) };
  if (api === 'messages')
    return new ChatAnthropic({ model, apiKey, maxRetries: 0, anthropicApiUrl: root, clientOptions: client });
  return new ChatOpenAI({
    model,
    apiKey,
    maxRetries: 0,
    useResponsesApi: api === 'responses',
    configuration: { baseURL: `${root}/v1`, ...client },
  });
}

describeAgent('LangChain.js', async ({ api, stream, question, connect, chargeCard }) => {
  const charge = tool(
    async (given: Charge, { toolCall }: { toolCall?: { id?: string } }) =>
      JSON.stringify(await chargeCard(given, toolCall?.id ?? '')),
    {
      name: 'charge_card',
      description: 'Charges the card on file.',
      schema: z.object({ amount: z.number(), currency: z.string() }),
    },
  );
  const messages: BaseMessage[] = [new HumanMessage(question)];
  for (let turn = 0; ; turn++) {
    const model = chatModel(api, connect(turn)).bindTools([charge]);
    const answer = stream ? await streamed(model, messages) : await model.invoke(messages);
    const calls = answer.tool_calls ?? [];
    if (calls.length === 0) return answer.text;
    messages.push(answer);
    for (const call of calls) messages.push(await charge.invoke({ ...call, type: 'tool_call' }));
  }
});

async function streamed(
  model: { stream(input: BaseMessage[]): Promise<AsyncIterable<AIMessageChunk>> },
  messages: BaseMessage[],
): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await model.stream(messages)) whole = whole ? whole.concat(chunk) : chunk;
  if (!whole) throw new Error('The stream was empty.');
  return whole;
}
