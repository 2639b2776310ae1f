import type { JsonObject } from "../embedded/json";
import { type Operation, RequestFault } from "./protocol";
import { type SampleModel, sampleModel, sampleModels } from "./sample-models";

const defaultPageSize = 50;
const maxPageSize = 1000;
const chatMethods = [
  "generateContent",
  "countTokens",
  "createCachedContent",
  "batchGenerateContent",
];

/** Gemini's models.list and models.get. Source: ai.google.dev/api/models. */
export function readGeminiModels(path: string, query: URLSearchParams): Operation | null {
  const named = /^\/v1(?:beta|alpha)?\/models(?:\/([^/:]+))?$/.exec(path);
  if (!named) return null;
  const model = named[1] === undefined ? null : decodeURIComponent(named[1]);
  if (model === null) return { kind: "read", answer: () => listModels(query) };
  return { kind: "read", answer: () => modelRecord(sampleModel("google", model)) };
}

function listModels(query: URLSearchParams): JsonObject {
  const all = sampleModels("google");
  const size = Math.min(Number(query.get("pageSize") || defaultPageSize), maxPageSize);
  if (!(size >= 1)) throw new RequestFault("bad_request", "page_size must be positive");
  const token = query.get("pageToken") ?? "";
  const start = token === "" ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start)) throw new RequestFault("bad_request", "page token is invalid");
  const next = start + size;
  const nextPageToken = Buffer.from(String(next)).toString("base64url");
  return {
    models: all.slice(start, next).map(modelRecord),
    ...(next < all.length ? { nextPageToken } : {}),
  };
}

function modelRecord(model: SampleModel): JsonObject {
  const sampling = { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 };
  return {
    name: `models/${model.id}`,
    version: "001",
    displayName: model.name,
    description: `${model.name} as listed by the sandbox.`,
    inputTokenLimit: model.input,
    outputTokenLimit: model.output,
    supportedGenerationMethods: model.methods ?? chatMethods,
    ...(model.methods === undefined && sampling),
    ...(/^gemini-(2\.5|[3-9])/.test(model.id) && { thinking: true }),
  };
}
