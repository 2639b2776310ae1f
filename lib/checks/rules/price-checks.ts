import { callTo } from "@/lib/addresses";
import type { Finding, FindingCode, FixAction } from "@/lib/findings/schema";
import { formatCount, formatPriceUsd } from "@/lib/format";
import {
  isSamePrice,
  isUnitApart,
  unitSuspect,
  usualPriceOfOthers,
} from "@/lib/prices/rules/price-guard";
import { linkLabel } from "./link-labels";
import {
  type Check,
  type CheckedModel,
  groupBy,
  openModelAction,
  type Snapshot,
  usersByModel,
} from "./snapshot";

type FindingDraft = Omit<Finding, "subject">;
const names = ["input_price", "output_price"] as const;
const words = { input_price: "input", output_price: "output" } as const;

function checkEachModel(
  evaluate: (model: CheckedModel, users: number) => FindingDraft | null,
): Check {
  return (snapshot: Snapshot) => {
    const users = usersByModel(snapshot);
    return snapshot.models.flatMap((model) => {
      const draft = evaluate(model, users.get(model.pk)?.length ?? 0);
      const subject = { kind: "model", id: model.pk } as const;
      const action = (code: FindingCode) =>
        openModelAction(model, linkLabel(code, "See the model"));
      return draft ? [{ action: action(draft.code), ...draft, subject }] : [];
    });
  };
}

function change(model: CheckedModel, label: string, body: Record<string, unknown>): FixAction {
  const params = { provider: model.provider, modelId: model.model_id };
  return { label, ...callTo("updateModel", params), body };
}

/** A fix that sets the catalog's price for these names. */
function fromCatalog(model: CheckedModel, taken: readonly (typeof names)[number][]): FixAction {
  const prices = taken.map((name) => [name, model.catalog?.[name]] as const);
  return change(model, "Take the catalog's price", {
    ...Object.fromEntries(prices),
    price_source: "catalog",
  });
}

/** The catalog's prices for exactly this model; those of its family prove nothing. */
const ownCatalog = ({ catalog }: CheckedModel) => (catalog?.match === "family" ? null : catalog);

const usd = (price: number) => `${formatPriceUsd(price, "1M")} per 1M`;

export const priceMissing = checkEachModel((model, users) => {
  const missing = names.filter((name) => model[name] === null);
  if (missing.length === 0 || (users === 0 && !model.is_active)) return null;
  const listed = missing.filter((name) => ownCatalog(model)?.[name] != null);
  return {
    code: "price_missing",
    severity: users > 0 ? "warning" : "info",
    title: `${model.display_name} has no ${missing.map((name) => words[name]).join(" and ")} price`,
    evidence: `Its tokens are counted, but not in any cost.${listed.length > 0 ? " The catalog has a price." : ""}`,
    fix: listed.length > 0 ? "Take the catalog's price, or enter one." : "Enter a price.",
    ...(listed.length > 0 && { action: fromCatalog(model, listed) }),
  };
});

export const priceUnitSuspect: Check = (snapshot) => {
  const providers = groupBy(snapshot.models, (model) => String(model.provider_id));
  const usual = new Map([...providers].map(([id, models]) => [id, usualPricesAmong(models)]));
  const evaluate = checkEachModel((model) =>
    suspectPrice(model, usual.get(String(model.provider_id))),
  );
  return evaluate(snapshot);
};

/** The usual price of a provider's other models. */
function usualPricesAmong(models: readonly CheckedModel[]) {
  return {
    input_price: usualPriceOfOthers(models.map((model) => model.input_price)),
    output_price: usualPriceOfOthers(models.map((model) => model.output_price)),
  };
}

function suspectPrice(
  model: CheckedModel,
  usual: ReturnType<typeof usualPricesAmong> | undefined,
): FindingDraft | null {
  for (const name of names) {
    const price = model[name];
    if (price === null) continue;
    const listed = model.catalog?.[name] ?? null;
    const siblings = usual?.[name](price) ?? null;
    const suspicion = unitSuspect(price, { catalog: listed, usual: siblings, stored: null });
    if (!suspicion) continue;
    const { known } = suspicion;
    const compared =
      known.from === "catalog"
        ? `the catalog says ${usd(known.price)}: about ${suspicion.unit === "token" ? "1,000,000" : "1,000"} times apart.`
        : known.from === "minimum"
          ? "which is less than any model costs."
          : `its siblings cost about ${usd(known.price)}: too large a difference.`;
    return suspect(model, name, price, compared);
  }
  return null;
}

function suspect(
  model: CheckedModel,
  name: (typeof names)[number],
  price: number,
  compared: string,
): FindingDraft {
  return {
    code: "price_unit_suspect",
    severity: "error",
    title: `The ${words[name]} price of ${model.display_name} looks like the wrong unit`,
    evidence: `It is ${usd(price)}, ${compared}`,
    fix: "Check whether the price is per 1M tokens, per 1K or per token and save it again.",
  };
}

export const priceAssumed = checkEachModel((model) => {
  if (model.price_unit !== "assumed") return null;
  const prices = names.flatMap((name) => {
    const price = model[name];
    return price === null ? [] : `${words[name]} ${usd(price)}`;
  });
  return {
    code: "price_assumed",
    severity: "info",
    title: `The price unit of ${model.display_name} is assumed`,
    evidence: `The row carries an old attribute of unclear unit; it is read as ${prices.join(", ")}.`,
    fix: "Confirm the price.",
    action: change(
      model,
      "Confirm the price",
      Object.fromEntries(names.map((name) => [name, model[name]])),
    ),
  };
});

export const priceDiffers = checkEachModel((model) => {
  const apart = names.filter((name) => {
    const [price, listed] = [model[name], ownCatalog(model)?.[name] ?? null];
    if (price === null || listed === null) return false;
    return !isSamePrice(price, listed) && !isUnitApart(price, listed);
  });
  if (apart.length === 0) return null;
  const isAdmins = (name: (typeof names)[number]) => model[`${name}_source`] === "admin";
  const differences = apart.map((name) => {
    const by = isAdmins(name) ? " (set by an admin)" : "";
    return `${words[name]} ${usd(model[name] ?? 0)}${by}, catalog ${usd(model.catalog?.[name] ?? 0)}`;
  });
  return {
    code: "price_differs",
    severity: "info",
    title: `The price of ${model.display_name} differs from the catalog`,
    evidence: `${differences.join("; ")}. Catalog of ${model.catalog?.as_of}.`,
    fix: "Take the catalog's price, or keep yours if it is negotiated.",
    ...(!apart.some(isAdmins) && { action: fromCatalog(model, apart) }),
  };
});

export const priceByFamily = checkEachModel((model) => {
  const { priced_by_family: taken = [], catalog } = model;
  const priced = taken.filter((name) => model[name] !== null);
  if (priced.length === 0) return null;
  const prices = names.flatMap((name) => {
    const price = model[name];
    return price !== null && priced.includes(name) ? [`${words[name]} ${usd(price)}`] : [];
  });
  const why = catalog
    ? `The catalog lists no ${model.model_id}, only ${catalog.matched}, which is another model.`
    : `No catalog lists ${model.model_id}.`;
  return {
    code: "price_by_family",
    severity: "warning",
    title: `${model.display_name} has the price of its family`,
    evidence: `${why}${prices.length > 0 ? ` The row says ${prices.join(", ")}.` : ""}`,
    fix: "Compare it with the provider's page. Confirm the price, or enter the right one.",
    action: change(
      model,
      "Confirm price",
      Object.fromEntries(priced.map((name) => [name, model[name]])),
    ),
  };
});

/** Providers count 128K as 128,000 or 131,072. */
const contextTolerance = 0.05;

export const contextDiffers = checkEachModel((model) => {
  const [stored, listed] = [model.max_tokens, model.catalog?.context_window ?? null];
  if (stored === null || listed === null) return null;
  if (Math.abs(stored - listed) <= contextTolerance * Math.max(stored, listed)) return null;
  return {
    code: "context_differs",
    severity: "info",
    title: `The context window of ${model.display_name} differs from the catalog`,
    evidence: `The row says ${formatCount(stored)} tokens, the catalog of ${model.catalog?.as_of} says ${formatCount(listed)}.`,
    fix: "Correct the row, or dismiss this if the row is right.",
    action: change(model, `Set it to ${formatCount(listed)}`, { max_tokens: listed }),
  };
});

/** Older tools read `*_price_per_1k`; the console reads `*_price`. */
export const priceDisagreesWithLegacy = checkEachModel((model) => {
  const [first] = model.legacy_disagreements;
  if (!first) return null;
  const values = model.legacy_disagreements.map(
    ({ name, price, stored, legacy_price }) =>
      `${name} is ${usd(price)}, and ${name}_per_1k is ${stored}, which reads as ${usd(legacy_price)}`,
  );
  const current = Object.fromEntries(
    model.legacy_disagreements.map(({ name, price }) => [name, price]),
  );
  const prices = model.legacy_disagreements.map(({ price }) => usd(price)).join(" and ");
  return {
    code: "price_disagrees_with_legacy",
    severity: "warning",
    title: `Two attributes of ${model.display_name} give different prices`,
    evidence: `${values.join("; ")}. The console takes the first, and older tools the second.`,
    fix: "Keep the console's price, which corrects the older attribute. If the older one is right, enter its price.",
    action: change(model, `Keep ${prices}`, current),
  };
});
