import { pluralize } from "@/lib/format";
import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { listModelsWithNotes } from "@/lib/models/reference-service";
import { modelSteps, pricesStep, unconfirmedPrices } from "@/lib/models/step-service";
import { runOperation } from "@/lib/operations/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import type { PriceConfirmation, PriceConfirmResult } from "./schema";

/**
 * Confirms prices whose unit was assumed, or that come from the family: they become an admin's
 * prices per 1M tokens. One operation, which can be undone.
 */
export async function confirmPrices(
  actor: Actor,
  { models, operation_id: id }: PriceConfirmation,
): Promise<PriceConfirmResult> {
  const [catalog, { rows }] = await Promise.all([loadCatalog(), listModelsWithNotes()]);
  const rowsByPk = new Map(rows.map((row) => [row.pk, row]));
  const named = new Map(models.map(({ pk, etag }) => [pk, etag ?? null]));
  const steps = [...named].flatMap(([pk, etag]) => {
    const row = rowsByPk.get(pk);
    const prices = row ? unconfirmedPrices(row) : {};
    if (!row || Object.keys(prices).length === 0) return [];
    return [pricesStep(row, prices, "admin", catalog, etag)];
  });
  const unchanged = { outcome: "unchanged", message: null } as const;
  if (steps.length === 0) {
    return { operation_id: null, models: [...named.keys()].map((pk) => ({ pk, ...unchanged })) };
  }
  const modelCount = pluralize(steps.length, "model");
  const operation = await runOperation(
    actor,
    {
      kind: "price_confirm",
      title: `Confirm the prices of ${modelCount}`,
      steps,
      ...(id && { id }),
    },
    { model: modelSteps },
  );
  const items = new Map(operation.items.map((item) => [item.entity.id, item]));
  return {
    operation_id: operation.operation_id,
    models: [...named.keys()].map((pk) => {
      const item = items.get(pk);
      if (!item) return { pk, ...unchanged };
      const outcome = item.outcome === "done" ? "confirmed" : item.outcome;
      return { pk, outcome, message: item.message };
    }),
  };
}
