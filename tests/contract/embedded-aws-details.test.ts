import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  CreateSecretCommand,
  GetRandomPasswordCommand,
  type GetRandomPasswordCommandInput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

const minute = 60_000;
const hour = 60 * minute;

let dataDir: string;
let endpoint: EmbeddedAws;
let cloudwatch: CloudWatchClient;
let dynamodb: DynamoDBClient;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  cloudwatch = new CloudWatchClient(connectionTo(endpoint));
  dynamodb = new DynamoDBClient(connectionTo(endpoint));
  secrets = new SecretsManagerClient(connectionTo(endpoint));
});

afterAll(async () => {
  for (const client of [cloudwatch, dynamodb, secrets]) client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

const hoursAgo = (hours: number) => new Date((Math.floor(Date.now() / hour) - hours) * hour);

function putMetric(Namespace: string, ...data: object[]) {
  const MetricData = data.map((datum) => ({ MetricName: "Latency", ...datum }));
  return cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

describe("GetMetricStatistics", () => {
  const statistics = (Namespace: string, more: Partial<GetMetricStatisticsCommandInput> = {}) =>
    cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName: "Latency",
        StartTime: hoursAgo(3),
        EndTime: hoursAgo(0),
        Period: 3600,
        ...more,
      }),
    );

  test("has the requested statistics of each period with data", async () => {
    const namespace = `N-${randomUUID()}`;
    await putMetric(
      namespace,
      { Timestamp: hoursAgo(2), Values: [1, 3], Counts: [3, 1] },
      { Timestamp: hoursAgo(1), Value: 8 },
    );
    const { Label, Datapoints = [] } = await statistics(namespace, {
      Statistics: ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
    });
    expect(Label).toBe("Latency");
    const byTime = Datapoints.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
    expect(byTime).toEqual([
      {
        Timestamp: hoursAgo(2),
        Sum: 6,
        Average: 1.5,
        Minimum: 1,
        Maximum: 3,
        SampleCount: 4,
        Unit: "None",
      },
      {
        Timestamp: hoursAgo(1),
        Sum: 8,
        Average: 8,
        Minimum: 8,
        Maximum: 8,
        SampleCount: 1,
        Unit: "None",
      },
    ]);
  });

  test("has percentiles, which GetMetricData has too", async () => {
    const namespace = `N-${randomUUID()}`;
    const Values = Array.from({ length: 100 }, (_, index) => index + 1);
    await putMetric(namespace, { Timestamp: hoursAgo(2), Values });
    const { Datapoints } = await statistics(namespace, {
      ExtendedStatistics: ["p0", "p50", "p99.5", "p100"],
    });
    expect(Datapoints?.[0]?.ExtendedStatistics).toEqual({
      p0: 1,
      p50: 50,
      "p99.5": 100,
      p100: 100,
    });
    const MetricStat = {
      Metric: { Namespace: namespace, MetricName: "Latency" },
      Period: 3600,
      Stat: "p90",
    };
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: "m1", MetricStat }],
        StartTime: hoursAgo(3),
        EndTime: hoursAgo(0),
      }),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([90]);
  });

  test("has no percentiles of statistic sets, nor of negative values", async () => {
    const namespace = `N-${randomUUID()}`;
    const StatisticValues = { SampleCount: 4, Sum: 40, Minimum: 1, Maximum: 20 };
    await putMetric(
      namespace,
      { Timestamp: hoursAgo(2), StatisticValues },
      { Timestamp: hoursAgo(1), Values: [-1, 2] },
    );
    const { Datapoints } = await statistics(namespace, { ExtendedStatistics: ["p50"] });
    expect(Datapoints).toEqual([]);
  });

  test.each<[Partial<GetMetricStatisticsCommandInput>, string, RegExp]>([
    [{}, "InvalidParameterCombination", /Statistics/],
    [
      { Statistics: ["Sum"], ExtendedStatistics: ["p50"] },
      "InvalidParameterCombination",
      /Statistics/,
    ],
    [
      { Statistics: ["Sum"], Period: 60, StartTime: hoursAgo(48) },
      "InvalidParameterCombination",
      /^You have requested up to 2,880 datapoints, which exceeds the limit of 1,440\./,
    ],
    [
      { Statistics: ["Sum"], StartTime: hoursAgo(0) },
      "InvalidParameterValue",
      /^The parameter StartTime must not equal parameter EndTime\.$/,
    ],
    [
      { Statistics: ["Sum"], StartTime: hoursAgo(-1) },
      "InvalidParameterValue",
      /^The parameter StartTime must be less than the parameter EndTime\.$/,
    ],
    [{ Statistics: ["Sum"], Period: 61 }, "InvalidParameterValue", /Period/],
    [
      { Statistics: ["p50"] as never },
      "InvalidParameterValue",
      /^The parameter Statistics\.member\.1 must be a value in the set \[/,
    ],
    [{ ExtendedStatistics: ["p101"] }, "InvalidParameterValue", /p101/],
    [{ ExtendedStatistics: ["tm90"] }, "InvalidParameterValue", /tm90/],
    [
      { Statistics: ["Sum"], MetricName: undefined },
      "MissingParameter",
      /^The parameter MetricName is required\.$/,
    ],
  ])("refuses %o with AWS's code", async (input, Code, message) => {
    await expect(statistics("N", input)).rejects.toMatchObject({
      Error: { Code, Type: "Sender" },
      message: expect.stringMatching(message),
    });
  });
});

describe("error codes of CloudWatch", () => {
  test("are the query protocol's in XML", async () => {
    const body = new URLSearchParams({
      Action: "ListMetrics",
      Version: "2010-08-01",
      Namespace: ":",
    });
    const response = await fetch(endpoint.url, { method: "POST", body });
    expect(await response.text()).toContain("<Code>InvalidParameterValue</Code>");
  });

  test("are in a header of the other protocols", async () => {
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: { "x-amz-target": "GraniteServiceVersion20100801.ListMetrics" },
      body: JSON.stringify({ Namespace: ":" }),
    });
    expect(response.headers.get("x-amzn-query-error")).toBe("InvalidParameterValue;Sender");
    expect(await response.json()).toMatchObject({ __type: "InvalidParameterValueException" });
  });
});

describe("alarms", () => {
  function alarm(more: Partial<PutMetricAlarmCommandInput> = {}) {
    const id = randomUUID();
    return {
      AlarmName: `slow-${id}`,
      Namespace: `N-${id}`,
      MetricName: "Latency",
      Statistic: "Maximum" as const,
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: "GreaterThanThreshold" as const,
      ...more,
    };
  }
  const putAlarm = (input: PutMetricAlarmCommandInput) =>
    cloudwatch.send(new PutMetricAlarmCommand(input));
  async function stateOf(AlarmName: string, client = cloudwatch) {
    const command = new DescribeAlarmsCommand({ AlarmNames: [AlarmName] });
    return (await client.send(command)).MetricAlarms?.[0];
  }

  test("on percentiles are evaluated", async () => {
    const input = alarm({ Statistic: undefined, ExtendedStatistic: "p90", Period: 3600 });
    await putAlarm(input);
    await putMetric(input.Namespace, { Values: [1, 2, 50], Counts: [5, 4, 1] });
    expect(await stateOf(input.AlarmName)).toMatchObject({
      StateValue: "OK",
      ExtendedStatistic: "p90",
    });
    await putMetric(input.Namespace, { Values: [50], Counts: [5] });
    expect((await stateOf(input.AlarmName))?.StateValue).toBe("ALARM");
  });

  test("with a wrong percentile are refused", async () => {
    const input = alarm({ Statistic: undefined, ExtendedStatistic: "p100.1" });
    await expect(putAlarm(input)).rejects.toThrow(/ExtendedStatistic/);
    await expect(putAlarm(alarm({ ExtendedStatistic: "p50" }))).rejects.toThrow(
      /Statistic.*ExtendedStatistic/,
    );
  });

  test("of a metric are found by its dimensions", async () => {
    const Dimensions = [{ Name: "agent", Value: "sql" }];
    const input = alarm({ Dimensions });
    await putAlarm(input);
    await putAlarm({ ...input, AlarmName: `${input.AlarmName}-all`, Dimensions: [] });
    const find = async (more: object) => {
      const { Namespace, MetricName } = input;
      const command = new DescribeAlarmsForMetricCommand({ Namespace, MetricName, ...more });
      const { MetricAlarms } = await cloudwatch.send(command);
      return MetricAlarms?.map(({ AlarmName }) => AlarmName);
    };
    expect(await find({ Dimensions })).toEqual([input.AlarmName]);
    expect(await find({})).toEqual([`${input.AlarmName}-all`]);
    expect(await find({ Dimensions, Statistic: "Sum" })).toEqual([]);
    expect(await find({ Dimensions, Statistic: "Maximum", Period: 60 })).toEqual([input.AlarmName]);
    expect(await find({ Dimensions, Period: 300 })).toEqual([]);
  });

  test("can be set to a state, with a reason", async () => {
    const input = alarm();
    await putAlarm(input);
    const set = (more: object) =>
      cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName: input.AlarmName,
          StateValue: "ALARM",
          StateReason: "a drill",
          ...more,
        }),
      );
    await set({ StateReasonData: '{"by":"test"}' });
    expect(await stateOf(input.AlarmName)).toMatchObject({
      StateValue: "ALARM",
      StateReason: "a drill",
      StateReasonData: '{"by":"test"}',
    });
    await expect(set({ AlarmName: "none" })).rejects.toMatchObject({ name: "ResourceNotFound" });
    await expect(set({ StateReasonData: "no json" })).rejects.toMatchObject({
      Error: { Code: "InvalidFormat" },
    });
  });

  test("that ignore missing data keep their state, also after a restart", async () => {
    const ignoring = alarm({ TreatMissingData: "ignore" });
    const missing = {
      ...ignoring,
      AlarmName: `${ignoring.AlarmName}-2`,
      TreatMissingData: "missing",
    };
    await putAlarm(ignoring);
    await putAlarm(missing);
    await putMetric(ignoring.Namespace, { Value: 11 });
    const names = [ignoring.AlarmName, missing.AlarmName];
    // The endpoint runs in this process, on this clock.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * minute });
    expect(await Promise.all(names.map(async (name) => (await stateOf(name))?.StateValue))).toEqual(
      ["ALARM", "INSUFFICIENT_DATA"],
    );
    vi.setSystemTime(Date.now() + 48 * hour);
    expect((await stateOf(ignoring.AlarmName))?.StateValue).toBe("ALARM");
    for (const client of [cloudwatch, dynamodb, secrets]) client.destroy();
    await endpoint.stop();
    endpoint = await startEmbeddedAws({ port: 0, dataDir });
    cloudwatch = new CloudWatchClient(connectionTo(endpoint));
    dynamodb = new DynamoDBClient(connectionTo(endpoint));
    secrets = new SecretsManagerClient(connectionTo(endpoint));
    expect((await stateOf(ignoring.AlarmName))?.StateValue).toBe("ALARM");
    vi.useRealTimers();
  });
});

describe("Secrets Manager", () => {
  const batch = (input: BatchGetSecretValueCommandInput) =>
    secrets.send(new BatchGetSecretValueCommand(input));

  test("reads several secrets at once, with an error for each that it can't read", async () => {
    const prefix = randomUUID();
    for (const name of ["a", "b"]) {
      const input = { Name: `${prefix}-${name}`, SecretString: `value-${name}` };
      await secrets.send(new CreateSecretCommand(input));
    }
    const SecretIdList = [`${prefix}-a`, `${prefix}-none`, `${prefix}-b`];
    const { SecretValues, Errors } = await batch({ SecretIdList });
    expect(SecretValues?.map(({ SecretString }) => SecretString)).toEqual(["value-a", "value-b"]);
    expect(Errors).toEqual([
      {
        SecretId: `${prefix}-none`,
        ErrorCode: "ResourceNotFoundException",
        Message: "Secrets Manager can't find the specified secret.",
      },
    ]);
    const Filters = [{ Key: "name" as const, Values: [prefix] }];
    const first = await batch({ Filters, MaxResults: 1 });
    const second = await batch({ Filters, MaxResults: 1, NextToken: first.NextToken });
    const found = [first, second].flatMap((page) => page.SecretValues ?? []);
    expect(found.map(({ Name }) => Name).toSorted()).toEqual([`${prefix}-a`, `${prefix}-b`]);
  });

  test.each<BatchGetSecretValueCommandInput>([
    {},
    { SecretIdList: ["a"], Filters: [{ Key: "name", Values: ["a"] }] },
    { SecretIdList: ["a"], MaxResults: 1 },
  ])("refuses the batch %o", async (input) => {
    await expect(batch(input)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  const password = async (input: GetRandomPasswordCommandInput) =>
    (await secrets.send(new GetRandomPasswordCommand(input))).RandomPassword ?? "";

  test("makes random passwords by AWS's rules", async () => {
    expect(await password({})).toMatch(/^[!-~]{32}$/);
    for (let run = 0; run < 20; run += 1) {
      const text = await password({ PasswordLength: 4 });
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(text).toMatch(kind);
    }
    const plain = { ExcludePunctuation: true, ExcludeUppercase: true, ExcludeNumbers: true };
    expect(await password({ ...plain, PasswordLength: 100, ExcludeCharacters: "abc" })).toMatch(
      /^[d-z]{100}$/,
    );
  });

  test.each<[GetRandomPasswordCommandInput, string]>([
    [{ PasswordLength: 3 }, "InvalidParameterException"],
    [{ PasswordLength: 0 }, "ValidationException"],
    [{ PasswordLength: 4097 }, "ValidationException"],
    [
      {
        ExcludePunctuation: true,
        ExcludeUppercase: true,
        ExcludeLowercase: true,
        ExcludeNumbers: true,
      },
      "InvalidParameterException",
    ],
  ])("refuses the password %o", async (input, name) => {
    await expect(password(input)).rejects.toMatchObject({ name });
  });
});

describe("DynamoDB", () => {
  async function makeTable() {
    const TableName = `t-${randomUUID()}`;
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    return TableName;
  }
  const update = (input: UpdateTableCommandInput) => dynamodb.send(new UpdateTableCommand(input));
  const describeTable = async (TableName: string) =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;

  test("a protected table can't be deleted until the protection is off", async () => {
    const TableName = await makeTable();
    expect((await describeTable(TableName))?.DeletionProtectionEnabled).toBe(false);
    const { TableDescription } = await update({ TableName, DeletionProtectionEnabled: true });
    expect(TableDescription?.DeletionProtectionEnabled).toBe(true);
    expect((await describeTable(TableName))?.DeletionProtectionEnabled).toBe(true);
    const remove = () => dynamodb.send(new DeleteTableCommand({ TableName }));
    await expect(remove()).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    });
    await update({ TableName, DeletionProtectionEnabled: false });
    await remove();
  });

  test("a table can be created with protection", async () => {
    const TableName = `t-${randomUUID()}`;
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    expect((await describeTable(TableName))?.DeletionProtectionEnabled).toBe(true);
    await expect(dynamodb.send(new DeleteTableCommand({ TableName }))).rejects.toThrow(/protected/);
  });

  const index = {
    IndexName: "by-color",
    KeySchema: [{ AttributeName: "color", KeyType: "HASH" as const }],
    Projection: { ProjectionType: "ALL" as const },
  };
  const AttributeDefinitions = [{ AttributeName: "color", AttributeType: "S" as const }];
  const createIndex = (TableName: string, more: Partial<UpdateTableCommandInput> = {}) =>
    update({
      TableName,
      AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
      ...more,
    });

  test("a new index has the items that were there, and the ones after", async () => {
    const TableName = await makeTable();
    const put = (pk: string, color?: string) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: pk }, ...(color && { color: { S: color } }) },
        }),
      );
    await put("1", "red");
    await put("2");
    await createIndex(TableName);
    await put("3", "red");
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: "by-color",
        KeyConditionExpression: "color = :c",
        ExpressionAttributeValues: { ":c": { S: "red" } },
      }),
    );
    expect(Items.map(({ pk }) => pk?.S).toSorted()).toEqual(["1", "3"]);
    expect((await describeTable(TableName))?.GlobalSecondaryIndexes).toMatchObject([
      {
        IndexName: "by-color",
        IndexStatus: "ACTIVE",
        IndexArn: expect.stringContaining("/index/"),
      },
    ]);
    await update({
      TableName,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-color" } }],
    });
    const after = await describeTable(TableName);
    expect(after?.GlobalSecondaryIndexes).toBeUndefined();
    expect(after?.AttributeDefinitions).toEqual([{ AttributeName: "pk", AttributeType: "S" }]);
  });

  test("an index that can't be made or deleted is refused", async () => {
    const TableName = await makeTable();
    const GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: "none" } }];
    await expect(update({ TableName, GlobalSecondaryIndexUpdates })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(createIndex(TableName, { AttributeDefinitions: [] })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("not defined in AttributeDefinitions"),
    });
    await createIndex(TableName);
    await expect(createIndex(TableName)).rejects.toMatchObject({ name: "ValidationException" });
    const two = ["a", "b"].map((name) => ({ Create: { ...index, IndexName: `by-${name}` } }));
    await expect(
      createIndex(TableName, { GlobalSecondaryIndexUpdates: two }),
    ).rejects.toMatchObject({ name: "LimitExceededException" });
    await expect(update({ TableName })).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("PartiQL is refused by name", async () => {
    const call = dynamodb.send(new ExecuteStatementCommand({ Statement: "SELECT * FROM x" }));
    await expect(call).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("PartiQL"),
    });
  });
});
