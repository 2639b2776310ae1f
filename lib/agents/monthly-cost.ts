import "server-only";
import { findRegistered, isDefective, type ModelRow } from "@/lib/models/references";
import { monthlyCostAt } from "@/lib/usage/service";
import type { AgentRow } from "./row";
import type { MonthlyCost } from "./schema";

/** The agent's own month on its model and on another, in USD; null = not known. */
export async function monthlyCost(row: AgentRow, target: ModelRow | null): Promise<MonthlyCost> {
  const present = await presentModel(row);
  const [now, then] = await Promise.all([
    monthlyCostAt(row.agent_name, present),
    monthlyCostAt(row.agent_name, target),
  ]);
  return { now, then };
}

async function presentModel({ llm_provider, llm_model }: AgentRow): Promise<ModelRow | null> {
  if (!llm_provider || !llm_model) return null;
  const model = await findRegistered(llm_provider, llm_model);
  return model && !isDefective(model) ? model : null;
}
