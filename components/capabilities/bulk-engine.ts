import type { QueryClient } from "@tanstack/react-query";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import type { ModelRecord } from "@/lib/models/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type BulkItem, bulkRun, setBulkRun } from "./bulk-store";
import { schedule } from "./schedule";
import { noResults, type Outcome, testModel } from "./test-model";

const limits = {
  groupOf: (model: ModelRecord) => model.provider_id,
  perGroup: 2,
  // HTTP/1.1 browsers allow six connections per host; leave some for the page.
  overall: 4,
};

/** Failures that affect the whole provider. */
const providerFailures = new Set<CompletionCode>([
  "bad_key",
  "key_missing",
  "key_expired",
  "unreachable",
]);

/** Minimum interval between refetches of the list. */
const refreshMs = 4000;

let stopping = new AbortController();

/** Stops the run and aborts its requests. */
export function stopBulk(): void {
  stopping.abort();
}

/** Tests the models independently. One run at a time. */
export async function startBulk(
  client: QueryClient,
  models: readonly ModelRecord[],
  probes: boolean,
): Promise<void> {
  if (bulkRun()?.state === "running") return;
  stopping = new AbortController();
  const { signal } = stopping;
  setBulkRun({ probes, state: "running", items: models.map(waiting) });
  const refresh = refresher(client);
  const blockedProviders = new Map<string, Outcome>();
  await schedule(
    models,
    limits,
    async (model) => {
      const blocked = blockedProviders.get(model.provider_id);
      if (blocked) return settle(model, { ...blocked, outcome: "skipped" });
      settle(model, { ...noResults, outcome: "running" });
      const outcome = await testModel(model, probes, signal);
      if (outcome.failure && providerFailures.has(outcome.failure.code)) {
        blockedProviders.set(model.provider_id, outcome);
      }
      settle(model, outcome);
      refresh.soon();
    },
    signal,
  );
  finish(signal.aborted);
  refresh.now();
}

function waiting(model: ModelRecord): BulkItem {
  return { ...noResults, model, outcome: "waiting" };
}

function settle({ pk }: ModelRecord, outcome: Outcome): void {
  const run = bulkRun();
  if (!run) return;
  const items = run.items.map((item) => (item.model.pk === pk ? { ...item, ...outcome } : item));
  setBulkRun({ ...run, items });
}

function finish(isStopped: boolean): void {
  const run = bulkRun();
  if (!run) return;
  const items = run.items.map((item) =>
    item.outcome === "waiting" ? { ...item, outcome: "stopped" as const } : item,
  );
  const wasCut = isStopped && items.some((item) => item.outcome === "stopped");
  setBulkRun({ ...run, items, state: wasCut ? "stopped" : "done" });
}

/** The server saves each result; the list is refetched with a delay. */
function refresher(client: QueryClient) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const now = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    void client.invalidateQueries({ queryKey: modelQueries.all });
    void client.invalidateQueries({ queryKey: providerQueries.all });
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, refreshMs);
    },
  };
}
