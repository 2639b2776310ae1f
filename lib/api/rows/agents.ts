import { ActivityPage, PageCursor, Rollback } from "@/lib/activity/schema";
import {
  AgentChanges,
  AgentFilter,
  AgentList,
  AgentRecord,
  BulkSwitch,
  BulkSwitchOptions,
  BulkSwitchResult,
  Preflight,
  PreflightTarget,
  Trace,
} from "@/lib/agents/schema";
import { AgentHealth, HealthQuery, RecentRunsList } from "@/lib/run-health/schema";
import { AgentParams } from "../params";
import { body, json, type Rows } from "../row";

const switchRefusals = [
  "model_not_registered",
  "model_inactive",
  "provider_fixed",
  "preflight_blocked",
  "conflict",
] as const;

export const agentRows = {
  listAgents: {
    role: "viewer",
    summary: "List agents",
    query: AgentFilter,
    answer: json(AgentList, { etag: "list" }),
  },
  getAgent: {
    role: "viewer",
    summary: "Read an agent",
    params: AgentParams,
    answer: json(AgentRecord, { etag: "record" }),
  },
  updateAgent: {
    role: "admin",
    summary: "Change an agent's model or system prompt",
    description:
      "Findings that block a switch are answered with `preflight_blocked`; with an `override_reason` it goes through, and the reason is recorded.",
    params: AgentParams,
    body: body(AgentChanges),
    ifMatch: true,
    answer: json(AgentRecord, { etag: "record" }),
    refusals: switchRefusals,
  },
  getAgentTrace: {
    role: "viewer",
    summary: "Trace the agent's next invocation",
    description: "Follows the path that the next run takes and names the first broken step.",
    params: AgentParams,
    answer: json(Trace),
  },
  preflightAgent: {
    role: "viewer",
    summary: "Check a switch before it is made",
    params: AgentParams,
    query: PreflightTarget,
    answer: json(Preflight),
    refusals: switchRefusals,
  },
  getAgentHistory: {
    role: "viewer",
    summary: "List the events of an agent",
    params: AgentParams,
    query: PageCursor,
    answer: json(ActivityPage),
  },
  getAgentHealth: {
    role: "viewer",
    summary: "Read an agent's runs over time",
    description:
      "Runs by hour or day, a mark for each change of model or prompt, and the figures before and after the last switch. Figures that CloudWatch did not give are missing, and `notes` says why.",
    params: AgentParams,
    query: HealthQuery,
    answer: json(AgentHealth),
  },
  rollbackAgent: {
    role: "admin",
    summary: "Put back what one event changed in an agent",
    params: AgentParams,
    body: body(Rollback),
    answer: json(AgentRecord, { etag: "record" }),
    refusals: switchRefusals,
  },
  listRecentRuns: {
    role: "viewer",
    summary: "List the last run and the failed runs of every agent",
    description: "Runs of the last 24 hours, as CloudWatch counts them by state machine.",
    answer: json(RecentRunsList),
  },
  switchAgents: {
    role: "admin",
    summary: "Switch several agents to one model",
    description:
      "One resumable operation; each agent has an outcome of its own. `dry_run` writes nothing.",
    query: BulkSwitchOptions,
    body: body(BulkSwitch),
    answer: json(BulkSwitchResult),
    refusals: ["model_not_registered", "model_inactive", "conflict"],
  },
} satisfies Rows;
