import type { RawItem } from "@/lib/aws/attributes";
import type { ModelRow } from "@/lib/models/row";
import { priceNames } from "@/lib/models/schema";

/** The values of a model that are watched after they were set here. */
const decidedNames = [...priceNames, "is_active", "is_default"] as const;
/** Facts that another writer may fill in if they weren't known here. */
const factNames = [
  "display_name",
  "purpose",
  "max_tokens",
  "max_output_tokens",
  "supports_tools",
  "supports_vision",
  "lifecycle",
  "retires_on",
] as const;
export const settingNames = [...decidedNames, ...factNames] as const;
export type SettingName = (typeof settingNames)[number];
type SettingValue = string | number | boolean | null;

const isFact = (name: SettingName) => factNames.some((fact) => fact === name);

/** What was set here on a model, and what was noticed since. */
export type ModelSettings = {
  values: Partial<Record<SettingName, SettingValue>>;
  /** False after it was retired here. */
  registered: boolean;
  /** The row after the console's last write; null after it was retired. */
  row: RawItem | null;
  set_at: string;
  set_by: string;
  /** The difference that was noticed, when, and its event. */
  noticed: string | null;
  noticed_at: string | null;
  event_id: string | null;
};

export type Difference = {
  kind: "changed" | "deleted" | "resurrected";
  changes: { name: SettingName; ours: SettingValue; theirs: SettingValue }[];
};

/**
 * How a row differs from what was set here; null if it doesn't.
 * @param row null if there is none; "defective" if it can't be read, which is a finding of its own
 */
export function findDifference(
  settings: ModelSettings,
  row: Pick<ModelRow, SettingName> | "defective" | null,
): Difference | null {
  if (!settings.registered) return row === null ? null : { kind: "resurrected", changes: [] };
  if (row === null) return { kind: "deleted", changes: [] };
  if (row === "defective") return null;
  const changes = settingNames.flatMap((name) => {
    const ours = settings.values[name];
    const isSame = ours === undefined || ours === row[name] || (ours === null && isFact(name));
    return isSame ? [] : [{ name, ours, theirs: row[name] }];
  });
  return changes.length > 0 ? { kind: "changed", changes } : null;
}

/** A difference as text, to detect whether it was already noticed. */
export function differenceId({ kind, changes }: Difference): string {
  return [kind, ...changes.map(({ name, theirs }) => `${name}=${theirs}`)].join(" ");
}

const hasLegacyPrice = (row: RawItem) =>
  row.input_price_per_1k !== undefined || row.output_price_per_1k !== undefined;
const hasOwnPrice = (row: RawItem) =>
  row.input_price !== undefined || row.output_price !== undefined;

/**
 * Who probably wrote the row, by the attributes that each writer leaves.
 * @param ours the row after the console's last write; null if it was retired here
 * @param theirs the present row; null if it was deleted
 */
export function likelyWriter(ours: RawItem | null, theirs: RawItem | null): string {
  if (!theirs) return "someone in the AWS console or CLI, or a script that deletes rows";
  if (hasLegacyPrice(theirs) && !hasOwnPrice(theirs)) {
    return "the platform's populate script, which puts whole rows with the older price attributes";
  }
  if (!ours) {
    return theirs.input_price_source?.S === "catalog"
      ? "npm run populate, which adds missing models again"
      : "a script or another tool that adds models";
  }
  const isLegacyChanged = ["input_price_per_1k", "output_price_per_1k"].some(
    (name) => theirs[name] !== undefined && theirs[name]?.N !== ours[name]?.N,
  );
  if (isLegacyChanged) return "the older admin screen, which writes the older price attributes";
  const lost = Object.keys(ours).filter((name) => theirs[name] === undefined);
  if (lost.length > 0) return "a script or deploy that puts whole rows";
  if (theirs.updated_at?.S === ours.updated_at?.S) {
    return "someone in the AWS console or CLI: the time of the row wasn't changed";
  }
  return "another tool that updates rows";
}
