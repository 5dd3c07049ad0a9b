export type { ModelCall } from './call.ts';
export { Model, type ScriptedReply } from './model.ts';
export type {
  ReplyObject,
  ScriptedError,
  ScriptedThinking,
  ScriptedToolCall,
  ScriptedUsage,
} from './reply.ts';
export type { ModelRequest } from './request.ts';
export type { UpstreamHandler } from './upstream.ts';
