import type { ActivityEvent } from "@/lib/activity/schema";

export type ChangedValue = {
  name: string;
  label: string;
  before: string | null;
  after: string | null;
};

const labels: Record<string, string> = {
  llm_provider: "Provider",
  llm_model: "Model",
  system_prompt: "System prompt",
};

/** Which attributes an event changed, as text; the time of the change is not one of them. */
export function changedValues({ before, after }: ActivityEvent): ChangedValue[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  names.delete("updated_at");
  return [...names].map((name) => ({
    name,
    label: labels[name] ?? name,
    before: textOf(before?.[name]),
    after: textOf(after?.[name]),
  }));
}

/** The text in a raw attribute value such as {"S": "text"}; null when it is absent. */
function textOf(raw: object | undefined): string | null {
  if (!raw) return null;
  const value: unknown = Object.values(raw)[0];
  return typeof value === "string" ? value : JSON.stringify(value);
}
