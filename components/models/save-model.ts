import { ApiError, apiFetch } from "@/lib/api-client";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import { api } from "@/lib/paths";

export type ChangeName = Exclude<keyof ModelChanges, "price_source">;

/** Someone else saved other values in the same fields. Nothing of mine was written. */
export class EditConflict extends Error {
  readonly base: ModelRecord;
  readonly current: ModelRecord;
  readonly names: ChangeName[];

  constructor(base: ModelRecord, current: ModelRecord, names: ChangeName[]) {
    super(`${current.display_name} was changed by someone else in the same fields.`);
    this.name = "EditConflict";
    this.base = base;
    this.current = current;
    this.names = names;
  }
}

/**
 * Saves changes made on `base`. When someone else saved meanwhile, it submits once more if they
 * changed other fields than I did.
 * @throws EditConflict when the fields overlap; ApiError, NetworkError
 */
export async function saveModel(base: ModelRecord, changes: ModelChanges): Promise<ModelRecord> {
  try {
    return await patchModel(base, changes);
  } catch (error) {
    const current = currentOf(error);
    if (!current) throw error;
    const names = clashingNames(base, current, changes);
    if (names.length > 0) throw new EditConflict(base, current, names);
    return patchModel(current, changes);
  }
}

function patchModel(base: ModelRecord, changes: ModelChanges): Promise<ModelRecord> {
  return apiFetch<ModelRecord>(api.model(base.provider, base.model_id), {
    method: "PATCH",
    body: changes,
    ifMatch: base.etag,
  });
}

function currentOf(error: unknown): ModelRecord | null {
  if (!(error instanceof ApiError) || error.problem.status !== 412) return null;
  // Our own API answers 412 with the record as `current`.
  return (error.problem.current as ModelRecord | undefined) ?? null;
}

/** What both of us changed, and not to the same. */
function clashingNames(
  base: ModelRecord,
  current: ModelRecord,
  changes: ModelChanges,
): ChangeName[] {
  // The names of an object of this type.
  const names = Object.keys(changes) as ChangeName[];
  return names.filter(
    (name) => current[name] !== base[name] && current[name] !== (changes[name] ?? null),
  );
}
