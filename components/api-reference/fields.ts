import type { JsonSchema } from "@/lib/api/document";

/** Part of a described type: text, or the name of a schema with its own section. */
export type TypePart = string | { schema: string };

export type FieldRow = {
  /** Dotted for nested fields; `[]` is each entry of a list. */
  name: string;
  type: TypePart[];
  isRequired: boolean;
  description: string;
};

/** The last part of a reference: the schema's name. */
export function nameOfRef(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

const joined = (options: TypePart[][], word: string) =>
  options.flatMap((option, index) => (index === 0 ? option : [word, ...option]));

/** Describes a type: `["array of ", { schema: "AgentRef" }]`. */
export function typeOf(schema: JsonSchema): TypePart[] {
  const { $ref, type, items, anyOf, oneOf, allOf, enum: values } = schema;
  if ($ref) return [{ schema: nameOfRef($ref) }];
  const options = anyOf ?? oneOf ?? allOf;
  if (options) return joined(options.map(typeOf), " or ");
  if (values) return [values.map((value) => JSON.stringify(value)).join(", ")];
  if ("const" in schema) return [JSON.stringify(schema.const)];
  if (type === "array") return ["array of ", ...typeOf(items ?? {})];
  if (type === "object") return objectType(schema);
  if (type === undefined) return ["any value"];
  const { format } = schema;
  return [typeof format === "string" ? `${type} (${format})` : `${type}`];
}

function objectType({ properties, additionalProperties }: JsonSchema): TypePart[] {
  if (properties || typeof additionalProperties !== "object") return ["object"];
  const values = typeOf(additionalProperties);
  return values[0] === "any value" ? ["object"] : ["object of ", ...values];
}

const limits: [keyword: string, words: (limit: unknown) => string][] = [
  ["default", (value) => `Default: ${JSON.stringify(value)}.`],
  ["minimum", (value) => (Number(value) < -1e15 ? "" : `At least ${value}.`)],
  ["exclusiveMinimum", (value) => `More than ${value}.`],
  ["maximum", (value) => (Number(value) > 1e15 ? "" : `At most ${value}.`)],
  ["maxLength", (value) => `At most ${value} characters.`],
  ["maxItems", (value) => `At most ${value} entries.`],
];

/** The limits of a value in sentences, including those of its options. */
export function limitsOf(schema: JsonSchema): string[] {
  const ownLimits = limits.flatMap(([keyword, words]) =>
    schema[keyword] === undefined ? [] : [words(schema[keyword])],
  );
  const inner = (schema.anyOf ?? schema.oneOf ?? []).flatMap(limitsOf);
  return [...new Set([...ownLimits, ...inner])].filter((sentence) => sentence !== "");
}

/** The fields of an object, and of nested objects that have no name. */
export function fieldRows(schema: JsonSchema, within = ""): FieldRow[] {
  const { properties = {}, required = [], anyOf, oneOf } = schema;
  const options = anyOf ?? oneOf;
  if (options) return rowsOfEither(options, within);
  return Object.entries(properties).flatMap(([name, field]) => [
    {
      name: `${within}${name}`,
      type: typeOf(field),
      isRequired: required.includes(name),
      description: [field.description, ...limitsOf(field)].filter(Boolean).join(" "),
    },
    ...fieldRows(field.items ?? field, `${within}${name}${field.items ? "[]" : ""}.`),
  ]);
}

/** The fields of all options. A field is required if every option requires it. */
function rowsOfEither(options: JsonSchema[], within: string): FieldRow[] {
  const rows = options
    .map((option) => fieldRows(option, within))
    .filter((fields) => fields.length > 0);
  const byName = new Map<string, FieldRow>();
  for (const row of rows.flat()) {
    const former = byName.get(row.name);
    const isSame = JSON.stringify(former?.type) === JSON.stringify(row.type);
    const type = former && !isSame ? [...former.type, " or ", ...row.type] : row.type;
    const isEverywhere = rows.every((fields) =>
      fields.some(({ name, isRequired }) => name === row.name && isRequired),
    );
    byName.set(row.name, { ...row, type, isRequired: isEverywhere });
  }
  return [...byName.values()];
}
