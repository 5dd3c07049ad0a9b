import type { Trace } from './trace.ts';

let slots = 0;

/** A view of a trace, computed once however many rules ask for it. */
export function perTrace<View>(compute: (trace: Trace) => View): (trace: Trace) => View {
  // A slot in the trace rather than a WeakMap: every rule asks for views of every trace.
  const slot = slots;
  slots += 1;
  return (trace) => {
    const view = trace.views[slot];
    return view === undefined ? ((trace.views[slot] = compute(trace)) as View) : (view as View);
  };
}
