import { isObject, objectsIn, parseJson, present } from './json.ts';
import type { ToolCall } from './openai-tool-call.ts';
import { type TokenUsage, usageOfMessages } from './usage.ts';

type Block = Record<string, unknown>;

/** Whether the last message brings the result of a tool. */
export function bringsToolResult(messages: unknown): boolean {
  const last = objectsIn(messages).at(-1);
  return objectsIn(last?.['content']).some(({ type }) => type === 'tool_result');
}

/** What WhyOps keeps of a reply's content blocks. */
export interface ReadBlocks {
  readonly text: string;
  readonly toolCalls: ToolCall[];
  readonly thinking: Block[];
}

/** Texts in a row, tool uses (the server's own, too) in the shape of OpenAI's calls, and thinking blocks as they are. */
export function readBlocks(content: unknown): ReadBlocks {
  const read: ReadBlocks = { text: '', toolCalls: [], thinking: [] };
  return objectsIn(content).reduce<ReadBlocks>((sum, block) => {
    switch (block['type']) {
      case 'text':
        return { ...sum, text: sum.text + String(block['text'] ?? '') };
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use':
        sum.toolCalls.push({
          id: String(block['id'] ?? ''),
          type: 'function',
          function: { name: String(block['name'] ?? ''), arguments: JSON.stringify(block['input'] ?? {}) },
        });
        return sum;
      case 'thinking':
        sum.thinking.push(
          present({ type: 'thinking', thinking: block['thinking'], signature: block['signature'] }),
        );
        return sum;
      case 'redacted_thinking':
        sum.thinking.push({ type: 'redacted_thinking', data: block['data'] });
        return sum;
      default:
        return sum;
    }
  }, read);
}

/** Puts a streamed message together, event by event. */
export class MessageStreamReader {
  finishReason: unknown;
  readonly #blocks: Block[] = [];
  #inputUsage: unknown;
  #outputTokens = 0;

  get content(): Block[] {
    return this.#blocks.filter((block) => block !== undefined);
  }

  get usage(): TokenUsage | undefined {
    return usageOfMessages(this.#inputUsage, this.#outputTokens);
  }

  /** @param data The data of one server-sent event. */
  read(data: string): void {
    const event = parseJson(data);
    if (!isObject(event)) return;
    const index = typeof event['index'] === 'number' ? event['index'] : 0;
    switch (event['type']) {
      case 'message_start':
        if (isObject(event['message'])) this.#inputUsage = event['message']['usage'];
        return;
      case 'content_block_start':
        if (isObject(event['content_block'])) this.#blocks[index] = { ...event['content_block'] };
        return;
      case 'content_block_delta':
        if (isObject(event['delta'])) this.#readDelta(this.#blocks[index], event['delta']);
        return;
      case 'content_block_stop':
        finishInput(this.#blocks[index]);
        return;
      case 'message_delta':
        if (isObject(event['delta'])) this.finishReason = event['delta']['stop_reason'];
        if (isObject(event['usage']) && typeof event['usage']['output_tokens'] === 'number') {
          this.#outputTokens = event['usage']['output_tokens'];
        }
        return;
      case 'error':
        this.finishReason = 'error';
    }
  }

  #readDelta(block: Block | undefined, delta: Record<string, unknown>): void {
    if (!block) return;
    const add = (to: string, from: unknown) =>
      (block[to] = `${String(block[to] ?? '')}${String(from ?? '')}`);
    switch (delta['type']) {
      case 'text_delta':
        add('text', delta['text']);
        return;
      case 'thinking_delta':
        add('thinking', delta['thinking']);
        return;
      case 'signature_delta':
        add('signature', delta['signature']);
        return;
      case 'input_json_delta':
        add('partial_json', delta['partial_json']);
    }
  }
}

/** A tool's input is gathered as JSON text until its block ends. */
function finishInput(block: Block | undefined): void {
  const json = block?.['partial_json'];
  if (!block || typeof json !== 'string') return;
  block['input'] = parseJson(json) ?? (json || block['input']);
  delete block['partial_json'];
}
