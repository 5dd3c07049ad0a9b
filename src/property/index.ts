export { type Action, recordingOf, type Workflow } from './action.ts';
export { mutate, type Mutation, mutations } from './mutations.ts';
export { event, workflow } from './workflow.ts';
