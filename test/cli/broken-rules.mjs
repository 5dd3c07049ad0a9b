// Loaded before the built binary: one rule fails on one trace, another one when the leftovers of all traces are joined.
import { spanReuse } from '../../dist/rules/span-reuse.js';
import { stableTraceId } from '../../dist/rules/stable-trace-id.js';

const { check } = spanReuse;
spanReuse.check = (trace, report) => {
  if (trace.id === 'odd') throw new TypeError('that was not foreseen');
  return check.call(spanReuse, trace, report);
};
if (process.env.BROKEN_JOIN)
  stableTraceId.join = () => {
    throw new RangeError('nor that');
  };
