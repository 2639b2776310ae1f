import "server-only";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  type NoticedDifference,
  noticeDifference,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec, toAttribute } from "@/lib/aws/row-codec";
import { updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { type ModelSettings, type SettingName, settingNames } from "./rules/reverted";

/** What was set here on each model, to detect changes by other writers. */
const settings = "model-settings";

const settingsRow = rowCodec({
  sk: field.text,
  registered: field.flag,
  row: field.attributes,
  set_at: field.text,
  set_by: field.text,
  noticed: field.optionalText,
  noticed_at: field.optionalText,
  event_id: field.optionalText,
  input_price: field.optionalNumber,
  output_price: field.optionalNumber,
  cache_read_price: field.optionalNumber,
  cache_write_price: field.optionalNumber,
  is_active: field.flag,
  is_default: field.flag,
  display_name: field.text,
  purpose: field.optionalText,
  max_tokens: field.optionalNumber,
  max_output_tokens: field.optionalNumber,
  supports_tools: field.optionalFlag,
  supports_vision: field.optionalFlag,
  lifecycle: field.optionalText,
  retires_on: field.optionalText,
});

/** The settings of all models, by pk. */
export async function listModelSettings(): Promise<Map<string, ModelSettings>> {
  return new Map((await listNotedRows(settings)).map(toEntry));
}

/** The settings of one model; null if nothing was set here. */
export async function findModelSettings(pk: string): Promise<ModelSettings | null> {
  const item = await findNotedRow(keyOf(pk));
  return item && toEntry(item)[1];
}

/**
 * Records what the same transaction sets. Only the named values are written, so that two admins
 * who change different values don't record each other's old ones.
 * @param row the row after the write; null if it is deleted
 */
export function recordModelSettings(
  by: string,
  pk: string,
  row: RawItem | null,
  values: ModelSettings["values"],
): WriteItem {
  const set: Record<string, RawItem[string]> = {
    registered: { BOOL: row !== null },
    set_at: stringAttribute(new Date().toISOString()),
    set_by: stringAttribute(by),
    ...(row && { row: { M: row } }),
  };
  for (const [name, value] of Object.entries(values)) {
    set[name] = value === null ? { NULL: true } : toAttribute(value);
  }
  const removed = ["noticed", "noticed_at", "event_id", ...(row ? [] : ["row", ...settingNames])];
  const names = [...Object.keys(set), ...removed];
  const change = {
    UpdateExpression: [
      `SET ${Object.keys(set)
        .map((name) => `#${name} = :${name}`)
        .join(", ")}`,
      `REMOVE ${removed.map((name) => `#${name}`).join(", ")}`,
    ].join(" "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(set).map(([name, value]) => [`:${name}`, value]),
    ),
  };
  const busy = () => new AppError("conflict", `Model "${pk}" is being changed. Try again.`);
  return updateItem(table(), keyOf(pk), change, busy);
}

/** Records, once for all copies of the console, that a model differs from what was set here. */
export function recordExternalModelChange(
  pk: string,
  current: ModelSettings,
  difference: NoticedDifference,
): WriteItem {
  return noticeDifference(keyOf(pk), current.set_at, difference);
}

const keyOf = (pk: string) => managementKey(settings, pk);

/** An absent attribute was never set here; a NULL one was removed here. */
function toEntry(item: RawItem): [string, ModelSettings] {
  const { sk, row, registered, set_at, set_by, noticed, noticed_at, event_id, ...all } =
    settingsRow.decode(item);
  const set = settingNames.filter((name) => item[name] !== undefined);
  const values = Object.fromEntries(set.map((name: SettingName) => [name, all[name]]));
  return [sk, { values, registered, row, set_at, set_by, noticed, noticed_at, event_id }];
}
