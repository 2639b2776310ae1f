import { readFile } from "node:fs/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import type { RawItem } from "@/lib/aws/attributes";
import definitions from "@/lib/setup/tables.json";
import { PopulateError } from "./models";

const keyText = z.string({ error: "must be text" }).min(1, "must not be empty");
/** Index keys must have the right type, or be absent. */
const indexKey = z.string({ error: "must be text, for an index has it as its key" }).optional();
const SeedFile = z.strictObject({
  LLMModels: z
    .array(z.looseObject({ pk: keyText, provider: indexKey, is_active: indexKey }))
    .default([]),
  AgentRegistry: z
    .array(
      z.looseObject({
        agent_name: keyText,
        version: keyText,
        status: indexKey,
        updated_at: indexKey,
        llm_provider: indexKey,
        deployment_env: indexKey,
      }),
    )
    .default([]),
  ToolRegistry: z.array(z.looseObject({ tool_name: keyText })).default([]),
  StateMachines: z
    .array(
      z.strictObject({
        name: keyText,
        definition: z.union([z.string(), z.record(z.string(), z.unknown())]),
      }),
    )
    .default([]),
});

type SeedRows = {
  models: RawItem[];
  agents: RawItem[];
  tools: RawItem[];
  machines: { name: string; definition: string }[];
};

const keys = { models: keysOf("models"), agents: keysOf("agents"), tools: ["tool_name"] };

function keysOf(kind: "models" | "agents"): string[] {
  return definitions[kind].KeySchema.map(({ AttributeName }) => AttributeName);
}

/**
 * Reads rows of LLMModels, AgentRegistry and ToolRegistry, plain JSON values, as stored rows, and state
 * machines, whose definitions are text or objects. The last of several rows with the same key wins, as with successive writes.
 * @throws PopulateError that names the file and the problem
 */
export async function readSeedFile(path: string): Promise<SeedRows> {
  const { LLMModels, AgentRegistry, ToolRegistry, StateMachines } = parse(path, await read(path));
  return {
    models: rowsOf(keys.models, LLMModels, path),
    agents: rowsOf(keys.agents, AgentRegistry, path),
    tools: rowsOf(keys.tools, ToolRegistry, path),
    machines: StateMachines.map(({ name, definition }) => ({
      name,
      definition: typeof definition === "string" ? definition : JSON.stringify(definition),
    })),
  };
}

async function read(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON: ${error.message}` : reasonOf(error);
    throw new PopulateError(`The seed file ${path} ${reason}.`);
  }
}

function reasonOf(error: unknown): string {
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function parse(path: string, content: unknown): z.infer<typeof SeedFile> {
  const parsed = SeedFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [table, index, ...attribute] = issue?.path ?? [];
  const place = [
    attribute.length > 0 && `${attribute.join(".")} of`,
    typeof index === "number" && `row ${index + 1} of`,
    table ?? "the file",
  ];
  throw new PopulateError(
    `The seed file ${path} must hold {"LLMModels": [rows], "AgentRegistry": [rows], "ToolRegistry": [rows], "StateMachines": [{name, definition}]}; ${place.filter(Boolean).join(" ")}: ${issue?.message}.`,
  );
}

function rowsOf(
  names: readonly string[],
  rows: readonly Record<string, unknown>[],
  path: string,
): RawItem[] {
  const byKey = new Map<string, RawItem>();
  for (const row of rows) {
    const item = toItem(row, path);
    byKey.set(JSON.stringify(names.map((name) => item[name])), item);
  }
  return [...byKey.values()];
}

function toItem(row: Record<string, unknown>, path: string): Record<string, AttributeValue> {
  try {
    return marshall(row);
  } catch (error) {
    throw new PopulateError(
      `The seed file ${path} holds a row that DynamoDB cannot store: ${error instanceof Error ? error.message : error}.`,
    );
  }
}
