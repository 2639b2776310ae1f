import "server-only";
import { mapConcurrently } from "@/lib/batches";
import { env } from "@/lib/env";
import {
  createResolverFor,
  listModelsWithNotes,
  type ModelsWithNotes,
  observePrices,
  type PriceNotes,
  readPriceNotes,
  recordAppearance,
  recordDisappearance,
} from "@/lib/models/reference-service";
import { candidatePks, modelPk } from "@/lib/models/schema";
import { type PriceRecord, priceHistory } from "@/lib/prices/rules/price-history";
import { providerIdOf } from "@/lib/providers/schema";
import { utcTime } from "@/lib/utc-time";
import { readRegistry } from "./agents-service";
import type { UsageSeries } from "./metrics-repository";
import { deriveModel, type MetricModel } from "./rules/derived-model";
import type { Dimensions } from "./rules/dimensions";
import { always, type ModelPeriod, modelTimeline, type UsageModels } from "./rules/timeline";
import { unknownKey } from "./schema";

type ModelRow = ModelsWithNotes["rows"][number];
type Registry = { rows: Map<string, ModelRow>; pks: Set<string> };
type Timeline = [ModelPeriod, ...ModelPeriod[]];

const readConcurrency = 20;

/**
 * The models of these series over time with their prices. Provider aliases are resolved, and a metric
 * without a provider takes that of its agent if only one is possible.
 * @param from start of the usage, milliseconds since 1970
 */
export async function resolveModels(
  series: readonly Pick<UsageSeries, "dimensions">[],
  from: number,
  registered: Promise<ModelsWithNotes> = listModelsWithNotes(),
): Promise<(dimensions: Dimensions) => UsageModels> {
  const isDerived = series.some(
    ({ dimensions: { agent, provider, model } }) => agent && (!provider || !model),
  );
  const [{ rows, defective }, agents] = await Promise.all([
    registered,
    isDerived ? readRegistry().then((registry) => registry.agents) : [],
  ]);
  const pks = new Set([...rows, ...defective].map(({ pk }) => pk));
  const registry = { rows: new Map(rows.map((row) => [row.pk, row])), pks };
  const resolve = createResolverFor(pks);
  const metricOf = (dimensions: Dimensions) => deriveModel(dimensions, agents, resolve);
  const used = new Map<string, MetricModel>();
  for (const { dimensions } of series) {
    const metric = metricOf(dimensions);
    if (metric) used.set(keyOf(metric), metric);
  }
  const timelines = new Map<string, Timeline>();
  await mapConcurrently([...used], readConcurrency, async ([key, metric]) => {
    timelines.set(key, await timelineOf(metric, from, registry));
  });
  return (dimensions) => {
    const metric = metricOf(dimensions);
    const periods = metric && timelines.get(keyOf(metric));
    return periods
      ? modelTimeline(periods, metric.provider, metric.isDerived)
      : modelTimeline([unresolved(dimensions)], dimensions.provider, false);
  };
}

const keyOf = ({ provider, model }: MetricModel) => JSON.stringify([provider, model]);

/** Without a provider no price applies, but the model's name is still shown. */
function unresolved({ model }: Dimensions): ModelPeriod {
  const name = model || unknownKey;
  return { ...always, model: { pk: name, name, history: null } };
}

/**
 * The rows to which the metric's name resolved, best match first. A row counts from its creation
 * until its deletion; before that, an earlier row counts.
 */
async function timelineOf(
  { provider, model: model_id }: MetricModel,
  from: number,
  { rows, pks }: Registry,
): Promise<Timeline> {
  const candidates = candidatePks(provider, model_id);
  const registered = candidates.find((pk) => pks.has(pk));
  await recordSighting(JSON.stringify([provider, model_id]), registered, pks, rows);
  if (registered === undefined) {
    const pk = modelPk({ provider: providerIdOf(provider) ?? provider, model_id });
    const [period] = await formerPeriods(candidates);
    return [{ ...always, model: { pk, name: model_id, history: period?.model.history ?? null } }];
  }
  const index = candidates.indexOf(registered);
  const better = await formerPeriods(candidates.slice(0, index));
  const ended = better.filter(({ end }) => Number.isFinite(end));
  const current = await currentPeriod(registered, model_id, rows.get(registered));
  if (current.start <= from) return joined(ended, current);
  const rest = candidates.slice(index + 1);
  const others = await mapConcurrently(rest, readConcurrency, async (pk) => {
    const row = rows.get(pk);
    return row ? [await currentPeriod(pk, model_id, row)] : formerPeriods([pk]);
  });
  const earlier = [...others.flat(), ...better.filter((period) => !ended.includes(period))];
  // Without an earlier row, usage before the registration is priced with this row too.
  const start = earlier.length > 0 ? current.start : Number.NEGATIVE_INFINITY;
  return joined(ended, { ...current, start }, earlier);
}

function joined(ended: ModelPeriod[], current: ModelPeriod, earlier: ModelPeriod[] = []): Timeline {
  const [first, ...rest] = [...ended, current, ...earlier];
  return [first ?? current, ...rest];
}

async function currentPeriod(
  pk: string,
  model_id: string,
  listed: ModelRow | undefined,
): Promise<ModelPeriod> {
  const notes = await readPriceNotes(pk);
  if (!listed) {
    const records = recordsOf(notes);
    const history = records.length > 0 ? priceHistory(records, null) : null;
    return { ...always, model: { pk, name: model_id, history } };
  }
  const { row, records } = await observePrices(listed, notes);
  const created = utcTime(notes.appeared_at ?? row.created_at ?? "");
  const start = Number.isNaN(created) ? Number.NEGATIVE_INFINITY : created;
  const history = priceHistory(records, row);
  return { ...always, start, model: { pk, name: row.display_name, history } };
}

/** Rows that are no longer registered but whose prices are known. */
async function formerPeriods(pks: string[]): Promise<ModelPeriod[]> {
  const periods = await mapConcurrently(
    pks,
    readConcurrency,
    async (pk): Promise<ModelPeriod[]> => {
      const notes = await readPriceNotes(pk);
      const records = recordsOf(notes);
      if (records.length === 0) return [];
      const end = utcTime(notes.deleted_at ?? "");
      const model = {
        pk,
        name: pk.slice(pk.indexOf("#") + 1),
        history: priceHistory(records, null),
      };
      return [{ ...always, end: Number.isNaN(end) ? always.end : end, model }];
    },
  );
  return periods.flat();
}

const epoch = "1970-01-01T00:00:00.000Z";

function recordsOf({ records, seen }: PriceNotes): PriceRecord[] {
  if (records.length > 0 || !seen) return records;
  return [{ in_force_from: epoch, origin: "assumed", prices: seen.prices }];
}

/** The row to which a name resolved when this process last looked. */
type NameSighting = { pk: string; until: number };
const names = new Map<string, NameSighting>();
const maxNames = 10_000;

/**
 * Detects that a name now resolves to another row, because others added or deleted one without a
 * credible creation time.
 */
async function recordSighting(
  name: string,
  pk: string | undefined,
  pks: Set<string>,
  rows: Map<string, ModelRow>,
): Promise<void> {
  const key = `${env().LLM_MODELS_TABLE} ${name}`;
  const before = names.get(key);
  names.delete(key);
  if (pk !== undefined) names.set(key, { pk, until: Date.now() });
  const oldest = names.keys().next().value;
  if (names.size > maxNames && oldest !== undefined) names.delete(oldest);
  if (!before || before.pk === pk) return;
  if (!pks.has(before.pk)) return recordDisappearance(before.pk);
  const created = utcTime((pk && rows.get(pk)?.created_at) ?? "");
  // The list may be some seconds old, so a time shortly before the last look is credible.
  if (pk !== undefined && !(created > before.until - listLagMs)) await recordAppearance(pk);
}

/** How old a list of models may be, in milliseconds (docs/contract.md). */
const listLagMs = 10_000;
