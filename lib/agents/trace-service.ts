import "server-only";
import { readProviderListing } from "@/lib/discovery/provider-list-service";
import { readKeyState } from "@/lib/keys/service";
import { judgeModel } from "@/lib/models/evidence-service";
import { findModelWithNotes } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { modelPk } from "@/lib/models/schema";
import { providerDetails } from "@/lib/providers/rules/details";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { bedrockFinding } from "./rules/bedrock-finding";
import { traceOf } from "./rules/trace";
import {
  parseRuntimeTarget,
  type RuntimeTarget,
  type TracedModel,
  type TraceFacts,
} from "./rules/trace-links";
import type { AgentKey, AgentRecord, Trace } from "./schema";
import { getAgent } from "./service";
import { readRuntimeCatalog } from "./surroundings-service";

/** What the agent's next invocation will do, step by step. @throws AppError `not_found` */
export async function traceAgent(key: AgentKey): Promise<Trace> {
  const agent = await getAgent(key);
  const sent = runtimeTargetOf(agent);
  // An older agent's row still names the provider whose key is used.
  const providerId = sent ? sent.provider_id : agent.provider_id;
  const [model, refusedId, stored] = await Promise.all([
    readModel(agent),
    sent && readRefusedId(sent),
    providerId && readKeyState(providerId),
  ]);
  return traceOf({
    agent,
    model,
    sent,
    runtimeProviders: runtimeProviders(),
    endpoint: sent && endpointOf(sent),
    refusedId,
    key: stored?.key ?? null,
    keyIsNoString: stored?.is_string === false,
  });
}

/** The row that the runtime looks up; for an older agent, the one its model resolves to. */
async function readModel(agent: AgentRecord): Promise<TracedModel | null> {
  const { unified, llm_provider, llm_model, resolves_to } = agent;
  if (!llm_provider || !llm_model) return null;
  const exact = modelPk({ provider: llm_provider, model_id: llm_model });
  const looked_up = unified ? exact : (resolves_to ?? exact);
  const target = parseRuntimeTarget(looked_up);
  const [found, listing] = await Promise.all([
    findModelWithNotes(looked_up),
    target.provider_id && readProviderListing(target.provider_id),
  ]);
  const row = found && !isDefective(found.row) ? found.row : null;
  return {
    looked_up,
    found: found !== null,
    reasons: found && isDefective(found.row) ? found.row.reasons : [],
    is_active: row?.is_active ?? true,
    takes_tools:
      found?.notes.capabilities_proved?.tools?.verdict === "disproved"
        ? false
        : (row?.supports_tools ?? null),
    last_test: found?.notes.last_test ?? null,
    findings: found
      ? judgeModel(row ?? { ...target, ...unknownRow, pk: looked_up }, found.notes, listing)
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

async function readRefusedId(sent: RuntimeTarget): Promise<TraceFacts["refusedId"]> {
  if (sent.provider_id !== "bedrock") return null;
  const finding = bedrockFinding(modelPk(sent), sent.model_id, await readRuntimeCatalog());
  return finding && { detail: finding.evidence, fix: finding.fix };
}

/** The provider's URL, as compiled into the unified agents' state machines. */
function endpointOf({ provider_id, model_id }: RuntimeTarget): string | null {
  if (provider_id === null) return null;
  return providerDetails[provider_id].endpoint
    .replace("{region}", runtimeBedrockRegion())
    .replace("{id}", () => model_id);
}
