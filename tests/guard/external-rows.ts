import type { Item, StoredData } from "./stored-data";
import { tables } from "./stored-data";

const at = "2026-06-01T09:30:00Z";
const key = (pk: string) => ({ pk: { S: pk } });

function modelRow(pk: string, more: Item): Item {
  const [provider = "", model_id = ""] = pk.split("#");
  return {
    ...key(pk),
    provider: { S: provider },
    model_id: { S: model_id },
    display_name: { S: `Guard ${model_id}` },
    is_active: { S: "true" },
    is_default: { BOOL: false },
    created_at: { S: at },
    updated_at: { S: at },
    ...more,
  };
}

const agentRow = (agent_name: string, more: Item): Item => ({
  agent_name: { S: agent_name },
  version: { S: "v1.0" },
  status: { S: "active" },
  description: { S: "Stored by another program." },
  system_prompt: { S: "You help.\nYou are brief." },
  metadata: { S: '{"llm_type":"unified-rust"}' },
  tools: { S: "[]" },
  parameters: { S: "{}" },
  observability: { S: "{}" },
  created_at: { S: at },
  updated_at: { S: at },
  ...more,
});

const models = [
  modelRow("openai#guard-used", {
    input_price: { N: "2" },
    output_price: { N: "8" },
    supports_tools: { BOOL: true },
  }),
  modelRow("openai#guard-spare", {
    input_price: { N: "1" },
    output_price: { N: "4" },
    supports_tools: { BOOL: true },
  }),
  modelRow("openai#guard-foreign", {
    input_price: { N: "3.10" },
    cost_center: { S: "kept" },
    labels: { SS: ["one", "two"] },
    nested: { M: { deep: { L: [{ N: "1.50" }, { NULL: true }] } } },
  }),
  modelRow("openai#guard-legacy", {
    input_price_per_1k: { N: "0.0025" },
    output_price_per_1k: { N: "0.01" },
  }),
  modelRow("xai#guard-assumed", {
    input_price_per_1k: { N: "0.003" },
    output_price_per_1k: { N: "0.015" },
  }),
  modelRow("amazon#eu.guard-profile-v1:0", { input_price: { N: "0.5" } }),
  modelRow("openai#guard-defective", {
    input_price: { S: "free" },
    supports_vision: { S: "maybe" },
  }),
  { ...modelRow("openai#guard-second-default", { is_default: { BOOL: true } }) },
  { ...key("no-separator"), display_name: { S: "Nobody's" } },
  modelRow("openai#guard-untitled", { display_name: { N: "7" } }),
];

const agents = [
  agentRow("guard-agent", {
    llm_provider: { S: "openai" },
    llm_model: { S: "guard-used" },
    notes: { S: "kept" },
  }),
  agentRow("guard-alias", { llm_provider: { S: "gpt" }, llm_model: { S: "guard-used" } }),
  agentRow("guard-older", {
    llm_provider: { S: "claude" },
    llm_model: { S: "claude-3-5-sonnet-20241022" },
    metadata: { S: '{"created_by":"deploy"}' },
  }),
  agentRow("guard-malformed", {
    llm_provider: { S: "openai" },
    llm_model: { S: "gpt-4o" },
    tools: { S: "[not json" },
    parameters: { S: "7" },
  }),
  agentRow("guard-lost", { llm_provider: { S: "nobody" }, llm_model: { S: "nothing" } }),
];

const providers: [string, string][] = [
  ["openai", "OPENAI_API_KEY"],
  ["anthropic", "ANTHROPIC_API_KEY"],
  ["google", "GEMINI_API_KEY"],
  ["bedrock", "AWS_BEARER_TOKEN_BEDROCK"],
  ["xai", "XAI_API_KEY"],
  ["deepseek", "DEEPSEEK_API_KEY"],
];

/**
 * Puts beside the sample data what other programs store: rows with faults, attributes that the
 * console does not know, and keys that are the same in every recording.
 */
export async function writeExternalRows(data: StoredData): Promise<void> {
  const secret = await data.secret();
  const keys = Object.fromEntries(
    providers.map(([id, name]) => [name, `sandbox-${id}-guard-0001`]),
  );
  await data.putSecret({ ...secret, ...keys, GOOGLE_API_KEY: "misnamed", NUMBER_OF_KEYS: 6 });
  for (const row of models) await data.put(tables.models, row);
  for (const row of agents) await data.put(tables.agents, row);
}

/** Backdates the keys by days: for five minutes a new key has notes that count the minutes. */
export async function makeKeysOlder(data: StoredData): Promise<void> {
  const older = Object.fromEntries(
    providers.map(([, name]) => [`${name}_UPDATED_AT`, "2026-12-10T09:00:00.000Z"]),
  );
  await data.putSecret({ ...(await data.secret()), ...older });
}
