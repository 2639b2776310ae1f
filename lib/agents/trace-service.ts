import "server-only";
import { inspectKey } from "@/lib/keys/service";
import { findNotedRow, isDefective } from "@/lib/models/references";
import { modelPk } from "@/lib/models/schema";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { providerInfo } from "@/lib/providers/schema";
import { bedrockFinding } from "./bedrock-finding";
import type { AgentKey, AgentRecord, Trace } from "./schema";
import { getAgent } from "./service";
import { runtimeCatalog } from "./surroundings";
import { traceOf } from "./trace";
import type { TracedModel, TraceFacts } from "./trace-links";

/** What the agent's next invocation will do, step by step. @throws AppError `not_found` */
export async function traceAgent(key: AgentKey): Promise<Trace> {
  const agent = await getAgent(key);
  const [model, refusedId, stored] = await Promise.all([
    readModel(agent),
    readRefusedId(agent),
    agent.provider_id ? inspectKey(agent.provider_id) : null,
  ]);
  return traceOf({
    agent,
    model,
    runtimeProviders: runtimeProviders(),
    endpoint: endpointOf(agent),
    refusedId,
    key: stored?.key ?? null,
    keyIsNoString: stored?.is_string === false,
  });
}

/** The row that the runtime looks up; of an older agent, the one that its model stands for. */
async function readModel(agent: AgentRecord): Promise<TracedModel | null> {
  const { unified, llm_provider, llm_model, resolves_to } = agent;
  if (!llm_provider || !llm_model) return null;
  const exact = modelPk({ provider: llm_provider, model_id: llm_model });
  const looked_up = unified ? exact : (resolves_to ?? exact);
  const found = await findNotedRow(looked_up);
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
  };
}

async function readRefusedId(agent: AgentRecord): Promise<TraceFacts["refusedId"]> {
  const { provider_id, llm_provider, llm_model } = agent;
  if (provider_id !== "bedrock" || !llm_provider || !llm_model) return null;
  const pk = modelPk({ provider: llm_provider, model_id: llm_model });
  const finding = bedrockFinding(pk, llm_model, await runtimeCatalog());
  return finding && { detail: finding.evidence, fix: finding.fix };
}

/** The URL of CONTRACT §4, as it is compiled into the unified agents' state machines. */
function endpointOf({ provider_id, llm_model }: AgentRecord): string | null {
  if (provider_id === null || llm_model === null) return null;
  return providerInfo(provider_id)
    .endpoint.replace("{region}", runtimeBedrockRegion())
    .replace("{id}", () => llm_model);
}
