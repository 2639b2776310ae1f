import type { QueryClient } from "@tanstack/react-query";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import type { ModelRecord } from "@/lib/models/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { askModel, nothingKnown, type Outcome } from "./ask-model";
import { type BulkItem, bulkRun, setBulkRun } from "./bulk-store";
import { schedule } from "./schedule";

const limits = {
  groupOf: (model: ModelRecord) => model.provider_id,
  perGroup: 2,
  // Browsers open six connections to one host over HTTP/1.1: some stay for the page itself.
  overall: 4,
};

/** What every further model of the same provider would meet as well. */
const ofTheProvider = new Set<CompletionCode>([
  "bad_key",
  "key_missing",
  "key_expired",
  "unreachable",
]);

/** The list is read again at most so often while results come in. */
const refreshMs = 4000;

let stopping = new AbortController();

/** Stops asking, and closes the connections of what is being asked. */
export function stopBulk(): void {
  stopping.abort();
}

/** Tests the models, each on its own: what fails takes nothing else with it. One run at a time. */
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
  const hopeless = new Map<string, Outcome>();
  await schedule(
    models,
    limits,
    async (model) => {
      const known = hopeless.get(model.provider_id);
      if (known) return settle(model, { ...known, outcome: "skipped" });
      settle(model, { ...nothingKnown, outcome: "running" });
      const outcome = await askModel(model, probes, signal);
      if (outcome.failure && ofTheProvider.has(outcome.failure.code)) {
        hopeless.set(model.provider_id, outcome);
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
  return { ...nothingKnown, model, outcome: "waiting" };
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

/** Each result is kept by the server as it comes; the page shows it a little later. */
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
