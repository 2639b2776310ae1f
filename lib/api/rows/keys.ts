import { AvailableModels, AvailableModelsOptions, KnownModelList } from "@/lib/discovery/schema";
import {
  ChangedKey,
  GeneratedKey,
  GenerateTokenRequest,
  KeyRollback,
  KeyTestRequest,
  KeyTestResponse,
  KeyUpdate,
  ProviderList,
} from "@/lib/keys/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { ProviderParams } from "../params";
import { body, json, type Rows } from "../row";

const writeRefusals = ["conflict"] as const;

export const keyRows = {
  listProviders: {
    role: "viewer",
    summary: "List providers and the state of their keys",
    description: "A stored key is never sent: its status, last four characters and dates are.",
    answer: json(ProviderList),
  },
  listAvailableModels: {
    role: "viewer",
    summary: "List the models that a provider offers to the stored key",
    description:
      "The provider's list is cached for five minutes. An admin can read it again with `refresh`.",
    params: ProviderParams,
    query: AvailableModelsOptions,
    limit: "listings",
    answer: json(AvailableModels),
    refusals: completionCodes,
  },
  listKnownModels: {
    role: "viewer",
    summary: "List the models that the console knows of a provider",
    params: ProviderParams,
    answer: json(KnownModelList),
  },
  saveKey: {
    role: "admin",
    summary: "Save a provider's key",
    description:
      "Always saves. The answer's `status` and `looks_like` say what is known of the key.",
    params: ProviderParams,
    body: body(KeyUpdate),
    limit: "keys",
    answer: json(ChangedKey),
    refusals: writeRefusals,
  },
  removeKey: {
    role: "admin",
    summary: "Remove a provider's key",
    params: ProviderParams,
    limit: "keys",
    answer: json(ChangedKey),
    refusals: writeRefusals,
  },
  verifyKey: {
    role: "admin",
    summary: "Try a key at its provider",
    description:
      "Without `api_key`, the stored one is tried. A key that looks like another provider's is sent only with `anyway`.",
    params: ProviderParams,
    body: body(KeyTestRequest, { optional: true }),
    limit: "keys",
    answer: json(KeyTestResponse),
    refusals: ["key_missing", "timeout"],
  },
  generateKey: {
    role: "admin",
    summary: "Generate and save a short-term Bedrock key",
    params: ProviderParams,
    body: body(GenerateTokenRequest),
    limit: "keys",
    answer: json(GeneratedKey),
    refusals: writeRefusals,
  },
  rollbackKey: {
    role: "admin",
    summary: "Put a provider's previous key back",
    description: "With `event_id`, a 409 `conflict` if the key has changed after that event.",
    params: ProviderParams,
    body: body(KeyRollback, { optional: true }),
    limit: "keys",
    answer: json(ChangedKey),
    refusals: writeRefusals,
  },
  repairKey: {
    role: "admin",
    summary: "Write a key again that something else overwrote",
    params: ProviderParams,
    limit: "keys",
    answer: json(ChangedKey),
    refusals: writeRefusals,
  },
} satisfies Rows;
