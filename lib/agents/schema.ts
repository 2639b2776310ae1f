import * as z from "zod/mini";
import { TrialEvidence } from "@/lib/activity/schema";
import { BooleanParam } from "@/lib/boolean-param";
import { Finding } from "@/lib/findings/schema";
import { RuntimeEvidence } from "@/lib/models/schema";
import { otherPrices } from "@/lib/prices/rules/price-doubts";
import { providerIds } from "@/lib/providers/schema";
import { MachineOutline, MappedProvider, RunFailure, runtimeSources } from "@/lib/runtime/schema";
import { TooLowReasons } from "@/lib/too-low";

const Text = (label: string, maxCharacters: number) =>
  z
    .string({ error: `${label} must be text` })
    .check(z.maxLength(maxCharacters, `At most ${maxCharacters} characters`));

const TrialId = z
  .string({ error: "Must be a trial's ID" })
  .check(z.minLength(1, "Name the trial"), z.maxLength(100, "At most 100 characters"));

export const AgentChanges = z.strictObject({
  llm_provider: z.optional(Text("llm_provider", 100).check(z.minLength(1, "Choose a provider"))),
  llm_model: z.optional(Text("llm_model", 512).check(z.minLength(1, "Choose a model"))),
  system_prompt: z.optional(Text("system_prompt", 200_000)),
  override_reason: z.optional(
    Text("override_reason", 1000).check(z.trim(), z.minLength(3, "Say why this goes ahead")),
  ),
  /** A trial of this agent on the new model. The event stores its result. */
  trial_id: z.optional(TrialId),
});
export type AgentChanges = z.infer<typeof AgentChanges>;

export const AgentFilter = z.object({
  status: z.optional(z.string()),
  provider: z.optional(z.string()),
  /** All versions of this agent. */
  name: z.optional(z.string()),
});
export type AgentFilter = z.infer<typeof AgentFilter>;

export const AgentKey = z.strictObject({ agent_name: z.string(), version: z.string() });
export type AgentKey = z.infer<typeof AgentKey>;

/** An external change to what was set here. */
export const ExternalChange = z.strictObject({
  attributes: z.array(z.enum(["llm_provider", "llm_model", "system_prompt"])),
  set_at: z.string(),
  set_by: z.string(),
  /** When it was noticed; null if that couldn't be recorded. */
  noticed_at: z.nullable(z.string()),
  /** The event to roll back to restore the value. */
  event_id: z.nullable(z.string()),
});
export type ExternalChange = z.infer<typeof ExternalChange>;

/** The attributes that hold JSON in a string. */
export const jsonNames = ["tools", "parameters", "metadata", "observability"] as const;
export type JsonName = (typeof jsonNames)[number];

/** How the agent's behaviour is known, and what its machine fixes. */
export const AgentRuntime = z.strictObject({
  source: z.enum(runtimeSources),
  /** Why the definition can't be used; null if it was used. */
  assumed_because: z.nullable(z.string()),
  /** False if the machine reads another row, so that this one never runs. Null if unknown. */
  read_by_machine: z.nullable(z.boolean()),
  /** The row that the machine reads. */
  reads_version: z.nullable(z.string()),
  /** False if the machine's provider map lacks the agent's provider. Null if unknown. */
  maps_provider: z.nullable(z.boolean()),
  /**
   * The default for a row without a provider or a model; null if such a row fails or that isn't
   * known.
   */
  default_provider: z.nullable(z.string()),
  default_model: z.nullable(z.string()),
});
export type AgentRuntime = z.infer<typeof AgentRuntime>;

const JsonObject = z.record(z.string(), z.unknown());

export const AgentRecord = z.strictObject({
  agent_name: z.string(),
  version: z.string(),
  status: z.nullable(z.string()),
  description: z.nullable(z.string()),
  system_prompt: z.nullable(z.string()),
  llm_provider: z.nullable(z.string()),
  llm_model: z.nullable(z.string()),
  /** The provider ID of `llm_provider`; null when absent or unknown. */
  provider_id: z.nullable(z.enum(providerIds)),
  state_machine_arn: z.nullable(z.string()),
  deployment_env: z.nullable(z.string()),
  /** Parsed; null if missing or malformed, which `defects` explains. */
  tools: z.nullable(z.array(z.unknown())),
  parameters: z.nullable(JsonObject),
  metadata: z.nullable(JsonObject),
  observability: z.nullable(JsonObject),
  created_at: z.nullable(z.string()),
  updated_at: z.nullable(z.string()),
  /** True for the unified caller, which reads provider and model from the row at each invocation. */
  unified: z.boolean(),
  /** The `pk` of the LLMModels row that the agent's provider and model resolve to, aliases included. */
  resolves_to: z.nullable(z.string()),
  defects: z.array(z.string()),
  /** The stored text of attributes that can't be parsed; absent if all can. */
  unparsed: z.optional(z.partialRecord(z.enum(jsonNames), z.string())),
  reverted: z.nullable(ExternalChange),
  runtime: z.optional(AgentRuntime),
  etag: z.string(),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

export const AgentList = z.strictObject({ agents: z.array(AgentRecord) });
export type AgentList = z.infer<typeof AgentList>;

export const traceSteps = [
  "agent_row",
  "model_row",
  "provider_mapping",
  "tool_definitions",
  "endpoint",
  "secret_key",
  "key_state",
  "request",
  "last_test",
] as const;

/** One step of the next invocation. */
export const TraceStep = z.strictObject({
  step: z.enum(traceSteps),
  /** `unknown`: not reached, or the console can't see it. */
  status: z.enum(["ok", "broken", "warning", "unknown"]),
  value: z.nullable(z.string()),
  detail: z.string(),
  fix: z.nullable(z.string()),
  /** The state that performs the step; null if the definition wasn't read or has no such state. */
  state: z.nullable(z.string()),
});
export type TraceStep = z.infer<typeof TraceStep>;

export const Trace = z.strictObject({
  ok: z.boolean(),
  /** How the run would fail; null if no known problem breaks it. */
  would_fail_with: z.nullable(RunFailure),
  steps: z.array(TraceStep),
  source: z.enum(runtimeSources),
  /** The definition's revision, and when it was read; null when assumed. */
  revision: z.nullable(z.string()),
  read_at: z.nullable(z.string()),
  /** Why the definition can't be used, and the policy statement that would help. */
  assumed_because: z.nullable(
    z.strictObject({ why: z.string(), statement: z.nullable(z.string()) }),
  ),
  /** What the definition fixes; null if it was assumed. */
  machine: z.nullable(
    z.strictObject({
      name: z.string(),
      /** The machine version that the definition belongs to; null for the newest. */
      machine_version: z.nullable(z.string()),
      /** The alias in the agent's row, and its versions with their weights in percent. */
      alias: z.nullable(
        z.strictObject({
          name: z.string(),
          routing: z.array(z.strictObject({ version: z.string(), weight: z.number() })),
        }),
      ),
      ...MachineOutline.shape,
      providers: z.array(MappedProvider),
      bedrock_region: z.nullable(z.string()),
    }),
  ),
});
export type Trace = z.infer<typeof Trace>;

export const PreflightTarget = z.object({
  provider: z.string({ error: "Name the provider" }).check(z.minLength(1, "Name the provider")),
  model_id: z.string({ error: "Name the model" }).check(z.minLength(1, "Name the model")),
  /** A trial of this agent on the model. */
  trial_id: z.optional(TrialId),
});
export type PreflightTarget = z.infer<typeof PreflightTarget>;

/** USD a month at the agent's own usage, on its present model and on the target; null if unknown. */
export const MonthlyCost = z.strictObject({
  now: z.nullable(z.number()),
  // biome-ignore lint/suspicious/noThenProperty: a name of the API; the shape is never awaited.
  then: z.nullable(z.number()),
  /** Why either figure is too low; absent if neither is. */
  too_low: TooLowReasons,
  /** Whose price applies, if it isn't the model's own. */
  now_at: z.optional(z.enum(otherPrices)),
  then_at: z.optional(z.enum(otherPrices)),
});
export type MonthlyCost = z.infer<typeof MonthlyCost>;

export const Preflight = z.strictObject({
  /** False if a finding blocks the switch. */
  ok: z.boolean(),
  findings: z.array(Finding),
  monthly_cost_usd: MonthlyCost,
  /** The last test with the request that this agent's caller sends; null if it was never sent. */
  runtime_test: z.nullable(RuntimeEvidence),
  /** The cost of sending that request; null if the agent's caller sends a different one. */
  runtime_test_cost: z.nullable(
    z.strictObject({
      /** Two for an agent with tools: the first turn, and the turn after a tool's result. */
      calls: z.number(),
      /** USD for all calls; null without a price, or if the request is assumed. */
      max_usd: z.nullable(z.number()),
    }),
  ),
  /** The trial's result; null if the request names no trial. */
  evidence: z.nullable(TrialEvidence),
});
export type Preflight = z.infer<typeof Preflight>;

const Named = (fieldName: string) =>
  z.string({ error: `Name the ${fieldName}` }).check(z.minLength(1, `Name the ${fieldName}`));

export const BulkSwitch = z
  .strictObject({
    /** All agents of the provider, or of one model; absent if `agents` names them. */
    from: z.optional(
      z.strictObject({ provider: Named("provider"), model_id: z.optional(Named("model")) }),
    ),
    to: z.strictObject({ provider: Named("provider"), model_id: Named("model") }),
    /** Only these agents. */
    agents: z.optional(
      z.array(z.strictObject({ agent_name: Named("agent"), version: Named("version") })),
    ),
    override_reason: z.optional(
      Text("override_reason", 1000).check(z.trim(), z.minLength(3, "Say why this goes ahead")),
    ),
    /** Chosen by a caller that follows the progress of the operation. */
    operation_id: z.optional(z.uuid({ error: "Must be a UUID" })),
    /** A batch of trials of these agents on the model. The events store their results. */
    trial_batch: z.optional(z.uuid({ error: "Must be a UUID" })),
  })
  .check(
    z.refine(({ from, agents }) => from !== undefined || agents !== undefined, {
      path: ["from"],
      error: "Name the provider, or the agents",
    }),
  );
export const BulkSwitchOptions = z.object({ dry_run: z._default(BooleanParam, false) });

export type BulkSwitch = z.infer<typeof BulkSwitch>;

export const AgentSwitch = z.strictObject({
  ...AgentKey.shape,
  /**
   * `would_switch` in a dry run; `refused` by a rule or a concurrent change; `pending` after a stop
   * or crash (resume the operation); `unchanged` if it already uses the model.
   */
  outcome: z.enum(["would_switch", "switched", "refused", "pending", "unchanged"]),
  /** Why the switch was refused. */
  message: z.nullable(z.string()),
  findings: z.array(Finding),
  monthly_cost_usd: MonthlyCost,
});
export type AgentSwitch = z.infer<typeof AgentSwitch>;

export const BulkSwitchResult = z.strictObject({
  /** Null when nothing was written. */
  operation_id: z.nullable(z.string()),
  agents: z.array(AgentSwitch),
});
export type BulkSwitchResult = z.infer<typeof BulkSwitchResult>;
