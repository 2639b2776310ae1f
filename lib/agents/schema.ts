import * as z from "zod/mini";
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
});
export type AgentFilter = z.infer<typeof AgentFilter>;

export type AgentKey = { agent_name: string; version: string };

export type FindingSeverity = "error" | "warning" | "info";

export type Finding = {
  code: string;
  severity: FindingSeverity;
  subject: { kind: "agent" | "model" | "key" | "provider"; id: string };
  title: string;
  evidence: string;
  fix: string;
};

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

export type AgentRecord = {
  agent_name: string;
  version: string;
  status: string | null;
  description: string | null;
  system_prompt: string | null;
  llm_provider: string | null;
  llm_model: string | null;
  /** The provider id of CONTRACT §4 behind `llm_provider`, or null when absent or unknown. */
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
  reverted: Reverted | null;
  etag: string;
};
