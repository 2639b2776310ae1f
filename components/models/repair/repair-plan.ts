import type { ChangeName } from "@/components/models/edit/form-values";
import { type DefectiveModel, ModelChanges, type ModelKey } from "@/lib/models/schema";

export type RepairPlan = ModelKey & {
  /** The attributes to enter again. */
  names: ChangeName[];
};

/** The API can't set legacy prices and times. */
const settable = Object.keys(ModelChanges.shape);

/**
 * The plan that repairs a defective row; null if the row can't be repaired here, because its key
 * names no model or the API can't set a defective attribute.
 */
export function repairPlan({ pk, reasons }: DefectiveModel): RepairPlan | null {
  const [provider, model_id, ...rest] = pk.split("#");
  if (!provider || !model_id || rest.length > 0) return null;
  const names = new Set<ChangeName>();
  for (const reason of reasons) {
    const attribute = reason.split(" ")[0]?.replace(/_source$/, "") ?? "";
    // Every repair writes these from the key.
    if (attribute === "pk" || attribute === "provider" || attribute === "model_id") continue;
    if (!settable.includes(attribute)) return null;
    names.add(attribute as ChangeName); // One of the schema's names by the line above.
  }
  return { provider, model_id, names: [...names] };
}
