import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { seenDimensionsItem } from "@/lib/usage/dimensions-repository";
import { type Backfill, callsAt, dayMs, hourMs, hoursOf, type Sample, share } from "./sample-calls";
import samples from "./sample-usage.json";

type SampleUsage = {
  cloudwatch: CloudWatchClient;
  dynamodb: DynamoDBClient;
  /** The ModelManagement table. */
  table: string;
  backfill: Backfill;
  now: Date;
};

const Namespace = "AI-Agents";

/**
 * Writes 30 days of token metrics for the sample agents, in UTC and including today; deterministic
 * per day and hour. Existing metrics stay, so another run after an interruption adds the missing ones.
 */
export async function writeSampleUsage({ backfill, ...options }: SampleUsage): Promise<void> {
  for (const sample of samples as Sample[]) {
    await recordDimensions(sample, options);
    for (const [MetricName, tokens] of [
      ["InputTokens", sample.input],
      ["OutputTokens", sample.output],
    ] as const) {
      const data = dataOf(sample, MetricName, tokens, options.now);
      if (data.length === 0 || (await hasData(options, sample, MetricName))) continue;
      await backfill({ Namespace, MetricData: data });
    }
  }
}

/** Saved like in the console, because ListMetrics omits metrics that were idle for two weeks. */
async function recordDimensions(
  sample: Sample,
  { dynamodb, table, now }: Pick<SampleUsage, "dynamodb" | "table" | "now">,
): Promise<void> {
  const entries = dimensionsOf(sample).map(({ Name, Value }) => [Name, Value]);
  const seen = { dimensions: Object.fromEntries(entries), environment: null };
  const Item = seenDimensionsItem(seen, now.toISOString());
  await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
}

async function hasData(
  { cloudwatch, now }: Pick<SampleUsage, "cloudwatch" | "now">,
  sample: Sample,
  MetricName: string,
): Promise<boolean> {
  const Metric = { Namespace, MetricName, Dimensions: dimensionsOf(sample) };
  const command = new GetMetricDataCommand({
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 86_400, Stat: "Sum" } }],
    StartTime: new Date(now.getTime() - 31 * dayMs),
    EndTime: new Date(now.getTime() + hourMs),
  });
  const { MetricDataResults = [] } = await cloudwatch.send(command);
  return MetricDataResults.some(({ Values = [] }) => Values.length > 0);
}

function dimensionsOf({ agent, provider, model }: Sample) {
  return Object.entries({ agent, state_machine_name: `${agent}-prod`, provider, model }).flatMap(
    ([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }]),
  );
}

/** A value per hour with calls, oldest first. */
function dataOf(sample: Sample, MetricName: string, tokens: number, now: Date) {
  return hoursOf(sample, now).flatMap((at) => {
    const calls = callsAt(sample, at);
    if (calls === 0) return [];
    const spread = 0.75 + 0.5 * share(`${sample.agent} ${MetricName} ${at}`);
    const Value = Math.round(calls * tokens * spread);
    return [{ MetricName, Dimensions: dimensionsOf(sample), Timestamp: at / 1000, Value }];
  });
}
