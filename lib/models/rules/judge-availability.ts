import { formatDay, formatProviderName } from "@/lib/format";
import type { Availability, ModelRecord } from "@/lib/models/schema";
import { availabilityFrom, isGone } from "./availability";
import { documentedRetirement } from "./documented-retirement";
import { failedProof, type ModelEvidence } from "./evidence";
import { knownModel, knownModelsAsOf } from "./known-models";
import { isPastDay } from "./suggestible";

type Lifecycle = Pick<ModelRecord, "lifecycle" | "retires_on">;

/**
 * Whether the provider still offers the model, according to the row, the provider's list, the documentation and
 * the last proof. Consistent with the findings against the model.
 * @param catalog the lifecycle in the newest catalog that has one
 * @param now milliseconds since 1970
 */
export function judgeAvailability(
  model: ModelEvidence,
  catalog: Lifecycle | null,
  now: number,
): Availability {
  const listed = listedLifecycle(model, now);
  const retired = [rowAvailability(model, now), listed, documented(model, now)].find(
    (availability) => availability?.state === "retired",
  );
  if (retired) return retired;
  const failure = failedProof(model);
  if (failure) return { state: "not_offered", on: null, because: failure };
  const announced = [listed, catalogAvailability(catalog, now), rowAvailability(model, now)];
  const ofState = (state: Availability["state"]) =>
    announced.find((availability) => availability?.state === state);
  return ofState("retiring") ?? ofState("legacy") ?? { state: "active", on: null, because: null };
}

const rowAvailability = (row: Lifecycle, now: number) =>
  availabilityFrom(row, "Its row says so.", now);

/**
 * If the provider still lists a model as legacy or active, it has postponed the announced
 * retirement.
 */
function listedLifecycle({ listing, model_id, provider_id }: ModelEvidence, now: number) {
  const listed = listing?.models.find((model) => model.model_id === model_id);
  if (!listing || !listed) return null;
  const { lifecycle, retires_on = null } = listed;
  const isLate = lifecycle !== null && lifecycle !== "retired" && isPastDay(retires_on, now);
  const source = `${formatProviderName(provider_id)} says so in its list of ${formatDay(listing.as_of.slice(0, 10))}.`;
  return availabilityFrom({ lifecycle, retires_on: isLate ? null : retires_on }, source, now);
}

function documented(model: ModelEvidence, now: number): Availability | null {
  const known = documentedRetirement(model, now) && knownModel(model.provider_id, model.model_id);
  if (!known) return null;
  const source = `Its provider's documentation says so, read on ${knownModelsAsOf}.`;
  return availabilityFrom(known, source, now);
}

/** Only announcements: that a model is gone must come from its provider. */
function catalogAvailability(catalog: Lifecycle | null, now: number): Availability | null {
  const availability = catalog && availabilityFrom(catalog, "The catalog says so.", now);
  return availability && !isGone(availability) ? availability : null;
}
