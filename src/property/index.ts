export { type Action, recordingOf, type Workflow } from './action.ts';
export {
  type ObservedTarget,
  type WorkflowCommand,
  workflowCommands,
  workflowModel,
  type WorkflowModel,
  type WorkflowReal,
} from './commands.ts';
export { playInterleaved } from './interleave.ts';
export { mutate, type Mutation, mutations } from './mutations/index.ts';
export { play, type Played, type PlayTarget } from './play.ts';
export { storedRowsOf } from './stored-rows.ts';
export { assertStored } from './stored.ts';
export { event, programs, workflow } from './workflow.ts';
