import { applyEdits, modify, parseTree } from "jsonc-parser";

/** Values to write under their key names; null removes one. */
export type SecretChanges = Record<string, string | null>;

/** The same text with these names changed; everything else stays byte for byte. */
export function editText(text: string, changes: SecretChanges): string {
  return Object.entries(changes).reduce((edited, [name, value]) => {
    const single = withoutRepetition(edited, name);
    return applyEdits(single, modify(single, [name], value ?? undefined, {}));
  }, text);
}

/** Of a name that stands twice, readers take the last value and the editor would change the first. */
function withoutRepetition(text: string, name: string): string {
  const properties = parseTree(text)?.children ?? [];
  const times = properties.filter((property) => property.children?.[0]?.value === name).length;
  if (times < 2) return text;
  return withoutRepetition(applyEdits(text, modify(text, [name], undefined, {})), name);
}

/** Null for a text that is no JSON object; it is never told, for it may hold keys. */
export function parseValues(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : null;
  } catch {
    return null;
  }
}
