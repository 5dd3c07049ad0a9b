export { type Driver, DriverBroken } from './driver.ts';
export { describeContract, type DescribeOptions } from './describe.ts';
export {
  type ExpectedFailure,
  type ExpectedFailures,
  parseExpected,
  UnusableExpectations,
} from './expected.ts';
export { CONTRACT_FORMATS, type ContractFormat, formatContract } from './format/index.ts';
export * from './protocol.ts';
export { replay } from './replay.ts';
export {
  type ContractReport,
  type ContractSummary,
  exitCode,
  type RequirementResult,
  type RequirementStatus,
  type StaleEntry,
} from './report.ts';
export type { CheckResult, CheckStatus, Level, Requirement } from './requirement.ts';
export { REQUIREMENTS } from './requirements/index.ts';
export { type ContractOptions, runContract, type Subject } from './run.ts';
export type { Scenario, Step } from './scenario.ts';
export { Reported, type SdkClient, type SdkDriver, Unsupported } from './sdk-driver.ts';
export { serveDriver } from './serve-driver.ts';
