import "server-only";
import type { Examples } from "./example";
import { eventId, model, operation, page, params, proved } from "./records";

export const modelExamples = {
  listModels: {
    query: { provider: "openai", active: "true", q: "gpt" },
    answer: { models: [model], defective: [] },
  },
  createModel: {
    body: { provider: "openai", model_id: "gpt-4o", input_price: 2.5, output_price: 10 },
    answer: model,
  },
  getModel: { params, answer: model },
  updateModel: { params, body: { input_price: 2.5, is_active: true }, answer: model },
  retireModel: {
    params,
    query: { replacement: "openai#gpt-4o-mini" },
    answer: { ...operation, kind: "retire", title: "Retire openai#gpt-4o" },
  },
  getModelHistory: { params, answer: page },
  rollbackModel: { params, body: { event_id: eventId }, answer: model },
  probeModel: {
    params,
    body: { tools: true },
    answer: {
      provider: "openai",
      model_id: "gpt-4o",
      results: proved,
      capabilities_proved: proved,
      kept: true,
      usage: { input_tokens: 110, output_tokens: 24 },
      cost_usd: 0.000515,
    },
  },
  deleteDefectiveModel: { params: { pk: "gpt-4o" } },
  exportModels: { query: { format: "csv" } },
  importModels: {
    query: { dry_run: true, mode: "atomic" },
    answer: {
      created: [
        {
          row: 1,
          pk: "openai#gpt-4o",
          prices: [
            {
              name: "input_price",
              from: null,
              to: 2.5,
              source: "admin",
              catalog: {
                price: 2.5,
                layer: "npm",
                as_of: "2026-09-23",
                match: "exact",
                region_may_differ: false,
              },
            },
          ],
        },
      ],
      updated: [],
      unchanged: [],
      rejected: [],
      operation_id: null,
    },
  },
} satisfies Examples;
