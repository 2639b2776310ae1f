/**
 * Aborts with the first of the signals, and with its reason. Unlike `AbortSignal.any` it keeps them:
 * Node 20 forgets a timeout that nothing else refers to, which then never ends anything.
 */
export function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const { signal: first } = controller;
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    const abort = () => controller.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true, signal: first });
  }
  return first;
}
