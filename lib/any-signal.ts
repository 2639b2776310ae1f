/**
 * Aborts when the first of the signals aborts, with that signal's reason. Unlike `AbortSignal.any`
 * it holds references to the signals: Node 20 can garbage-collect a timeout that nothing else
 * references, so that it never fires.
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
