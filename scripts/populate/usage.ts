import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { seenDimensionsItem } from "@/lib/usage/dimensions-repository";
import type { JsonObject } from "../embedded/json";
import samples from "./sample-usage.json";

/** Stores metric data of any age, in the shape of PutMetricData. */
export type Backfill = (body: JsonObject) => Promise<void>;

type SampleUsage = {
  cloudwatch: CloudWatchClient;
  dynamodb: DynamoDBClient;
  /** The ModelManagement table. */
  table: string;
  backfill: Backfill;
  now: Date;
};

/** The calls of an agent; `from` and `until` are in days before now. */
type Sample = {
  agent: string;
  provider?: string;
  model?: string;
  /** Per working day. */
  calls: number;
  /** Tokens per call. */
  input: number;
  output: number;
  from?: number;
  until?: number;
};

const Namespace = "AI-Agents";
const days = 30;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Writes 30 days of token metrics for the sample agents, in UTC and including today; deterministic
 * per day and hour. Existing metrics stay, so another run after an interruption adds the missing ones.
 */
export async function writeSampleUsage({ backfill, ...options }: SampleUsage): Promise<void> {
  const lastHour = Math.floor(options.now.getTime() / hourMs) * hourMs;
  for (const sample of samples as Sample[]) {
    await recordDimensions(sample, options);
    for (const [MetricName, tokens] of [
      ["InputTokens", sample.input],
      ["OutputTokens", sample.output],
    ] as const) {
      const data = dataOf(sample, MetricName, tokens, lastHour);
      if (data.length === 0 || (await hasData(options.cloudwatch, sample, MetricName, lastHour)))
        continue;
      await backfill({ Namespace, MetricData: data });
    }
  }
}

/** As the console does, because ListMetrics omits metrics that were idle for two weeks. */
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
  cloudwatch: CloudWatchClient,
  sample: Sample,
  MetricName: string,
  lastHour: number,
): Promise<boolean> {
  const Metric = { Namespace, MetricName, Dimensions: dimensionsOf(sample) };
  const command = new GetMetricDataCommand({
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 86_400, Stat: "Sum" } }],
    StartTime: new Date(lastHour - (days + 1) * dayMs),
    EndTime: new Date(lastHour + hourMs),
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
function dataOf(sample: Sample, MetricName: string, tokens: number, lastHour: number) {
  const midnight = Math.floor(lastHour / dayMs) * dayMs;
  const first =
    sample.from === undefined ? midnight - (days - 1) * dayMs : lastHour - sample.from * dayMs;
  const end = lastHour - (sample.until ?? 0) * dayMs;
  const hours = Array.from(
    { length: (end - first) / hourMs },
    (_, index) => first + index * hourMs,
  );
  return hours.flatMap((at) => {
    const calls = callsAt(sample, at);
    if (calls === 0) return [];
    const spread = 0.75 + 0.5 * share(`${sample.agent} ${MetricName} ${at}`);
    const Value = Math.round(calls * tokens * spread);
    return [{ MetricName, Dimensions: dimensionsOf(sample), Timestamp: at / 1000, Value }];
  });
}

/** Most calls come by day (UTC), few at weekends. */
function callsAt({ agent, model = "", calls }: Sample, at: number): number {
  const time = new Date(at);
  const hour = time.getUTCHours();
  const hourlyShare = hour >= 7 && hour < 19 ? 0.075 : 0.0085;
  const isWeekend = time.getUTCDay() === 0 || time.getUTCDay() === 6;
  const expected = calls * hourlyShare * (isWeekend ? 0.35 : 1);
  return Math.floor(expected * 2 * share(`${agent} ${model} ${at}`) + 0.5);
}

/** A deterministic number in [0, 1) for a text (FNV-1a). */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
