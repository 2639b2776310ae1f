import "server-only";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds that every request of a signed-in person may have to wait, or a browser to sign out. */
const patienceMs = 5_000;

/** What the work comes to, if it does so in 5 seconds; the work itself goes on. @throws a TimeoutError */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const watch = new AbortController();
  const tooLate = delay(patienceMs, undefined, { signal: watch.signal }).then(() => {
    throw new DOMException("DynamoDB did not answer in time.", "TimeoutError");
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    watch.abort();
  }
}
