import "server-only";
import { mapInTurns } from "@/lib/batches";
import {
  createResolverFor,
  listModelsWithNotes,
  listPriceRecords,
  type ModelsWithNotes,
} from "@/lib/models/reference-service";
import { candidatePks, modelPk } from "@/lib/models/schema";
import { type PriceHistory, priceHistory } from "@/lib/prices/rules/price-history";
import { providerIdOf } from "@/lib/providers/schema";
import type { UsageSeries } from "./metrics-repository";
import type { Dimensions } from "./rules/dimensions";
import { unknownKey } from "./schema";

/** The model of a metric. */
export type ModelUsage = {
  /** The `pk` of the model's row, or of the row that it would have. */
  pk: string;
  name: string;
  /** Null if no price was ever known. */
  history: PriceHistory | null;
};

type FindModel = (dimensions: Dimensions) => ModelUsage;
type Rows = Map<string, ModelsWithNotes["rows"][number]>;

const readConcurrency = 20;
const noModel: ModelUsage = { pk: unknownKey, name: unknownKey, history: null };

/** The models of these series with their prices over time; provider aliases are resolved. */
export async function resolveModels(
  series: UsageSeries[],
  registered: Promise<ModelsWithNotes> = listModelsWithNotes(),
): Promise<FindModel> {
  const { rows, defective } = await registered;
  const byPk: Rows = new Map(rows.map((row) => [row.pk, row]));
  const resolve = createResolverFor(new Set([...rows, ...defective].map(({ pk }) => pk)));
  const used = new Map(series.map(({ dimensions }) => [idOf(dimensions), dimensions]));
  const models = new Map<string, ModelUsage>();
  await mapInTurns([...used], readConcurrency, async ([id, { provider, model }]) => {
    if (!provider || !model) return;
    models.set(id, await modelOf(provider, model, resolve(provider, model), byPk));
  });
  return (dimensions) => models.get(idOf(dimensions)) ?? unresolved(dimensions);
}

const idOf = ({ provider, model }: Dimensions) => JSON.stringify([provider, model]);

/** Without a provider there is no price; the model name is still shown. */
function unresolved({ model }: Dimensions): ModelUsage {
  return model ? { pk: model, name: model, history: null } : noModel;
}

async function modelOf(
  provider: string,
  model_id: string,
  registered: string | null,
  rows: Rows,
): Promise<ModelUsage> {
  const pk = registered ?? modelPk({ provider: providerIdOf(provider) ?? provider, model_id });
  const row = rows.get(pk);
  const records = await recordsOf(registered ? [registered] : candidatePks(provider, model_id));
  const history = row || records.length > 0 ? priceHistory(records, row ?? null) : null;
  return { pk, name: row?.display_name ?? model_id, history };
}

/** Records of a deleted model stay under the key of its row. */
async function recordsOf(pks: string[]) {
  for (const pk of pks) {
    const records = await listPriceRecords(pk);
    if (records.length > 0) return records;
  }
  return [];
}
