import "server-only";
import * as z from "zod/mini";
import * as activity from "@/lib/activity/schema";
import * as agents from "@/lib/agents/schema";
import { BooleanParam } from "@/lib/boolean-param";
import * as budgets from "@/lib/budgets/schema";
import * as capabilities from "@/lib/capabilities/schema";
import * as checks from "@/lib/checks/schema";
import * as completions from "@/lib/completions/schema";
import * as costs from "@/lib/costs/schema";
import * as discovery from "@/lib/discovery/schema";
import * as findings from "@/lib/findings/schema";
import * as keys from "@/lib/keys/schema";
import * as models from "@/lib/models/schema";
import * as operations from "@/lib/operations/schema";
import * as playground from "@/lib/playground/schema";
import * as priceSync from "@/lib/price-sync/schema";
import * as probes from "@/lib/probes/schema";
import * as runHealth from "@/lib/run-health/schema";
import * as runs from "@/lib/runs/schema";
import * as runtime from "@/lib/runtime/schema";
import * as setup from "@/lib/setup/schema";
import * as tokens from "@/lib/tokens/schema";
import * as trials from "@/lib/trials/schema";
import * as usage from "@/lib/usage/schema";
import type { JsonSchema, Reference, Response } from "./document";
import { fieldNote } from "./field-notes";
import { Problem } from "./problem";

const modules = [
  activity,
  agents,
  budgets,
  capabilities,
  checks,
  completions,
  costs,
  discovery,
  findings,
  keys,
  models,
  operations,
  playground,
  priceSync,
  probes,
  runHealth,
  runs,
  runtime,
  setup,
  tokens,
  trials,
  usage,
  { Problem },
];

/** Described inline, because its defaults make the request and response forms differ. */
const unnamed: unknown[] = [playground.PlaygroundInputs];

/** The object schemas of the resources, under the names that their modules export. */
const named = z.registry<{ id: string }>();

for (const [id, value] of modules.flatMap((module) => Object.entries<unknown>(module))) {
  const isShape = value instanceof z.core.$ZodObject || value instanceof z.core.$ZodUnion;
  if (isShape && !unnamed.includes(value)) named.add(value, { id });
}

type Io = "input" | "output";
const inDocument = "#/components/schemas/";

/** The schemas and responses that the document refers to by name. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();
  readonly responses: Record<string, Response> = {};

  refResponse(id: string, response: Response): Reference {
    this.responses[id] = response;
    return { $ref: `#/components/responses/${id}` };
  }

  /** A reference to the schema by its name; the schema itself if it has none. */
  ref(schema: z.core.$ZodType, io: Io): JsonSchema {
    const id = named.get(schema)?.id;
    if (!id) return this.inline(schema, io);
    this.#add(id, this.inline(schema, io));
    return { $ref: `${inDocument}${id}` };
  }

  /** The schema itself; named schemas inside it become references. */
  inline(schema: z.core.$ZodType, io: Io): JsonSchema {
    const id = named.get(schema)?.id ?? "";
    const { $defs = {}, ...whole } = z.toJSONSchema(schema, {
      io,
      metadata: named,
      override: ({ zodSchema, jsonSchema }) => {
        // Describes these parameters as booleans and leaves out the other accepted spellings.
        if (zodSchema !== BooleanParam) return;
        for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
        jsonSchema.type = "boolean";
      },
    });
    // Zod puts a named schema among the definitions and refers to it.
    const { [id]: definition = whole, ...nestedDefinitions } = $defs;
    for (const [name, inner] of Object.entries(nestedDefinitions))
      this.#add(name, normalize(inner, name));
    return normalize(definition, id);
  }

  sorted(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(id: string, schema: JsonSchema): void {
    const existing = this.#schemas.get(id);
    if (existing && JSON.stringify(existing) !== JSON.stringify(schema)) {
      throw new Error(`The schema ${id} is sent and answered in two forms: name them apart.`);
    }
    this.#schemas.set(id, schema);
  }
}

/** Removes zod's own keywords, points references into the document, and adds the fields' notes. */
function normalize(schema: object, owner: string): JsonSchema {
  // JSON in, JSON out: zod's output has no cycles and only JSON values.
  const {
    $schema: _,
    id: __,
    ...rest
  } = JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${inDocument}`)) as JsonSchema;
  annotate(rest, owner);
  return rest;
}

function annotate(schema: unknown, owner: string): void {
  if (typeof schema !== "object" || schema === null) return;
  if ("properties" in schema && typeof schema.properties === "object") {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const note = fieldNote(owner, name);
      if (note) Object.assign(field, { description: note });
    }
  }
  for (const inner of Object.values(schema)) annotate(inner, owner);
}
