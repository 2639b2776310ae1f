import type { ChangeName } from "@/components/models/edit/form-values";
import { type DefectiveModel, ModelChanges, type ModelKey } from "@/lib/models/schema";

export type RepairPlan = ModelKey & {
  /** The attributes to enter again. */
  names: ChangeName[];
};

/** The API can't set legacy prices and times. */
const settable = Object.keys(ModelChanges.shape);

/**
 * What repairs a defective row: null when nothing here can, because its key names no model or
 * because the API cannot set a faulty attribute.
 */
export function repairPlan({ pk, reasons }: DefectiveModel): RepairPlan | null {
  const [provider, model_id, ...rest] = pk.split("#");
  if (!provider || !model_id || rest.length > 0) return null;
  const names = new Set<ChangeName>();
  for (const reason of reasons) {
    const attribute = reason.split(" ")[0]?.replace(/_source$/, "") ?? "";
    // Written from the key by every repair.
    if (attribute === "pk" || attribute === "provider" || attribute === "model_id") continue;
    if (!settable.includes(attribute)) return null;
    names.add(attribute as ChangeName); // One of the schema's names by the line above.
  }
  return { provider, model_id, names: [...names] };
}
