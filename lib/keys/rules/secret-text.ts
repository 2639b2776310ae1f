import { applyEdits, modify, parseTree } from "jsonc-parser";

/** Values to write by name; null removes the name. */
export type SecretChanges = Record<string, string | null>;

/** Changes these names in the text; everything else stays byte for byte. */
export function editText(text: string, changes: SecretChanges): string {
  return Object.entries(changes).reduce((edited, [name, value]) => {
    const single = withoutDuplicates(edited, name);
    return applyEdits(single, modify(single, [name], value ?? undefined, {}));
  }, text);
}

/**
 * Removes earlier duplicates of a name: readers use the last value, but the editor changes the
 * first.
 */
function withoutDuplicates(text: string, name: string): string {
  const properties = parseTree(text)?.children ?? [];
  const times = properties.filter((property) => property.children?.[0]?.value === name).length;
  if (times < 2) return text;
  return withoutDuplicates(applyEdits(text, modify(text, [name], undefined, {})), name);
}

/** Null if the text isn't a JSON object. Never quote it in a message: it may hold keys. */
export function parseValues(text: string): Record<string, unknown> | null {
  const value = parseJson(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : null;
}

/** Whether the text is JSON, an object or not. */
export const isJson = (text: string): boolean => parseJson(text) !== undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
