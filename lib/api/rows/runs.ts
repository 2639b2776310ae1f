import { RunDetails, RunFilter, RunList, RunStart, StartedRun } from "@/lib/runs/schema";
import { AgentParams, RunParams } from "../params";
import { body, json, type Rows } from "../row";

export const runRows = {
  listRuns: {
    role: "viewer",
    summary: "List an agent's runs",
    description:
      "One page of executions, newest first. `q` finds a run by its name or ARN. `cause` is for admins only.",
    params: AgentParams,
    query: RunFilter,
    answer: json(RunList),
  },
  getRun: {
    role: "viewer",
    summary: "Read a run",
    description:
      "With its steps and model calls. Messages, inputs, outputs and causes are for admins only; keys are removed from them.",
    params: RunParams,
    answer: json(RunDetails),
  },
  startRun: {
    role: "admin",
    summary: "Start a run",
    description:
      "The agent's tools act for real. With `rerun`, the input of another run is used again.",
    params: AgentParams,
    body: body(RunStart),
    answer: json(StartedRun, { status: 202 }),
    refusals: ["runs_disabled", "too_large"],
  },
  stopRun: {
    role: "admin",
    summary: "Stop a run",
    params: RunParams,
    answer: json(StartedRun, { status: 202 }),
    refusals: ["runs_disabled"],
  },
} satisfies Rows;
