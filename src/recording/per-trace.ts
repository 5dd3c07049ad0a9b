import type { Trace } from './trace.ts';

/** A view of a trace, computed once however many rules ask for it. */
export function perTrace<View>(compute: (trace: Trace) => View): (trace: Trace) => View {
  const computed = new WeakMap<Trace, View>();
  return (trace) => {
    let view = computed.get(trace);
    if (view === undefined) computed.set(trace, (view = compute(trace)));
    return view;
  };
}
