/**
 * Limits of the work for one JSON Schema. A compiled check can't be interrupted, and schemas come
 * from a table that others write.
 */
const limits = {
  schemaBytes: 64_000,
  depth: 40,
  /** Subschemas, where each reference counts as a copy of its target. */
  nodes: 5_000,
  /** Subschemas multiplied by characters of the arguments. */
  work: 50_000_000,
  argumentBytes: 100_000,
  /** The most characters that a pattern searches. */
  searched: 2_000,
  uniqueBytes: 10_000,
};

type Members = Record<string, unknown>;

/** Why these arguments aren't checked against this schema; null if they can be. */
export function costRefusal(schema: unknown, argumentsText: string): string | null {
  const text = JSON.stringify(schema) ?? "";
  if (text.length > limits.schemaBytes) return "the schema is longer than 64 kB";
  if (argumentsText.length > limits.argumentBytes) return "they are longer than 100 kB";
  const counted = countNodes(schema, schema, { depth: 0, within: [] });
  if (typeof counted === "string") return counted;
  if (counted * argumentsText.length > limits.work) return "the schema is too large for them";
  if (text.includes('"uniqueItems"') && argumentsText.length > limits.uniqueBytes) {
    return "uniqueItems would compare too many values";
  }
  return null;
}

type Place = { depth: number; within: readonly string[] };

/** The number of subschemas below this one, or why they can't be counted. */
function countNodes(node: unknown, root: unknown, { depth, within }: Place): number | string {
  if (depth > limits.depth) return "the schema is nested too deep";
  if (typeof node !== "object" || node === null) return 1;
  const { $ref, $dynamicRef, $recursiveRef, $async } = node as Members; // An object by the line above.
  if ($async !== undefined || $dynamicRef !== undefined || $recursiveRef !== undefined) {
    return "the schema uses $async, $dynamicRef or $recursiveRef";
  }
  let total = 1;
  const parts: [unknown, Place][] = Object.values(node).map((part) => [
    part,
    { depth: depth + 1, within },
  ]);
  if (typeof $ref === "string") {
    if (!$ref.startsWith("#")) return "the schema refers to another document";
    if (within.includes($ref)) return "the schema refers to itself";
    parts.push([resolved($ref, root), { depth: depth + 1, within: [...within, $ref] }]);
  }
  for (const [part, place] of parts) {
    const counted = countNodes(part, root, place);
    if (typeof counted === "string") return counted;
    total += counted;
    if (total > limits.nodes) return "the schema has too many parts";
  }
  return total;
}

function resolved(ref: string, root: unknown): unknown {
  return ref
    .slice(1)
    .split("/")
    .filter((name) => name !== "")
    .map((name) => decodeName(name))
    .reduce<unknown>((within, name) => (isObject(within) ? within[name] : undefined), root);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return name;
  }
}

const isObject = (value: unknown): value is Members => typeof value === "object" && value !== null;

/** A pattern whose search could take long, or a text that is too long. */
export class PatternRefused extends Error {}

/** Returns a function that tests texts by a pattern, if that is fast for any text. */
export function boundedPattern(pattern: string): (text: string) => boolean {
  const unbounded = pattern.match(/[*+]|\{\d+,\d*\}/g) ?? [];
  if (pattern.length > 500 || unbounded.length > 2 || /\)[*+{?]/.test(pattern)) {
    throw new PatternRefused("a pattern of the schema could take too long");
  }
  const expression = new RegExp(pattern, "u");
  return (text) => {
    if (text.length > limits.searched) {
      throw new PatternRefused("a pattern would search too long a text");
    }
    return expression.test(text);
  };
}
