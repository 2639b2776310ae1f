import type { Json } from "../requests";

export const model = (provider: string, id: string) =>
  `/api/models/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`;
export const agent = (name: string, version = "v1.0") => `/api/agents/${name}/${version}`;

export const routes = {
  model: "/api/models/[provider]/[modelId]",
  agent: "/api/agents/[name]/[version]",
  key: "/api/providers/[id]/key",
  operation: "/api/operations/[id]",
};

export const noUuid = "00000000-0000-4000-8000-000000000000";
export const stale = { "if-match": '"stale"' };

/** The newest event of a history whose `after` names an attribute; otherwise an ID without event. */
export function eventOf(answer: Json, attribute = ""): unknown {
  // The API's own shape (GET …/history).
  const { events = [] } = answer as { events?: { event_id: string; after: Json | null }[] };
  const found = events.find(({ after }) => JSON.stringify(after).includes(attribute));
  return found?.event_id ?? noUuid;
}
