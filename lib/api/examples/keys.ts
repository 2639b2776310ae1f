import "server-only";
import type { Examples } from "./example";
import { at, changedKey, key, listed, prices, providerParams } from "./records";

export const keyExamples = {
  listProviders: {
    answer: {
      providers: [
        {
          id: "openai",
          name: "OpenAI",
          secret_key_name: "OPENAI_API_KEY",
          models: 4,
          agents: 2,
          key,
        },
      ],
      foreign_keys: [],
      secret_fault: null,
      bedrock_region: "eu-west-1",
      runtime_providers: ["anthropic", "openai", "google", "bedrock", "amazon"],
    },
  },
  listAvailableModels: {
    params: providerParams,
    answer: {
      provider: "openai",
      as_of: at,
      models: [
        {
          ...listed,
          ...prices,
          state: "registered",
          pk: "openai#gpt-4o",
          price_known: true,
          price_match: "exact",
          prices_from: "catalog",
          price_layer: "npm",
          prices_as_of: "2026-11-20",
          kind: "model",
          writes_text: true,
          needs_profile: false,
          profiles: [],
          created_at: null,
          runtime_refuses: [],
        },
      ],
      gone: [],
      bedrock: null,
    },
  },
  listKnownModels: {
    params: providerParams,
    answer: {
      models: [
        {
          ...listed,
          prices: {
            ...prices,
            match: "exact",
            region_may_differ: false,
            layer: "npm",
            as_of: "2026-11-20",
          },
          registered: true,
          runtime_refuses: [],
        },
      ],
    },
  },
  saveKey: {
    params: providerParams,
    body: { api_key: "sk-your-key", expires_at: null },
    answer: changedKey,
  },
  removeKey: {
    params: providerParams,
    answer: { ...changedKey, status: "missing", last_four: null, kind: null },
  },
  verifyKey: {
    params: providerParams,
    body: {},
    answer: {
      outcome: "verified",
      code: null,
      cause: null,
      fix: null,
      provider_status: 200,
      provider_message: null,
      simulated: false,
      receipt: null,
    },
  },
  generateKey: {
    params: { id: "bedrock" },
    body: { hours: 12 },
    answer: {
      ...changedKey,
      kind: "short_term",
      region: "eu-west-1",
      expires_at: "2026-11-28T21:30:00.000Z",
      issued_at: at,
      ends_with_session: false,
      session_ends_at: null,
    },
  },
  rollbackKey: { params: providerParams, body: {}, answer: changedKey },
  repairKey: { params: providerParams, answer: changedKey },
} satisfies Examples;
