import { CaseSet, CaseSetDraft, CaseSetList } from "@/lib/trials/rules/case-schema";
import {
  Batch,
  BatchRequest,
  StartedTrial,
  Trial,
  TrialCaseDetails,
  TrialEstimate,
  TrialList,
  TrialRequest,
  TrialResume,
  TrialSummary,
} from "@/lib/trials/schema";
import { AgentParams, CaseParams, IdParams, RunParams } from "../params";
import { body, empty, file, json, type Rows } from "../row";

const maxBytes = 4_000_000;
/** `conflict`: the agent's machine never reads the row. */
const refusals = ["model_not_registered", "provider_fixed", "conflict"] as const;

export const trialRows = {
  listTrials: {
    role: "viewer",
    summary: "List an agent's trials",
    description: "Figures only, newest first.",
    params: AgentParams,
    answer: json(TrialList),
  },
  startTrial: {
    role: "admin",
    summary: "Try other models on an agent's own cases",
    description:
      "Sends the runtime's own request for each case and model; no tool is run. It goes on without the caller, and stops before it would exceed `limit_usd`. A row that its machine never reads is refused.",
    params: AgentParams,
    body: body(TrialRequest, { maxBytes }),
    limit: "completions",
    answer: json(StartedTrial, { status: 202 }),
    refusals,
  },
  estimateTrial: {
    role: "admin",
    summary: "Estimate a trial before it starts",
    description: "Finds the cases and what they would cost. Sends nothing to a provider.",
    params: AgentParams,
    body: body(TrialRequest, { maxBytes }),
    answer: json(TrialEstimate),
    refusals,
  },
  getTrial: {
    role: "viewer",
    summary: "Read a trial",
    description:
      "With a cell for each case and model. Texts, arguments and the provider's words are for admins only.",
    params: RunParams,
    answer: json(Trial),
  },
  deleteTrial: {
    role: "admin",
    summary: "Delete a trial's texts",
    description: "Messages, answers and arguments go; the figures stay.",
    params: RunParams,
    answer: empty,
    refusals: ["conflict"],
  },
  getTrialCase: {
    role: "admin",
    summary: "Read one case of a trial with every answer",
    params: CaseParams,
    answer: json(TrialCaseDetails),
  },
  stopTrial: {
    role: "admin",
    summary: "Stop a trial",
    description: "Calls in progress are finished and recorded; no other call is made.",
    params: RunParams,
    answer: json(TrialSummary),
  },
  resumeTrial: {
    role: "admin",
    summary: "Resume a trial that was stopped",
    description:
      "Recorded calls aren't made again. A trial that is done, or whose texts are deleted, is refused. If its agent was changed meanwhile, it ends again and says so in `missing`.",
    params: RunParams,
    body: body(TrialResume, { optional: true }),
    answer: json(TrialSummary),
    refusals: ["conflict"],
  },
  startTrialBatch: {
    role: "admin",
    summary: "Try several agents on one model",
    description: "Each on its own last runs, before a bulk switch.",
    body: body(BatchRequest),
    limit: "completions",
    answer: json(Batch, { status: 202 }),
  },
  getTrialBatch: {
    role: "viewer",
    summary: "Read the trials of several agents",
    params: IdParams,
    answer: json(Batch),
  },
  listCaseSets: {
    role: "admin",
    summary: "List an agent's case sets",
    params: AgentParams,
    answer: json(CaseSetList),
  },
  createCaseSet: {
    role: "admin",
    summary: "Save a set of cases",
    description: "From `cases`, or from `jsonl` with one case a line.",
    params: AgentParams,
    body: body(CaseSetDraft),
    answer: json(CaseSet, { status: 201, etag: "record" }),
  },
  getCaseSet: {
    role: "admin",
    summary: "Read a case set",
    params: RunParams,
    answer: json(CaseSet, { etag: "record" }),
  },
  saveCaseSet: {
    role: "admin",
    summary: "Replace a case set",
    params: RunParams,
    body: body(CaseSetDraft),
    ifMatch: true,
    answer: json(CaseSet, { etag: "record" }),
    refusals: ["conflict"],
  },
  deleteCaseSet: {
    role: "admin",
    summary: "Delete a case set",
    params: RunParams,
    ifMatch: true,
    answer: empty,
    refusals: ["conflict"],
  },
  exportCaseSet: {
    role: "admin",
    summary: "Download a case set as JSONL",
    params: RunParams,
    answer: file("application/jsonl"),
  },
} satisfies Rows;
