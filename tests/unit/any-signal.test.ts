import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { anySignal } from "@/lib/any-signal";
import { anySignal as anySignalOfStandIns } from "../../scripts/embedded/any-signal";

setFlagsFromString("--expose-gc");
// V8's function, once the flag is set.
const collectGarbage = runInNewContext("gc") as () => void;

test.each([
  ["the console", anySignal],
  ["the stand-ins", anySignalOfStandIns],
])("a timeout ends what waits for it although garbage is collected: %s", async (_, any) => {
  const signal = any(new AbortController().signal, AbortSignal.timeout(300));
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await delay(20);
  }
  await expect.poll(() => signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
});

test("aborts with the reason of the first signal, also of one that has aborted", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const signal = anySignal(one.signal, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort("stopped");
  one.abort("too late");
  expect(signal.reason).toBe("stopped");
  expect(anySignal(new AbortController().signal, other.signal).reason).toBe("stopped");
});
