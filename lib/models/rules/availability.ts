import { formatDay } from "@/lib/format";
import type { Availability, ModelRecord } from "@/lib/models/schema";
import { isPastDay, isRetiredByRow } from "./suggestible";

type Lifecycle = Pick<ModelRecord, "lifecycle" | "retires_on">;

const active: Availability = { state: "active", on: null, because: null };

/**
 * The availability that a lifecycle and a retirement day mean today. @param now milliseconds since
 * 1970
 */
export function availabilityFrom(
  { lifecycle, retires_on }: Lifecycle,
  source: string,
  now: number,
): Availability {
  const isPast = isPastDay(retires_on, now);
  if (isRetiredByRow({ lifecycle, retires_on }, now)) {
    return { state: "retired", on: isPast ? retires_on : null, because: source };
  }
  if (retires_on !== null) return { state: "retiring", on: retires_on, because: source };
  return lifecycle === "legacy" ? { state: "legacy", on: null, because: source } : active;
}

/** Whether calls to the model fail. */
export const isGone = ({ state }: Pick<Availability, "state">): boolean =>
  state === "retired" || state === "not_offered";

/** The label of an availability on every screen: "Retires 14 Jan 2027". */
export function availabilityLabel({ state, on }: Pick<Availability, "state" | "on">): string {
  const day = on === null ? "" : ` ${formatDay(on)}`;
  const labels = {
    active: "Active",
    legacy: "Legacy",
    retiring: `Retires${day}`,
    retired: `Retired${day}`,
    not_offered: "Not offered here",
  } satisfies Record<Availability["state"], string>;
  return labels[state];
}

type Suggested = Pick<ModelRecord, "is_active" | "availability" | "runtime_callable">;

/** Why a model isn't suggested; null if it can be. */
export function unsuitableBecause({ is_active, availability, runtime_callable }: Suggested) {
  if (isGone(availability)) return availabilityLabel(availability);
  if (!is_active) return "Inactive";
  return runtime_callable === false ? "The runtime can't call it" : null;
}
