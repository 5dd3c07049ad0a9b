import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap } from '../ast/unwrap.ts';
import type { ModelCall, ProviderClient, Sdk } from '../sdk/index.ts';
import { objectArgument, objectOf, property, propertyWhere, type Found } from './objects.ts';

type Node = TSESTree.Node;

/** The trace headers that one object literal gives. */
export interface TraceHeaders {
  object: TSESTree.ObjectExpression;
  trace: Found<Node>;
  thread: Found<Node>;
}

/** The header that decides: `X-Trace-ID`, else `X-Thread-ID`. */
export function decidingHeader({ trace, thread }: TraceHeaders): Found<Node> {
  return trace.is === 'absent' ? thread : trace;
}

function read(sdk: Sdk, headers: Found<Node>): Found<TraceHeaders> {
  if (headers.is !== 'here') return headers;
  const object = objectOf(sdk, headers.value);
  return object ? { is: 'here', value: traceHeadersIn(object) } : { is: 'unknown' };
}

export function traceHeadersIn(object: TSESTree.ObjectExpression): TraceHeaders {
  return {
    object,
    trace: propertyWhere(object, (name) => name.toLowerCase() === 'x-trace-id'),
    thread: propertyWhere(object, (name) => name.toLowerCase() === 'x-thread-id'),
  };
}

const ofCalls = new WeakMap<ModelCall, Found<TraceHeaders>>();
const ofClients = new WeakMap<ProviderClient, Found<TraceHeaders>>();

/** The headers given to one call: `create(body, { headers })`. */
export function headersOfCall(sdk: Sdk, call: ModelCall): Found<TraceHeaders> {
  let headers = ofCalls.get(call);
  if (!headers) {
    const options = objectArgument(sdk, call.node, 1);
    headers = options.is === 'here' ? read(sdk, property(options.value, 'headers')) : options;
    ofCalls.set(call, headers);
  }
  return headers;
}

/** The headers given to the constructor: `new OpenAI({ defaultHeaders })`. Another `fetch` may add its own. */
export function headersOfConstruction(sdk: Sdk, client: ProviderClient): Found<TraceHeaders> {
  let headers = ofClients.get(client);
  if (!headers) ofClients.set(client, (headers = readConstruction(sdk, client)));
  return headers;
}

function readConstruction(sdk: Sdk, { construction }: ProviderClient): Found<TraceHeaders> {
  if (!construction) return { is: 'unknown' };
  const options = objectArgument(sdk, construction, 0);
  if (options.is !== 'here') return options;
  if (property(options.value, 'fetch').is !== 'absent') return { is: 'unknown' };
  return read(sdk, property(options.value, 'defaultHeaders'));
}

/** What is assigned to `defaultHeaders` in this file, whoever it belongs to. */
export function assignedHeaders(sdk: Sdk): TSESTree.AssignmentExpression[] {
  return sdk.inventory.memberAssignments.filter(({ left }) => {
    const target = unwrap(left);
    return target.type === 'MemberExpression' && memberName(target) === 'defaultHeaders';
  });
}

/** Whether anything in this file is assigned to `defaultHeaders` or into it: `client.defaultHeaders['X-Trace-ID'] = …`. */
function touchesHeaders(sdk: Sdk): boolean {
  const isHeaders = (node: Node | undefined): boolean =>
    node !== undefined && memberPath(node)?.names.includes('defaultHeaders') === true;
  return (
    sdk.inventory.memberAssignments.some(({ left }) => isHeaders(left)) ||
    sdk.inventory.methods.assign.some(({ arguments: [target] }) => isHeaders(target))
  );
}

/** Whether a client is made by a class of your own, which may add headers: one of this file or of a module beside it. */
function isOwnClass(sdk: Sdk, { construction }: ProviderClient): boolean {
  const path = construction && memberPath(construction.callee);
  const variable = path && sdk.variable(path.root);
  if (!variable) return false;
  const imported = sdk.imported(variable);
  return imported ? imported.module.startsWith('.') : true;
}

/**
 * Whether it is certain that a call goes out without a trace header: none at the call, none in the constructor, no class
 * of your own that may add one, and nothing in the file that touches `defaultHeaders`.
 */
export function lacksTraceHeader(sdk: Sdk, call: ModelCall): boolean {
  const isWithout = (headers: Found<TraceHeaders>) =>
    headers.is === 'absent' || (headers.is === 'here' && decidingHeader(headers.value).is === 'absent');
  return (
    isWithout(headersOfCall(sdk, call)) &&
    isWithout(headersOfConstruction(sdk, call.client)) &&
    !isOwnClass(sdk, call.client) &&
    !touchesHeaders(sdk)
  );
}
