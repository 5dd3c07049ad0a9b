import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../sdk/bindings.ts';

/**
 * One place in the text that opens a span: a call of `toolCallRequest`, or of a function of this file that returns
 * the span it opened. In a loop it stands for the newest of its spans.
 */
export interface Site {
  index: number;
  node: TSESTree.Node;
  /** The tool, when its name is written down. */
  tool: string | null;
  /** `foreign`: opened by the code around this function, or given to it; we know the value but owe it nothing. */
  role: 'own' | 'foreign' | 'parameter';
}

/** What an expression may evaluate to. A list of sources means: one of these. */
export type Source =
  | { kind: 'span'; site: Site; awaited: boolean }
  /** A value in sight that no request returned: a literal, a fresh id, the result of something else. */
  | { kind: 'other'; node: TSESTree.Node }
  | { kind: 'variable'; variable: Variable; awaited: boolean }
  | { kind: 'unknown' };

/** What an expression gives before anybody asks whether a request can have returned it. */
export type Value = Source | { kind: 'unjudged'; node: TSESTree.Node };

export interface ResponseEvent {
  kind: 'response';
  /** The call. */
  node: TSESTree.CallExpression;
  /** The expression in the place of the span id. */
  argument: TSESTree.Node;
  sources: readonly Source[];
  tool: string | null;
  /** `helper`: a function of this file closes the span, and may first await what it is given. */
  through: 'sdk' | 'helper';
}

export interface WriteEvent {
  kind: 'write';
  variable: Variable;
  sources: readonly Source[];
  node: TSESTree.Node;
  /** A declaration makes a new binding, so it cannot overwrite what an earlier round of a loop left there. */
  declares: boolean;
}

/** What happens in a block, in order. Only what concerns spans is kept. */
export type FlowEvent =
  /** From here on `holder` has the span id too: the variable of `{ spanId }`, when the caller chose the id. */
  | { kind: 'request'; site: Site; holder: Variable | null }
  | ResponseEvent
  | WriteEvent
  /** The value goes where it cannot be followed; someone else may send the response. */
  | { kind: 'escape'; sources: readonly Source[] }
  | { kind: 'return'; sources: readonly Source[] }
  /** An exception may leave the block here, with the state of this moment. */
  | { kind: 'throw-point' };

export interface Block {
  events: FlowEvent[];
  successors: Block[];
  /** Where an exception goes from here: the entry of the `catch` or `finally` around; null leaves the function. */
  handler: Block | null;
  /** Position in reverse post-order; -1 when the block cannot be reached. */
  order: number;
}

/** The paths through one function (or class block, or the program), over-approximated. */
export interface Graph {
  entry: Block;
  /** Reached by every `return` and by the end of the code. */
  returned: Block;
  /** Reached by every exception that nothing in the function catches, as far as a `throw` or `finally` says so. */
  thrown: Block;
  sites: Site[];
  variables: TrackedVariable[];
}

export interface TrackedVariable {
  variable: Variable;
  /** A nested function or another module reads it: what is stored there has escaped. */
  captured: boolean;
}
