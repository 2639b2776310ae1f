import * as z from "zod/mini";
import type { Finding } from "@/lib/checks/schema";
import { YesOrNo } from "@/lib/http/schema";
import type { ProviderId } from "@/lib/providers/schema";

const Text = (label: string, most: number) =>
  z
    .string({ error: `${label} must be text` })
    .check(z.maxLength(most, `At most ${most} characters`));

export const AgentChanges = z.strictObject({
  llm_provider: z.optional(Text("llm_provider", 100).check(z.minLength(1, "Choose a provider"))),
  llm_model: z.optional(Text("llm_model", 512).check(z.minLength(1, "Choose a model"))),
  system_prompt: z.optional(Text("system_prompt", 200_000)),
  override_reason: z.optional(
    Text("override_reason", 1000).check(z.trim(), z.minLength(3, "Say why this goes ahead")),
  ),
});
export type AgentChanges = z.infer<typeof AgentChanges>;

export const AgentFilter = z.object({
  status: z.optional(z.string()),
  provider: z.optional(z.string()),
  /** All versions of this agent. */
  name: z.optional(z.string()),
});
export type AgentFilter = z.infer<typeof AgentFilter>;

export type AgentKey = { agent_name: string; version: string };

export type { Finding };

/** Something outside changed what was set here. */
export type Reverted = {
  attributes: ("llm_provider" | "llm_model" | "system_prompt")[];
  set_at: string;
  set_by: string;
  /** When it was noticed; null when that could not be noted. */
  noticed_at: string | null;
  /** The event to roll back to set it as it was. */
  event_id: string | null;
};

/** The attributes that hold JSON in a string. */
export type JsonName = "tools" | "parameters" | "metadata" | "observability";

export type AgentRecord = {
  agent_name: string;
  version: string;
  status: string | null;
  description: string | null;
  system_prompt: string | null;
  llm_provider: string | null;
  llm_model: string | null;
  /** The provider ID of `llm_provider`; null when absent or unknown. */
  provider_id: ProviderId | null;
  state_machine_arn: string | null;
  deployment_env: string | null;
  /** Parsed; null when missing or malformed (then `defects` says so). */
  tools: unknown[] | null;
  parameters: Record<string, unknown> | null;
  metadata: Record<string, unknown> | null;
  observability: Record<string, unknown> | null;
  created_at: string | null;
  updated_at: string | null;
  /** True for the unified caller, which reads provider and model from the row at each invocation. */
  unified: boolean;
  /** The `pk` of the LLMModels row that the agent's provider and model stand for, aliases included. */
  resolves_to: string | null;
  defects: string[];
  /** What is stored in those that do not parse; absent when all do. */
  unparsed?: Partial<Record<JsonName, string>>;
  reverted: Reverted | null;
  etag: string;
};

export const traceSteps = [
  "agent_row",
  "model_row",
  "provider_mapping",
  "endpoint",
  "secret_key",
  "key_state",
  "last_test",
] as const;

/** One link of the path that the next invocation takes. */
export type TraceStep = {
  step: (typeof traceSteps)[number];
  /** `unknown`: not reached, or not visible from here. */
  status: "ok" | "broken" | "warning" | "unknown";
  value: string | null;
  detail: string;
  fix: string | null;
};

export type Trace = {
  ok: boolean;
  /** The error that the run would show, decided by the first broken step. */
  would_fail_with: string | null;
  steps: TraceStep[];
};

export const PreflightTarget = z.object({
  provider: z.string({ error: "Name the provider" }).check(z.minLength(1, "Name the provider")),
  model_id: z.string({ error: "Name the model" }).check(z.minLength(1, "Name the model")),
});
export type PreflightTarget = z.infer<typeof PreflightTarget>;

/** USD a month at the agent's own tokens, on its model and on the other; null = not known. */
export type MonthlyCost = { now: number | null; then: number | null };

export type Preflight = {
  /** False when something blocks the switch. */
  ok: boolean;
  findings: Finding[];
  monthly_cost_usd: MonthlyCost;
};

const Named = (what: string) =>
  z.string({ error: `Name the ${what}` }).check(z.minLength(1, `Name the ${what}`));

export const BulkSwitch = z
  .strictObject({
    /** All agents of the provider, or only those on one model; absent where `agents` names them. */
    from: z.optional(
      z.strictObject({ provider: Named("provider"), model_id: z.optional(Named("model")) }),
    ),
    to: z.strictObject({ provider: Named("provider"), model_id: Named("model") }),
    /** Only these. */
    agents: z.optional(
      z.array(z.strictObject({ agent_name: Named("agent"), version: Named("version") })),
    ),
    override_reason: z.optional(
      Text("override_reason", 1000).check(z.trim(), z.minLength(3, "Say why this goes ahead")),
    ),
    /** Chosen by a caller who wants to watch the progress. */
    operation_id: z.optional(z.uuid({ error: "Must be a UUID" })),
  })
  .check(
    z.refine(({ from, agents }) => from !== undefined || agents !== undefined, {
      path: ["from"],
      error: "Name the provider, or the agents",
    }),
  );
export const BulkSwitchOptions = z.object({ dry_run: z._default(YesOrNo, false) });

export type BulkSwitch = z.infer<typeof BulkSwitch>;

export type AgentSwitch = AgentKey & {
  /**
   * `would_switch` in a dry run; `refused`: a rule or somebody else's change stood against it;
   * `pending`: stopped or crashed before it, resume the operation; `unchanged`: it is there already.
   */
  outcome: "would_switch" | "switched" | "refused" | "pending" | "unchanged";
  /** Why it was refused. */
  message: string | null;
  findings: Finding[];
  monthly_cost_usd: MonthlyCost;
};

export type BulkSwitchResult = {
  /** Null when nothing was written. */
  operation_id: string | null;
  agents: AgentSwitch[];
};
