import type { AgentRecord } from "@/lib/agents/schema";
import type { CapabilitiesProved, CapabilityProof } from "@/lib/capabilities/schema";
import type { CheckedModel, Snapshot } from "@/lib/checks/rules/snapshot";
import type { ProviderKey } from "@/lib/keys/schema";
import { providers } from "@/lib/providers/schema";

export const now = Date.parse("2026-11-22T12:00:00Z");

export function makeModel(changes: Partial<CheckedModel> = {}): CheckedModel {
  const { provider = "openai", model_id = "gpt-4o" } = changes;
  return {
    pk: `${provider}#${model_id}`,
    provider,
    provider_id: provider,
    model_id,
    display_name: "GPT-4o",
    input_price: 2.5,
    output_price: 10,
    cache_read_price: null,
    cache_write_price: null,
    input_price_source: "catalog",
    cache_read_price_source: null,
    cache_write_price_source: null,
    output_price_source: "catalog",
    price_unit: null,
    max_tokens: 128_000,
    max_output_tokens: 16_384,
    supports_tools: true,
    supports_vision: true,
    is_active: true,
    is_default: true,
    lifecycle: "active",
    retires_on: null,
    purpose: null,
    created_at: null,
    updated_at: null,
    etag: "e",
    catalog: {
      input_price: 2.5,
      output_price: 10,
      context_window: 128_000,
      as_of: "2026-09-23",
      match: "exact",
      matched: "gpt-4o",
    },
    coming: null,
    catalog_lifecycle: null,
    capabilities_proved: null,
    last_test: null,
    runtime_evidence: [],
    last_proof: null,
    legacy_disagreements: [],
    ...changes,
  };
}

export function makeAgent(changes: Partial<AgentRecord> = {}): AgentRecord {
  return {
    agent_name: "sql-agent",
    version: "v1.0",
    status: "active",
    description: null,
    system_prompt: "You are brief.",
    llm_provider: "openai",
    llm_model: "gpt-4o",
    provider_id: "openai",
    state_machine_arn: null,
    deployment_env: null,
    tools: ["get_schema"],
    parameters: {},
    metadata: { llm_type: "unified-rust" },
    observability: {},
    created_at: null,
    updated_at: null,
    unified: true,
    resolves_to: "openai#gpt-4o",
    defects: [],
    reverted: null,
    etag: "e",
    ...changes,
  };
}

const validKey: ProviderKey = {
  status: "verified",
  last_four: "abcd",
  looks_like: null,
  updated_at: "2026-11-01T00:00:00Z",
  updated_by: "admin",
  kind: "api_key",
  region: null,
  expires_at: null,
  effective_at: null,
  can_roll_back: false,
  overwritten_since: null,
};

/** A platform in which nothing is wrong, with the key of OpenAI, which its one agent uses, changed. */
export function makeSnapshot(
  changes: Partial<Snapshot> = {},
  openaiKey: Partial<ProviderKey> = {},
): Snapshot {
  return {
    now,
    aliases_that_work: new Set(),
    runs: new Map(),
    agents: [makeAgent()],
    models: [makeModel()],
    catalogs: [{ name: "table", as_of: "2026-11-20" }],
    defective: [],
    model_reverts: [],
    providers: providers.map(({ id, name, secret_key_name }) => ({
      id,
      name,
      secret_key_name,
      models: id === "openai" ? 1 : 0,
      agents: id === "openai" ? 1 : 0,
      key: id === "openai" ? { ...validKey, ...openaiKey } : validKey,
    })),
    foreign_keys: [],
    unsendable_keys: new Set(),
    shared_keys: [],
    runtime_providers: ["anthropic", "openai", "google", "bedrock", "amazon"],
    bedrock_catalog: null,
    provider_listings: new Map(),
    key_old_days: 90,
    usage: null,
    failing: [],
    missing_permissions: [],
    unread: { models: false, agents: false },
    ...changes,
  };
}

/** What a probe has shown of one capability, and nothing of the others. */
export function disproved(name: "tools" | "vision"): CapabilitiesProved {
  const proof: CapabilityProof = {
    verdict: "disproved",
    at: "2026-11-20T00:00:00Z",
    by: "ada",
    detail: "The provider refused.",
    code: "bad_request",
    fix: null,
    simulated: false,
  };
  return { tools: null, vision: null, streaming: null, [name]: proof };
}
