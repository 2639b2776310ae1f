import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
  paginateGetMetricData,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { cbor, dateToTag } from "@smithy/core/cbor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let dataDir: string;
let endpoint: EmbeddedAws;
let client: CloudWatchClient;

const connect = (to: EmbeddedAws) => new CloudWatchClient(connectionTo(to));

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = connect(endpoint);
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

/** A namespace unique to a test. */
const newNamespace = () => `AI-Agents-${randomUUID()}`;

/** The start of the hour, this many hours ago. */
const hoursAgo = (hours: number) => new Date((Math.floor(Date.now() / hour) - hours) * hour);

function put(Namespace: string, ...data: Partial<MetricDatum>[]) {
  const MetricData = data.map((datum) => ({ MetricName: "InputTokens", ...datum }));
  return client.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

const ofAgent = (Value: string) => ({ Dimensions: [{ Name: "agent", Value }] });

function query(Namespace: string, more: { Period?: number; Stat?: string; agent?: string } = {}) {
  const { Period = 3600, Stat = "Sum", agent } = more;
  const Dimensions = agent ? ofAgent(agent).Dimensions : [];
  const Metric = { Namespace, MetricName: "InputTokens", Dimensions };
  return { Id: "m1", MetricStat: { Metric, Period, Stat } };
}

function getData(
  queries: GetMetricDataCommandInput["MetricDataQueries"],
  more: Partial<GetMetricDataCommandInput> = {},
) {
  return client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: hoursAgo(12),
      EndTime: new Date(Date.now() + minute),
      ScanBy: "TimestampAscending",
      ...more,
    }),
  );
}

describe("metric data", () => {
  test("each statistic aggregates a period's data", async () => {
    const namespace = newNamespace();
    const at = hoursAgo(3);
    const StatisticValues = { SampleCount: 4, Sum: 40, Minimum: 1, Maximum: 20 };
    await put(
      namespace,
      { Timestamp: at, Value: 100 },
      { Timestamp: new Date(at.getTime() + 20 * minute), Values: [10, 30], Counts: [2, 1] },
      { Timestamp: hoursAgo(2), StatisticValues },
    );
    const statistics = ["Sum", "Average", "Minimum", "Maximum", "SampleCount"];
    const queries = statistics.map((Stat, index) => ({
      ...query(namespace, { Stat }),
      Id: `m${index}`,
    }));
    const { MetricDataResults = [] } = await getData(queries);
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([
      [150, 40],
      [150 / 4, 10],
      [10, 1],
      [100, 20],
      [4, 4],
    ]);
    expect(MetricDataResults[0]).toMatchObject({
      Label: "InputTokens",
      StatusCode: "Complete",
      Timestamps: [at, hoursAgo(2)],
    });
  });

  test("data are newest first by default, and EndTime is exclusive", async () => {
    const namespace = newNamespace();
    await put(namespace, ...[3, 2, 1].map((h) => ({ Timestamp: hoursAgo(h), Value: h })));
    const { MetricDataResults } = await getData([query(namespace)], {
      ScanBy: undefined,
      EndTime: hoursAgo(1),
    });
    expect(MetricDataResults?.[0]?.Values).toEqual([2, 3]);
  });

  test("dimensions identify a metric in any order", async () => {
    const namespace = newNamespace();
    const a = { Name: "agent", Value: "sql-agent" };
    const b = { Name: "model", Value: "gpt-4o" };
    await put(
      namespace,
      { Dimensions: [a, b], Value: 1 },
      { Dimensions: [b, a], Value: 2 },
      { Value: 9 },
    );
    const Metric = { Namespace: namespace, MetricName: "InputTokens", Dimensions: [b, a] };
    const { MetricDataResults } = await getData([
      { Id: "m1", MetricStat: { Metric, Period: 3600, Stat: "Sum" } },
    ]);
    expect(MetricDataResults?.[0]?.Values).toEqual([3]);
  });

  test("pages of data points add up, and all but the last are marked as partial", async () => {
    const namespace = newNamespace();
    const agents = ["one", "two"];
    const data = agents.flatMap((agent) =>
      [5, 4, 3, 2].map((h) => ({ ...ofAgent(agent), Timestamp: hoursAgo(h), Value: h })),
    );
    await put(namespace, ...data);
    const input = {
      MetricDataQueries: agents.map((agent) => ({ ...query(namespace, { agent }), Id: agent })),
      StartTime: hoursAgo(12),
      EndTime: new Date(),
      MaxDatapoints: 3,
    };
    const values = new Map<string, number[]>();
    const states: unknown[] = [];
    for await (const page of paginateGetMetricData({ client }, input)) {
      states.push(page.MetricDataResults?.map(({ StatusCode }) => StatusCode));
      for (const { Id = "", Values = [] } of page.MetricDataResults ?? [])
        values.set(Id, [...(values.get(Id) ?? []), ...Values]);
    }
    expect(Object.fromEntries(values)).toEqual({ one: [2, 3, 4, 5], two: [2, 3, 4, 5] });
    expect(states).toEqual([
      ["PartialData", "PartialData"],
      ["Complete", "PartialData"],
      ["Complete", "Complete"],
    ]);
    const other = { ...input, NextToken: "made-up.3" };
    await expect(client.send(new GetMetricDataCommand(other))).rejects.toMatchObject({
      name: "InvalidNextToken",
    });
  });

  test("metric math combines series and rejects unknown expressions", async () => {
    const namespace = newNamespace();
    await put(
      namespace,
      { ...ofAgent("one"), Timestamp: hoursAgo(2), Value: 10 },
      { ...ofAgent("one"), Timestamp: hoursAgo(1), Value: 20 },
      { ...ofAgent("two"), Timestamp: hoursAgo(1), Value: 5 },
    );
    const parts = ["one", "two"].map((agent) => ({
      ...query(namespace, { agent }),
      Id: agent,
      ReturnData: false,
    }));
    const values = async (Expression: string) => {
      const { MetricDataResults } = await getData([...parts, { Id: "e1", Expression }]);
      return MetricDataResults?.map(({ Values }) => Values);
    };
    expect(await values("SUM(METRICS())")).toEqual([[10, 25]]);
    expect(await values("(one * 3 + two * 15) / 2")).toEqual([[67.5]]);
    expect(await values("one - FILL(two, 0)")).toEqual([[10, 15]]);
    await expect(values("ANOMALY_DETECTION_BAND(one)")).rejects.toThrow(/not known to the local/);
  });

  test("data survive a restart, and compressed bodies are accepted", async () => {
    const namespace = newNamespace();
    const agents = Array.from({ length: 900 }, (_, index) => ofAgent(`agent-${index}`));
    await put(namespace, ...agents.map((of) => ({ ...of, Timestamp: hoursAgo(1), Value: 2 })));
    client.destroy();
    await endpoint.stop();
    endpoint = await startEmbeddedAws({ port: 0, dataDir });
    client = connect(endpoint);
    await put(namespace, { ...ofAgent("agent-7"), Timestamp: hoursAgo(1), Value: 3 });
    const { MetricDataResults } = await getData([query(namespace, { agent: "agent-7" })]);
    expect(MetricDataResults?.[0]?.Values).toEqual([5]);
    const pages: number[] = [];
    for await (const page of paginateListMetrics({ client }, { Namespace: namespace }))
      pages.push(page.Metrics?.length ?? 0);
    expect(pages).toEqual([500, 400]);
  });
});

describe("two weeks", () => {
  test.each([
    ["before", -14 * day - hour, /no more than two weeks in the past/],
    ["after", 2 * hour + 5 * minute, /within two hours of the current time/],
  ])("data from long %s now are rejected with their entire request", async (_, offset, message) => {
    const namespace = newNamespace();
    const Timestamp = new Date(Date.now() + offset);
    const call = put(namespace, { Value: 1 }, { Value: 1, Timestamp });
    await expect(call).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringMatching(message),
    });
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: namespace }));
    expect(Metrics).toEqual([]);
  });

  test("a metric without data for two weeks is not listed, but its data can be read", async () => {
    const namespace = newNamespace();
    const old = Math.floor((Date.now() - 20 * day) / hour) * hour;
    const MetricData = ["idle", "busy"].map((agent) => ({
      MetricName: "InputTokens",
      ...ofAgent(agent),
      Timestamp: old / 1000,
      Value: 7,
    }));
    await endpoint.backfillMetrics({ Namespace: namespace, MetricData });
    await put(namespace, { ...ofAgent("busy"), Value: 1 });
    const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: namespace }));
    expect(Metrics.map(({ Dimensions }) => Dimensions?.[0]?.Value)).toEqual(["busy"]);
    const StartTime = new Date(Math.floor((Date.now() - 30 * day) / hour) * hour);
    const hourly = await getData([query(namespace, { agent: "idle" })], { StartTime });
    expect(hourly.MetricDataResults?.[0]).toMatchObject({
      Values: [7],
      Timestamps: [new Date(old)],
    });
    // CloudWatch deletes single minutes after 15 days.
    const fine = await getData([query(namespace, { agent: "idle", Period: 60 })], { StartTime });
    expect(fine.MetricDataResults?.[0]?.Values).toEqual([]);
  });

  test("metrics are filtered by name, dimension and recent activity", async () => {
    const namespace = newNamespace();
    await put(
      namespace,
      { ...ofAgent("one"), Value: 1, Timestamp: new Date(Date.now() - 5 * hour) },
      { ...ofAgent("two"), Value: 1 },
      { MetricName: "OutputTokens", ...ofAgent("two"), Value: 1 },
    );
    const count = async (filter: object) => {
      const command = new ListMetricsCommand({ Namespace: namespace, ...filter });
      return (await client.send(command)).Metrics?.length;
    };
    expect(await count({ Dimensions: [{ Name: "agent", Value: "two" }] })).toBe(2);
    expect(await count({ Dimensions: [{ Name: "agent" }], MetricName: "InputTokens" })).toBe(2);
    expect(await count({ RecentlyActive: "PT3H" })).toBe(2);
    expect(await count({ Dimensions: [{ Name: "model" }] })).toBe(0);
  });
});

describe("the AWS CLI's other protocols", () => {
  const at = new Date(Date.now() - minute);

  test("CBOR requests get CBOR replies with tagged times and named errors", async () => {
    const namespace = newNamespace();
    const call = async (operation: string, body: unknown) => {
      const path = `/service/GraniteServiceVersion20100801/operation/${operation}`;
      const response = await fetch(endpoint.url + path, {
        method: "POST",
        headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
        body: new Uint8Array(cbor.serialize(body)),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, body: cbor.deserialize(bytes) };
    };
    const datum = { MetricName: "InputTokens", Timestamp: dateToTag(at), Value: 1.5 };
    const stored = await call("PutMetricData", { Namespace: namespace, MetricData: [datum] });
    expect(stored).toEqual({ status: 200, body: {} });
    const listed = await call("ListMetrics", { Namespace: namespace });
    expect(listed.body).toEqual({
      Metrics: [{ Namespace: namespace, MetricName: "InputTokens", Dimensions: [] }],
    });
    const period = 60_000;
    const start = Math.floor(at.getTime() / period) * period;
    const read = await call("GetMetricData", {
      MetricDataQueries: [query(namespace, { Period: period / 1000 })],
      StartTime: dateToTag(new Date(start)),
      EndTime: dateToTag(new Date(start + period)),
    });
    expect(read.body.MetricDataResults).toMatchObject([
      { Values: [1.5], Timestamps: [{ tag: 1, value: start / 1000 }] },
    ]);
    const refused = await call("ListMetrics", { Namespace: ":" });
    expect(refused).toMatchObject({
      status: 400,
      body: { __type: "InvalidParameterValueException" },
    });
  });

  test("form requests get XML replies", async () => {
    const namespace = newNamespace();
    const call = async (form: Record<string, string>) => {
      const body = new URLSearchParams({ Version: "2010-08-01", ...form });
      const response = await fetch(endpoint.url, { method: "POST", body });
      return `${response.status} ${await response.text()}`;
    };
    const datum = "MetricData.member.1";
    await call({
      Action: "PutMetricData",
      Namespace: namespace,
      [`${datum}.MetricName`]: "Input<Tokens>",
      [`${datum}.Timestamp`]: at.toISOString(),
      [`${datum}.Value`]: "2.5",
      [`${datum}.Dimensions.member.1.Name`]: "agent",
      [`${datum}.Dimensions.member.1.Value`]: "7",
    });
    const listed = await call({ Action: "ListMetrics", Namespace: namespace });
    expect(listed).toMatch(/^200 <ListMetricsResponse/);
    expect(listed).toContain("<MetricName>Input&#60;Tokens&#62;</MetricName>");
    expect(listed).toContain("<member><Name>agent</Name><Value>7</Value></member>");
    expect(await call({ Action: "ListMetrics", Namespace: ":" })).toMatch(
      /^400 <ErrorResponse.*<Code>InvalidParameterValue<\/Code>/,
    );
  });
});
