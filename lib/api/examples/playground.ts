import "server-only";
import type { Examples } from "./example";
import { at, done, requestId, run } from "./records";

export const playgroundExamples = {
  createCompletion: {
    body: { provider: "openai", model_id: "gpt-4o", prompt: "Say hello.", stream: false },
    answer: { provider: "openai", model_id: "gpt-4o", request_id: requestId, ...done },
  },
  listPastRuns: {
    answer: {
      runs: [
        {
          run_id: run.run_id,
          at,
          models: ["openai#gpt-4o"],
          prompt_start: "Say hello.",
          failed: 0,
        },
      ],
      kept: true,
    },
  },
  keepPastRun: { body: { inputs: run.inputs, results: run.results }, answer: run },
  getPastRun: { params: { id: run.run_id }, answer: run },
  deletePastRun: { params: { id: run.run_id } },
} satisfies Examples;
