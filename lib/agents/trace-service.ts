import "server-only";
import { readProviderListing } from "@/lib/discovery/provider-list-service";
import { env } from "@/lib/env";
import { readKeyState, readSecretEntry } from "@/lib/keys/service";
import { judgeModel } from "@/lib/models/evidence-service";
import { findModelRow, findModelWithNotes } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { modelPk } from "@/lib/models/schema";
import { providerDetails } from "@/lib/providers/rules/details";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { type ProviderId, providerIdOf, providers } from "@/lib/providers/schema";
import { regionOf } from "@/lib/runtime/rules/bedrock-endpoint";
import { readProviderMap } from "@/lib/runtime/service";
import { canSwitchTo, offeredModels } from "./offers-service";
import { configOf, type DefinedRun } from "./rules/agent-run";
import { bedrockFinding, isInAddress } from "./rules/bedrock-finding";
import { assumedTrace } from "./rules/trace";
import { definedTrace, lookedUpPk } from "./rules/trace-definition";
import {
  type AliasFix,
  parseRuntimeTarget,
  type RuntimeTarget,
  type TracedModel,
  type TraceFacts,
} from "./rules/trace-links";
import { type DeployedAgent, followAgent, readDeployed } from "./runtime-service";
import type { AgentKey, AgentRecord, Trace } from "./schema";
import { getAgentOf, requireAgentRow } from "./service";
import { readRuntimeCatalog } from "./surroundings-service";

/** What the agent's next invocation will do, step by step. @throws AppError `not_found` */
export async function traceAgent(key: AgentKey): Promise<Trace> {
  const deployed = await readDeployed(await requireAgentRow(key));
  const [agent, run] = await Promise.all([getAgentOf(deployed), followAgent(deployed)]);
  const pk = run.source === "definition" ? lookedUpPk(run) : assumedPk(agent);
  const alias = await readAlias(deployed, agent, pk);
  if (run.source === "definition") return traceDefinition(agent, run, alias);
  const { why, statement } = run.unreadable;
  return {
    ...assumedTrace(await assumedFacts(agent, alias), run.unreadable),
    source: "assumed",
    revision: null,
    read_at: null,
    assumed_because: { why, statement },
    machine: null,
  };
}

/** The row that the agent's name resolves to, if that has a different key. */
async function readAlias(
  deployed: DeployedAgent,
  { resolves_to }: AgentRecord,
  looked_up: string | null,
): Promise<AliasFix | null> {
  if (looked_up === null || resolves_to === null || resolves_to === looked_up) return null;
  const works = await canSwitchTo(deployed, await findModelRow(resolves_to));
  return { pk: resolves_to, works, others: works ? [] : await offeredModels(deployed) };
}

function assumedPk({ unified, llm_provider, llm_model }: AgentRecord): string | null {
  if (!unified || !llm_provider || !llm_model) return null;
  return modelPk({ provider: llm_provider, model_id: llm_model });
}

async function traceDefinition(
  agent: AgentRecord,
  run: DefinedRun,
  alias: AliasFix | null,
): Promise<Trace> {
  const { machine, outline } = run;
  const config = configOf(run);
  const pk = lookedUpPk(run);
  const sent = sentBy(agent, config, pk);
  // The console can read only the keys of its own secret.
  const isOwnSecret = (config.secret_path ?? env().LLM_SECRET_ID) === env().LLM_SECRET_ID;
  const providerId = isOwnSecret ? keyProvider(config, agent) : null;
  const endpoint = typeof config.endpoint === "string" ? config.endpoint : null;
  // The request step describes how the caller handles other IDs.
  const isJudged = !agent.unified || isInAddress(sent?.model_id ?? "");
  const keyName = typeof config.secret_key_name === "string" ? config.secret_key_name : null;
  const [map, model, refusedId, stored, entry] = await Promise.all([
    readProviderMap(machine),
    pk !== null ? readModel(pk) : olderModel(agent),
    sent && isJudged ? readRefusedId(sent, endpoint ? regionOf(endpoint) : null) : null,
    providerId && readKeyState(providerId),
    keyName === null || !isOwnSecret ? null : readSecretEntry(keyName),
  ]);
  const path = definedTrace({
    agent,
    run,
    providers: map.providers,
    model,
    alias,
    sent,
    runtimeProviders: runtimeProviders(),
    endpoint,
    refusedId,
    key: stored?.key ?? null,
    keyIsNoString: stored?.entry.value === "not_text",
    entry: stored?.entry ?? entry,
    secretPath: env().LLM_SECRET_ID,
  });
  return {
    ...path,
    source: "definition",
    revision: machine.revision,
    read_at: machine.read_at,
    assumed_because: null,
    machine: {
      name: machine.name,
      machine_version: machine.version,
      alias: machine.alias,
      ...outline,
      ...map,
    },
  };
}

/** Provider and model as the caller receives them, or as the run would look them up. */
function sentBy(
  agent: AgentRecord,
  { provider_id, model_id }: Record<string, unknown>,
  pk: string | null,
): RuntimeTarget | null {
  if (typeof provider_id === "string" && typeof model_id === "string") {
    return { provider: provider_id, model_id, provider_id: providerIdOf(provider_id) };
  }
  if (pk !== null) return parseRuntimeTarget(pk);
  const { llm_provider, llm_model } = agent;
  if (!llm_provider || !llm_model) return null;
  return { provider: llm_provider, model_id: llm_model, provider_id: agent.provider_id };
}

/** The provider whose key the caller uses. An older agent's row still names it. */
function keyProvider(config: Record<string, unknown>, agent: AgentRecord): ProviderId | null {
  const name = config.secret_key_name;
  if (typeof name !== "string") return agent.unified ? null : agent.provider_id;
  return providers.find(({ secret_key_name }) => secret_key_name === name)?.id ?? null;
}

function olderModel(agent: AgentRecord): Promise<TracedModel | null> | null {
  const { llm_provider, llm_model, resolves_to } = agent;
  if (!llm_provider || !llm_model) return null;
  return readModel(resolves_to ?? modelPk({ provider: llm_provider, model_id: llm_model }));
}

async function assumedFacts(agent: AgentRecord, alias: AliasFix | null): Promise<TraceFacts> {
  const sent = runtimeTargetOf(agent);
  // An older agent's row still names the provider whose key is used.
  const providerId = sent ? sent.provider_id : agent.provider_id;
  const [model, refusedId, stored] = await Promise.all([
    assumedModel(agent),
    sent && readRefusedId(sent, null),
    providerId && readKeyState(providerId),
  ]);
  return {
    agent,
    model,
    alias,
    sent,
    runtimeProviders: runtimeProviders(),
    endpoint: sent && endpointOf(sent),
    refusedId,
    key: stored?.key ?? null,
    keyIsNoString: stored?.entry.value === "not_text",
    secretPath: env().LLM_SECRET_ID,
  };
}

/** The row that the runtime looks up; for an older agent, the one its model resolves to. */
function assumedModel(agent: AgentRecord): Promise<TracedModel | null> | null {
  if (!agent.unified) return olderModel(agent);
  const pk = assumedPk(agent);
  return pk === null ? null : readModel(pk);
}

async function readModel(looked_up: string): Promise<TracedModel> {
  const target = parseRuntimeTarget(looked_up);
  const [stored, listing] = await Promise.all([
    findModelWithNotes(looked_up),
    target.provider_id && readProviderListing(target.provider_id),
  ]);
  const row = stored && !isDefective(stored.row) ? stored.row : null;
  return {
    looked_up,
    found: stored !== null,
    reasons: stored && isDefective(stored.row) ? stored.row.reasons : [],
    is_active: row?.is_active ?? true,
    takes_tools:
      stored?.notes.capabilities_proved?.tools?.verdict === "disproved"
        ? false
        : (row?.supports_tools ?? null),
    last_test: stored?.notes.last_test ?? null,
    runtime: row &&
      stored && {
        pk: row.pk,
        provider_id: row.provider_id,
        model_id: row.model_id,
        display_name: row.display_name,
        runtime_evidence: stored.notes.runtime_evidence,
      },
    findings: stored
      ? judgeModel(row ?? { ...target, ...unknownRow, pk: looked_up }, stored.notes, listing)
      : { blocking: [], warnings: [] },
  };
}

const unknownRow = { display_name: "The model", lifecycle: null, retires_on: null };

/**
 * What the runtime sends: parsed from the key for a unified agent, the row itself for an older one.
 */
function runtimeTargetOf({ unified, llm_provider, llm_model, provider_id }: AgentRecord) {
  if (!llm_provider || !llm_model) return null;
  return unified
    ? parseRuntimeTarget(modelPk({ provider: llm_provider, model_id: llm_model }))
    : { provider: llm_provider, model_id: llm_model, provider_id };
}

/** @param region of the endpoint; the configured region if unknown */
async function readRefusedId(
  sent: RuntimeTarget,
  region: string | null,
): Promise<TraceFacts["refusedId"]> {
  if (sent.provider_id !== "bedrock") return null;
  const catalog = await readRuntimeCatalog(region ?? runtimeBedrockRegion());
  const finding = bedrockFinding(modelPk(sent), sent.model_id, catalog);
  return finding && { code: finding.code, detail: finding.evidence, fix: finding.fix };
}

/** The provider's URL, as compiled into the unified agents' state machines. */
function endpointOf({ provider_id, model_id }: RuntimeTarget): string | null {
  if (provider_id === null) return null;
  return providerDetails[provider_id].endpoint
    .replace("{region}", runtimeBedrockRegion())
    .replace("{id}", () => model_id);
}
