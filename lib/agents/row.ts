import "server-only";
import { attributeReader, etagOf, type RawItem } from "@/lib/aws/attributes";
import { attributeNames } from "@/lib/aws/narrow-update";
import { providerIdOf } from "@/lib/providers/schema";
import type { AgentRecord, JsonName } from "./schema";

/** A row with its raw attributes, parsed without reading other tables. */
export type AgentRow = Omit<AgentRecord, "resolves_to" | "reverted"> & { raw: RawItem };

/** The attributes that the console reads. */
const knownAttributes = [
  "llm_provider",
  "llm_model",
  "metadata",
  "tools",
  "state_machine_arn",
  "status",
  "system_prompt",
  "parameters",
  "description",
  "deployment_env",
  "observability",
  "created_at",
  "updated_at",
];

/** The attributes that a change of the entire row depends on. */
export const rowAttributes = (raw: RawItem): string[] => attributeNames(raw, knownAttributes);

const unifiedCaller = "unified-rust";

/** Reads the attributes of one row and collects those that are missing or can't be parsed. */
function agentReader(raw: RawItem) {
  const reader = attributeReader(raw);
  const defects: string[] = [];
  const unparsed: Partial<Record<JsonName, string>> = {};

  function required(name: string): string | null {
    const value = reader.string(name);
    if (raw[name] === undefined) defects.push(`${name} is missing`);
    return value;
  }

  function parsed<T>(
    name: JsonName,
    type: string,
    isType: (value: unknown) => value is T,
  ): T | null {
    const stored = required(name);
    if (stored === null) {
      const document = documentText(raw[name]);
      if (document !== null) unparsed[name] = document;
      return null;
    }
    const value = parseJson(stored);
    if (isType(value)) return value;
    defects.push(`${name} is not ${type} in JSON`);
    unparsed[name] = stored;
    return null;
  }

  return {
    string: reader.string,
    required,
    object: (name: JsonName) => parsed(name, "an object", isObject),
    array: (name: JsonName) => parsed<unknown[]>(name, "an array", Array.isArray),
    /** All defects found so far. */
    defects: () => [...defects, ...reader.reasons],
    unparsed,
  };
}

/** Reads a row of AgentRegistry; missing or malformed attributes become defects, never errors. */
export function parseAgentRow(raw: RawItem): AgentRow {
  const reader = agentReader(raw);
  const llm_provider = reader.required("llm_provider");
  const metadata = reader.object("metadata");
  const record = {
    agent_name: reader.string("agent_name") ?? "",
    version: reader.string("version") ?? "",
    status: reader.required("status"),
    description: reader.string("description"),
    system_prompt: reader.required("system_prompt"),
    llm_provider,
    llm_model: reader.required("llm_model"),
    provider_id: llm_provider === null ? null : providerIdOf(llm_provider),
    state_machine_arn: reader.string("state_machine_arn"),
    deployment_env: reader.string("deployment_env"),
    tools: reader.array("tools"),
    parameters: reader.object("parameters"),
    metadata,
    observability: reader.object("observability"),
    created_at: reader.string("created_at"),
    updated_at: reader.string("updated_at"),
    unified: metadata?.llm_type === unifiedCaller,
    etag: etagOf(raw),
    raw,
  };
  const { unparsed } = reader;
  return {
    ...record,
    defects: reader.defects(),
    ...(Object.keys(unparsed).length > 0 && { unparsed }),
  };
}

/** Some deployments write a DynamoDB map or list instead of a JSON string. */
function documentText(value: RawItem[string] | undefined): string | null {
  return value?.M || value?.L ? JSON.stringify(value) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
