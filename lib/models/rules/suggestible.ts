import type { ModelRecord } from "@/lib/models/schema";

/** Whether a day is past. @param now milliseconds since 1970 */
export const isPastDay = (day: string | null, now: number): boolean =>
  day !== null && Date.parse(day) <= now;

/** Whether the row says that the provider has retired the model. */
export function isRetiredByRow(
  { lifecycle, retires_on }: Pick<ModelRecord, "lifecycle" | "retires_on">,
  now: number,
): boolean {
  return lifecycle === "retired" || isPastDay(retires_on, now);
}
