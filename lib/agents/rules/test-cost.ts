import Big from "big.js";
import type { Preflight } from "@/lib/agents/schema";
import type { PricedRow } from "@/lib/costs/call-cost-service";
import { bytesPerToken, costOfTokens } from "@/lib/costs/rules/call-estimate";
import type { AgentRequest } from "@/lib/models/rules/runtime-tests";

/**
 * The maximum cost of sending an agent's request to a model. The second call of an agent with tools
 * also contains the first answer.
 */
export function testCost(
  { with_tools, body, call }: AgentRequest,
  model: PricedRow,
): NonNullable<Preflight["runtime_test_cost"]> {
  const calls = with_tools ? 2 : 1;
  const limits = [call?.max_tokens, model.max_output_tokens].flatMap((limit) => limit || []);
  if (!body || limits.length === 0) return { calls, max_usd: null };
  const output = Math.min(...limits);
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length;
  let sum = new Big(0);
  for (let turn = 0; turn < calls; turn += 1) {
    const tokens = { input: Math.ceil(bytes / bytesPerToken.min) + turn * output, output };
    const { max } = costOfTokens(model, { expected: tokens, max: tokens });
    if (max === null) return { calls, max_usd: null };
    sum = sum.plus(max);
  }
  return { calls, max_usd: sum.toNumber() };
}
