export type ToastTone = "good" | "warn" | "bad" | "info";

export type ToastMessage = {
  tone: ToastTone;
  /** What happened, to which thing. */
  title: string;
  /** What follows from it, or why not. */
  description?: string;
  /** Such as "Undo". */
  action?: { label: string; onClick: () => void };
};

type Listener = (message: ToastMessage) => void;

let waiting: ToastMessage[] = [];
let listener: Listener | null = null;
let onWanted: (() => void) | null = null;

/**
 * Shows a message at the corner for 5 seconds, `bad` ones and those with an action for 10. The
 * code that draws it loads with the first message. Never for what a field or a form should say.
 */
export function showToast(message: ToastMessage) {
  if (listener) return listener(message);
  waiting.push(message);
  onWanted?.();
}

/** For the host in the layout: called when there is something to show and nothing that shows it. */
export function watchForToasts(wanted: () => void): () => void {
  onWanted = wanted;
  if (waiting.length > 0) wanted();
  return () => {
    onWanted = null;
  };
}

/** For the drawing part: takes what waits, then every further message. */
export function receiveToasts(receive: Listener): () => void {
  listener = receive;
  const backlog = waiting;
  waiting = [];
  for (const message of backlog) receive(message);
  return () => {
    listener = null;
  };
}
