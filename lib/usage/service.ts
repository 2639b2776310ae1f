import "server-only";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { AppError } from "@/lib/errors";
import type { PricePair } from "@/lib/prices/rules/price-history";
import { readPricedUsage } from "./priced-usage-service";
import { readUsageSeries } from "./reading-service";
import { groupUsage, otherEnvironments } from "./rules/report";
import { usageWindow } from "./rules/window";
import type { UsageQuery, UsageReport } from "./schema";

/**
 * Tokens from CloudWatch and their cost over time, each period at the price in force at that time. CloudWatch
 * does not separate cached and reasoning tokens.
 * @throws AppError `invalid`, `aws_unavailable`
 */
export async function readUsage(query: UsageQuery): Promise<UsageReport> {
  const { group_by, provider, model, agent } = query;
  const usage = await readPricedUsage(usageWindow(query, Date.now()));
  const { window, series, foreign, startedAt, staleBecause } = usage;
  return {
    from: new Date(window.start).toISOString(),
    to: new Date(window.end).toISOString(),
    period_seconds: window.period_seconds,
    as_of: new Date(startedAt).toISOString(),
    stale_because: staleBecause,
    ...groupUsage(series, group_by, { provider, model, agent }),
    other_environments: otherEnvironments(foreign),
  };
}

/** How long a preflight waits for CloudWatch, in milliseconds. */
const timeoutMs = 3_000;

/**
 * Cost in USD of the agent's tokens of the last 30 days at these prices; null without usage, without a
 * required price, or if CloudWatch fails. Versions of an agent share a name and are counted together.
 * @param prices USD per 1M tokens
 */
export async function estimateMonthlyCost(
  agent_name: string,
  prices: PricePair | null,
): Promise<number | null> {
  const tokens = prices && (await readMonthlyTokens(agent_name));
  if (!tokens) return null;
  const spend = new CostAccumulator();
  spend.add(tokens, {
    input_price: { price: prices.input_price, assumed: false },
    output_price: { price: prices.output_price, assumed: false },
  });
  const { cost_usd, unpriced_tokens } = spend.figures();
  return unpriced_tokens > 0 ? null : cost_usd;
}

async function readMonthlyTokens(agent_name: string) {
  const reading = await withTimeout(readUsageSeries(usageWindow({}, Date.now())));
  const own = reading?.reading.series.filter(({ dimensions }) => dimensions.agent === agent_name);
  const sum = (values: number[] = []) => values.reduce((total, value) => total + value, 0);
  const input_tokens = sum(own?.map(({ input }) => sum(input)));
  const output_tokens = sum(own?.map(({ output }) => sum(output)));
  return input_tokens + output_tokens > 0 ? { input_tokens, output_tokens } : null;
}

/** Null if AWS fails or takes too long; the reading itself continues. */
async function withTimeout<T>(reading: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  const read = reading.catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  return Promise.race([read, timedOut]).finally(() => clearTimeout(timer));
}
