export { assertCorrect, type AssertOptions, IncorrectTracesError } from './assert-correct.ts';
export { EVENT_TYPES, type EventType } from './protocol/event-type.ts';
export * from './recording/index.ts';
export { renderReport } from './report/text.ts';
export { check, type CheckOptions } from './rules/check.ts';
export type { Finding, Tier } from './rules/finding.ts';
export type { Checked, Ignore, Ignored, Report } from './rules/report.ts';
export { RULE_IDS, type RuleId } from './rules/rule-id.ts';
export type { DeadLetter } from './server/backend.ts';
export { createFakeWhyOps, type FakeWhyOps, type FakeWhyOpsEnv, type WaitOptions } from './server/fake.ts';
export type { Fault, FaultKind, FaultTarget } from './server/faults.ts';
export type {
  Model,
  ModelRequest,
  ReplyObject,
  ScriptedError,
  ScriptedReply,
  ScriptedThinking,
  ScriptedToolCall,
  ScriptedUsage,
  UpstreamHandler,
} from './server/model/index.ts';
export type { FakeWhyOpsOptions, KeyState, Limits } from './server/options.ts';
