/** The same value with every string in it changed, except names of members. */
export function withTexts<Value>(value: Value, change: (text: string) => string): Value {
  return changed(value, change) as Value; // Strings become strings, and all else keeps its shape.
}

function changed(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((part) => changed(part, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, changed(part, change)]),
  );
}
