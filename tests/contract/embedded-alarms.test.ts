import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let client: CloudWatchClient;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = new CloudWatchClient(connectionTo(endpoint));
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

function spend(Namespace: string, Value: number, agent?: string) {
  const Dimensions = agent ? [{ Name: "agent", Value: agent }] : [];
  const MetricData = [{ MetricName: "InputTokens", Dimensions, Value }];
  return client.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

const rules = {
  EvaluationPeriods: 24,
  DatapointsToAlarm: 1,
  Threshold: 100,
  ComparisonOperator: "GreaterThanThreshold" as const,
};

/** An alarm on a new namespace. */
function budget(more: Partial<PutMetricAlarmCommandInput> = {}) {
  const id = randomUUID();
  return {
    AlarmName: `budget-${id}`,
    Namespace: `AI-Agents-${id}`,
    MetricName: "InputTokens",
    Statistic: "Sum" as const,
    Period: 3600,
    ...rules,
    ...more,
  };
}

async function describeAlarm(name: string) {
  const command = new DescribeAlarmsCommand({ AlarmNames: [name] });
  return (await client.send(command)).MetricAlarms ?? [];
}

test("an alarm follows its metric and can be replaced and deleted", async () => {
  const input = budget({ AlarmDescription: "Too expensive", AlarmActions: ["arn:aws:sns:x"] });
  const { AlarmName, Namespace } = input;
  await client.send(new PutMetricAlarmCommand(input));
  expect(await describeAlarm(AlarmName)).toMatchObject([
    {
      ...input,
      AlarmArn: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${AlarmName}`,
      StateValue: "INSUFFICIENT_DATA",
      AlarmConfigurationUpdatedTimestamp: expect.any(Date),
    },
  ]);
  await spend(Namespace, 60);
  expect(await describeAlarm(AlarmName)).toMatchObject([{ StateValue: "OK" }]);
  // Breaching by itself, because the hour may change between the two steps.
  await spend(Namespace, 101);
  const StateReason = expect.stringContaining("greater than the threshold (100)");
  expect(await describeAlarm(AlarmName)).toMatchObject([{ StateValue: "ALARM", StateReason }]);
  await client.send(new PutMetricAlarmCommand({ ...input, Threshold: 1000 }));
  expect(await describeAlarm(AlarmName)).toMatchObject([{ StateValue: "OK", Threshold: 1000 }]);
  await client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
  expect(await describeAlarm(AlarmName)).toEqual([]);
  const again = client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
  await expect(again).rejects.toMatchObject({ name: "ResourceNotFound" });
});

test("an alarm on metric math follows the sum", async () => {
  const { AlarmName, Namespace } = budget();
  await spend(Namespace, 90, "one");
  await spend(Namespace, 90, "two");
  const parts = ["one", "two"].map((agent) => {
    const Dimensions = [{ Name: "agent", Value: agent }];
    const Metric = { Namespace, MetricName: "InputTokens", Dimensions };
    return { Id: agent, MetricStat: { Metric, Period: 86_400, Stat: "Sum" }, ReturnData: false };
  });
  const Metrics = [...parts, { Id: "cost", Expression: "(one + two) * 2", ReturnData: true }];
  const days = { ...rules, EvaluationPeriods: 2 };
  await client.send(new PutMetricAlarmCommand({ AlarmName, Metrics, ...days }));
  expect(await describeAlarm(AlarmName)).toMatchObject([{ StateValue: "ALARM", Metrics }]);
});

test("alarms are listed by prefix and state, in pages", async () => {
  const prefix = `page-${randomUUID()}`;
  const expected = [1, 2, 3].map((number) => `${prefix}-${number}`);
  for (const AlarmName of expected)
    await client.send(new PutMetricAlarmCommand(budget({ AlarmName })));
  const list = (more: object) =>
    client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: 2, ...more }));
  const first = await list({});
  const second = await list({ NextToken: first.NextToken });
  const names = [first, second].flatMap((page) => page.MetricAlarms?.map((a) => a.AlarmName));
  expect(names).toEqual(expected);
  expect((await list({ StateValue: "ALARM" })).MetricAlarms).toEqual([]);
});

test.each([
  [{ Period: 3600, EvaluationPeriods: 169 }, /7 days/],
  [{ Period: 300, EvaluationPeriods: 289 }, /a day/],
  [{ DatapointsToAlarm: 25 }, /DatapointsToAlarm/],
  [{ Threshold: undefined }, /Threshold/],
  [{ MetricName: undefined }, /either a MetricName or Metrics/],
])("an alarm with %o is rejected", async (more, message) => {
  const call = client.send(new PutMetricAlarmCommand(budget(more)));
  await expect(call).rejects.toThrow(message);
});
