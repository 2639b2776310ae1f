import "server-only";
import { env } from "@/lib/env";
import { errorName, log } from "@/lib/log";
import { readRegistry } from "./agents-service";
import {
  listSeenDimensions,
  recordEnvironments,
  type SeenDimensions,
  saveSeenDimensions,
} from "./dimensions-repository";
import { listRecentDimensions } from "./metrics-repository";
import { type Dimensions, dimensionsId } from "./rules/dimensions";
import { type Ownership, ownershipRule } from "./rules/ownership";

export type OwnedDimensions = { dimensions: Dimensions } & Ownership;

/**
 * Every set of dimensions that ever had tokens, and the environment that each is proven to belong to:
 * those of ListMetrics, and those seen earlier, because ListMetrics forgets a metric after two idle
 * weeks. New sets and proofs are saved, so that a total stays the same after an agent is deleted.
 */
export async function listOwnedDimensions(): Promise<OwnedDimensions[]> {
  const [recent, seen, { agents, state }] = await Promise.all([
    listRecentDimensions(),
    loadSeenDimensions(),
    readRegistry(),
  ]);
  const judge = ownershipRule(env().ENV_NAME, state === "read" ? agents : null);
  const all = new Map(
    [...seen.values()].map(({ dimensions }) => [dimensionsId(dimensions), dimensions]),
  );
  for (const dimensions of recent) all.set(dimensionsId(dimensions), dimensions);
  const owned = [...all].map(([id, dimensions]) => {
    return { dimensions, ...judge(dimensions, seen.get(id)?.environment ?? null) };
  });
  // A row saved without its proof would hide the proof of another copy.
  if (state !== "unreadable") await saveProofs(owned, seen);
  return owned;
}

/**
 * Cache time in milliseconds. Other copies also save new dimensions, so they are read again after
 * it.
 */
const dimensionsCacheMs = 10 * 60_000;

type Seen = Map<string, SeenDimensions>;
let cachedDimensions: { seen: Seen; until: number } | undefined;

async function loadSeenDimensions(): Promise<Seen> {
  if (cachedDimensions && Date.now() < cachedDimensions.until) return cachedDimensions.seen;
  const until = Date.now() + dimensionsCacheMs;
  const stored = await listSeenDimensions();
  const seen = new Map(stored.map((entry) => [dimensionsId(entry.dimensions), entry]));
  cachedDimensions = { seen, until };
  return seen;
}

/** Errors are ignored; the next reading tries again. */
async function saveProofs(owned: OwnedDimensions[], seen: Seen): Promise<void> {
  const unseen: SeenDimensions[] = [];
  const proven: OwnedDimensions[] = [];
  for (const entry of owned) {
    const { dimensions, environment } = entry;
    const stored = seen.get(dimensionsId(dimensions));
    if (!stored) unseen.push({ dimensions, environment });
    else if (environment !== stored.environment) proven.push(entry);
  }
  if (unseen.length + proven.length === 0) return;
  try {
    const saved = await saveSeenDimensions(unseen);
    for (const entry of saved) seen.set(dimensionsId(entry.dimensions), entry);
    for (const { dimensions, environment } of await recordEnvironments(proven)) {
      seen.set(dimensionsId(dimensions), { dimensions, environment });
    }
  } catch (error) {
    const count = unseen.length + proven.length;
    log("error", "New usage dimensions were not saved", { name: errorName(error), count });
  }
}
