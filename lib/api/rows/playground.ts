import {
  Completion,
  CompletionBody,
  CompletionEvent,
  maxRequestBytes,
} from "@/lib/completions/schema";
import { PastRun, PastRunDraft, PastRunList } from "@/lib/playground/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { IdParams } from "../params";
import { body, empty, json, type Rows } from "../row";

export const playgroundRows = {
  createCompletion: {
    role: "admin",
    summary: "Ask a model",
    description:
      "Calls the provider with the stored key. Streams server-sent events unless `stream` is false; a failure after the stream has begun is its last event, `error`. With `as_agent` it sends what the runtime's caller sends for that agent, never streamed, and answers with 200 also when the provider refuses it.",
    body: body(CompletionBody, { maxBytes: maxRequestBytes }),
    limit: "completions",
    answer: json(Completion, { events: CompletionEvent }),
    refusals: [
      ...completionCodes,
      "model_defective",
      "not_found",
      "run_would_fail",
      "model_not_registered",
      "provider_fixed",
      "conflict",
    ],
  },
  listPastRuns: {
    role: "viewer",
    summary: "List your kept playground runs",
    answer: json(PastRunList),
  },
  keepPastRun: {
    role: "admin",
    summary: "Keep a playground run",
    body: body(PastRunDraft),
    answer: json(PastRun, { status: 201 }),
  },
  deletePastRuns: {
    role: "admin",
    summary: "Delete all your kept playground runs",
    answer: empty,
  },
  getPastRun: {
    role: "viewer",
    summary: "Read one of your kept playground runs",
    params: IdParams,
    answer: json(PastRun),
  },
  deletePastRun: {
    role: "admin",
    summary: "Delete one of your kept playground runs",
    params: IdParams,
    answer: empty,
  },
} satisfies Rows;
