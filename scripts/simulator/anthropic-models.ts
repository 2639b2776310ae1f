import type { ModelCapabilities, ModelInfo } from "@anthropic-ai/sdk/resources/models";
import type { JsonObject } from "../embedded/json";
import { type Operation, RequestFault } from "./protocol";
import { capabilitiesOf, type SampleModel, sampleModel, sampleModels } from "./sample-models";

const defaultPageSize = 20;
const maxPageSize = 1000;
const lifecycles = { active: "active", legacy: "deprecated", retired: "retired" } as const;

/** Anthropic's Models API. Source: platform.claude.com/docs/en/api/models. */
export function readAnthropicModels(path: string, query: URLSearchParams): Operation | null {
  if (path === "/v1/models") return { kind: "read", answer: () => listModels(query) };
  const id = /^\/v1\/models\/(.+)$/.exec(path)?.[1];
  if (id === undefined) return null;
  const model = decodeURIComponent(id);
  return { kind: "read", answer: () => modelRecord(sampleModel("anthropic", model)) };
}

/** Newest first, in pages of `limit` (default 20) after or before an id. */
function listModels(query: URLSearchParams): JsonObject {
  const all = sampleModels("anthropic", requestedLifecycles(query)).sort((left, right) =>
    (right.created ?? "").localeCompare(left.created ?? ""),
  );
  const limit = readLimit(query);
  const before = all.findIndex((model) => model.id === query.get("before_id"));
  const after = all.findIndex((model) => model.id === query.get("after_id"));
  const start = before >= 0 ? Math.max(0, before - limit) : after + 1;
  const end = before >= 0 ? before : start + limit;
  const page = all.slice(start, end);
  return {
    data: page.map(modelRecord),
    has_more: before >= 0 ? start > 0 : end < all.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function readLimit(query: URLSearchParams): number {
  const limit = Number(query.get("limit") ?? defaultPageSize);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageSize) return limit;
  throw new RequestFault("bad_request", `limit: Input should be between 1 and ${maxPageSize}`);
}

/** The requested lifecycles in this console's terms; undefined if the query names none. */
function requestedLifecycles(query: URLSearchParams): string[] | undefined {
  const requested = [...query.getAll("lifecycle"), ...query.getAll("lifecycle[]")].flatMap(
    (stages) => stages.split(","),
  );
  if (requested.length === 0) return undefined;
  return Object.entries(lifecycles).flatMap(([ours, theirs]) =>
    requested.includes(theirs) ? ours : [],
  );
}

function modelRecord(model: SampleModel): JsonObject {
  const record: ModelInfo = {
    type: "model",
    id: model.id,
    display_name: model.name,
    created_at: `${model.created ?? "1970-01-01"}T00:00:00Z`,
    lifecycle: lifecycles[model.lifecycle],
    deprecated_at: model.lifecycle === "active" ? null : "2026-10-01T00:00:00Z",
    retires_at: model.retires_on ? `${model.retires_on}T00:00:00Z` : null,
    line: null,
    max_input_tokens: model.input,
    max_tokens: model.output,
    capabilities: toCapabilities(capabilitiesOf("anthropic", model.id).vision),
  };
  return { ...record };
}

/** Anthropic's list doesn't report tool use. */
function toCapabilities(vision: boolean): ModelCapabilities {
  const yes = { supported: true };
  const no = { supported: false };
  const strategies = { clear_thinking_20251015: yes, clear_tool_uses_20250919: yes };
  return {
    batch: yes,
    citations: yes,
    code_execution: yes,
    context_management: { ...strategies, compact_20260112: no, supported: true },
    effort: { high: yes, low: yes, max: no, medium: yes, supported: true, xhigh: null },
    image_input: { supported: vision },
    pdf_input: { supported: vision },
    server_tools: { code_execution: yes, web_search: yes, supported: true },
    structured_outputs: yes,
    thinking: {
      supported: true,
      types: { adaptive: yes, between_tools: no, disabled: yes, enabled: yes },
    },
  };
}
