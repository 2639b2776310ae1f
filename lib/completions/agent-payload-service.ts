import "server-only";
import { readRowOf } from "@/lib/agents/rules/agent-run";
import { type DeployedAgent, readDeployed } from "@/lib/agents/runtime-service";
import { requireAgentRow } from "@/lib/agents/service";
import { assertSameProvider } from "@/lib/agents/switch-service";
import { stringAttribute } from "@/lib/aws/attributes";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { findModel } from "@/lib/models/reference-service";
import { modelPk } from "@/lib/models/schema";
import { providerIdOf } from "@/lib/providers/schema";
import { assumedPayload } from "@/lib/runtime/rules/assumed-payload";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import { readCallerPayload } from "@/lib/runtime/rules/caller-payload";
import { promptFailure } from "@/lib/runtime/rules/generated-failures";
import type { Machine } from "@/lib/runtime/rules/machine-reading";
import { metricsFailure } from "@/lib/runtime/rules/metrics-failure";
import { executionMessages } from "@/lib/runtime/rules/turns";
import type { CallerMessage, CallerPayload, RunFailure } from "@/lib/runtime/schema";
import { followRun, runtimeTables } from "@/lib/runtime/service";
import { readTools } from "@/lib/runtime/tools-service";
import type { AgentTest } from "./schema";

/** The caller's input for one agent. */
export type AgentPayload = {
  payload: CallerPayload;
  /** The state that calls the model; null if unknown. */
  state: string | null;
  /** How the run fails if the answer reports no usage. */
  withoutUsage: RunFailure;
  /** The provider as the row names it, and the model's ID. */
  target: { provider: string; model_id: string };
} & (
  | { source: "definition"; revision: string; assumed_because: null }
  | { source: "assumed"; revision: null; assumed_because: string }
);

/**
 * The caller's input for an agent's first model call, from its machine's definition where that can be
 * followed, otherwise as such machines are generated.
 * @throws AppError `not_found`, `run_would_fail` (with `would_fail_with`) if the run ends before the
 *   call, `model_not_registered`, `provider_fixed` for another model, `conflict` if its machine reads
 *   another row
 */
export async function readAgentPayload(test: AgentTest): Promise<AgentPayload> {
  const row = await readDeployed(await requireAgentRow(test.as_agent));
  const messages = executionMessages(
    test.messages ?? [{ role: "user", content: test.prompt ?? "" }],
  );
  const { machine } = row;
  if (machine.source === "definition" && !machine.isRead) throw neverRead(row, readRowOf(machine));
  const target = await readTarget(row, test);
  if (machine.source === "assumed") return assumed(row, target, messages, machine.unreadable.why);
  const followed = await follow(machine.machine, row, target, messages);
  if (typeof followed === "string") return assumed(row, target, messages, followed);
  const { revision } = machine.machine;
  return { ...followed, source: "definition", revision, assumed_because: null };
}

/**
 * Changing a row that no machine reads affects no run, so a test would show the behaviour of
 * another row.
 */
function neverRead({ agent_name, version }: DeployedAgent, read: string): AppError {
  const message = `${agent_name} ${version} is never read by its machine, which reads ${read}. Use that one.`;
  return new AppError("conflict", message);
}

type Target = AgentPayload["target"];

/** The model of the request, as its row names it; otherwise the agent's own. */
async function readTarget(row: DeployedAgent, test: AgentTest): Promise<Target | null> {
  const { provider, model_id } = test;
  if (provider === undefined || model_id === undefined) return null;
  if (provider === row.llm_provider && model_id === row.llm_model) return null;
  const model = await findModel(provider, model_id);
  if (!model) {
    const pk = modelPk({ provider, model_id });
    throw new AppError("model_not_registered", `There is no model "${pk}". Add it first.`);
  }
  if (!row.unified) assertSameProvider(row, model.pk.split("#")[0] ?? "");
  const [stored = "", ...id] = model.pk.split("#");
  return { provider: stored, model_id: id.join("#") };
}

/** The machine's own input for the caller, or why it can't be determined. */
async function follow(
  machine: Machine,
  row: DeployedAgent,
  target: Target | null,
  messages: CallerMessage[],
): Promise<Pick<AgentPayload, "payload" | "state" | "target" | "withoutUsage"> | string> {
  const { agents } = runtimeTables();
  const { end } = await followRun(machine, {
    input: { messages },
    replacement: (table, key) =>
      target && table === agents && isKeyOf(row, key) ? switched(row, target) : undefined,
  });
  if (end.kind === "failed") throw wouldFail(row, end.failure, "definition");
  if (end.kind === "unknown") return end.reason;
  const { payload, errorMessage } = readCallerPayload(end.payload);
  if (!payload) {
    if (isOlderPayload(end.payload)) return "Its state machine calls the older caller.";
    throw wouldFail(row, callerFailure(errorMessage, end.state), "definition");
  }
  const { provider_id, model_id } = payload.provider_config;
  const withoutUsage = metricsFailure(machine.definition.States);
  const sent = { provider: provider_id, model_id };
  return { payload, state: end.state, withoutUsage, target: sent };
}

function isKeyOf(row: DeployedAgent, key: Record<string, unknown>): boolean {
  const { agent_name, version } = row.raw;
  return JSON.stringify([key.agent_name, key.version]) === JSON.stringify([agent_name, version]);
}

const switched = ({ raw }: DeployedAgent, { provider, model_id }: Target) => ({
  ...raw,
  llm_provider: stringAttribute(provider),
  llm_model: stringAttribute(model_id),
});

function isOlderPayload(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && !("provider_config" in payload);
}

async function assumed(
  row: DeployedAgent,
  target: Target | null,
  messages: CallerMessage[],
  why: string,
): Promise<AgentPayload> {
  const { llm_provider, llm_model, system_prompt } = row;
  if (system_prompt === null) throw wouldFail(row, promptFailure, "assumed");
  const provider = target?.provider ?? llm_provider;
  const model_id = target?.model_id ?? llm_model;
  const provider_id = provider ? providerIdOf(provider) : null;
  if (!provider || !model_id || !provider_id) {
    const message = `The row of ${row.agent_name} does not name a provider and a model, and its definition can't be read: ${why}`;
    throw new AppError("run_would_fail", message, { extra: { would_fail_with: null } });
  }
  if (row.unified && !env().RUNTIME_PROVIDERS.includes(provider)) {
    throw wouldFail(row, callerFailure("missing field `endpoint`"), "assumed");
  }
  const reading = await readTools(row.tools ?? []);
  if ("failure" in reading) throw wouldFail(row, reading.failure, "assumed");
  const payload = assumedPayload({
    provider,
    provider_id,
    model_id,
    system_prompt,
    messages,
    tools: reading.tools,
    secret_path: env().LLM_SECRET_ID,
    region: env().BEDROCK_REGION,
  });
  const assumed_because = [why, ...reading.unknown].join(" ");
  const withoutUsage = metricsFailure(null);
  const sent = { payload, state: null, withoutUsage, target: { provider, model_id } };
  return { ...sent, source: "assumed", revision: null, assumed_because };
}

function wouldFail(
  row: DeployedAgent,
  failure: RunFailure,
  source: "definition" | "assumed",
): AppError {
  const message = `A run of ${row.agent_name} fails before it calls a model, in the state "${failure.state}". Its trace says how to fix that.`;
  const extra = { would_fail_with: failure, source };
  return new AppError("run_would_fail", message, { extra });
}
