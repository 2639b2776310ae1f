import "server-only";
import { failureName, log } from "@/lib/http/log";
import { type Dimensions, dimensionsId } from "./dimensions";
import { listSeenDimensions, saveSeenDimensions } from "./dimensions-repository";
import { listRecentDimensions } from "./metrics-repository";

/** Other copies of the console see new dimensions too: what they kept is read again after this. */
const rememberedMs = 10 * 60_000;

let remembered: { seen: Map<string, Dimensions>; until: number } | undefined;

/**
 * Every set of dimensions under which tokens were ever written: those that ListMetrics lists, and
 * those seen before, because it forgets a metric after two idle weeks. A new set is kept once.
 */
export async function knownDimensions(): Promise<Dimensions[]> {
  const [recent, seen] = await Promise.all([listRecentDimensions(), remember()]);
  const fresh = recent.filter((entry) => !seen.has(dimensionsId(entry)));
  if (fresh.length > 0) for (const saved of await keep(fresh)) seen.set(dimensionsId(saved), saved);
  const unsaved = fresh.filter((entry) => !seen.has(dimensionsId(entry)));
  return [...seen.values(), ...unsaved];
}

async function remember(): Promise<Map<string, Dimensions>> {
  if (remembered && Date.now() < remembered.until) return remembered.seen;
  const until = Date.now() + rememberedMs;
  const stored = await listSeenDimensions();
  const seen = new Map(stored.map((entry) => [dimensionsId(entry), entry]));
  remembered = { seen, until };
  return seen;
}

/** What cannot be kept now is tried again with the next reading; the usage is shown all the same. */
async function keep(fresh: Dimensions[]): Promise<Dimensions[]> {
  try {
    return await saveSeenDimensions(fresh);
  } catch (error) {
    log("error", "New usage dimensions were not kept", {
      name: failureName(error),
      count: fresh.length,
    });
    return [];
  }
}
