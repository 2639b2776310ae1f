import "server-only";
import { randomUUID } from "node:crypto";
import { ListFoundationModelsCommand, ListInferenceProfilesCommand } from "@aws-sdk/client-bedrock";
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import {
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
} from "@aws-sdk/client-sfn";
import { PublishCommand } from "@aws-sdk/client-sns";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import {
  bedrockControlPlane,
  cloudwatch,
  dynamodb,
  notifications,
  secretsManager,
  stepFunctions,
} from "@/lib/aws/clients";
import { env } from "@/lib/env";
import { topicRegion } from "./rules/notification-text";

/** The target on which an action is tested. */
export type ProbeTarget = {
  /** The name of the table, secret or state machine, or the prefix of the alarms' names. */
  name: string;
  indexName?: string;
  /** A key that no row of the table has, partition key first; empty for other targets. */
  key: RawItem;
};

/** Resolves to false if the call is known to have changed nothing. */
type Call = (target: ProbeTarget, signal: AbortSignal) => Promise<unknown>;

/**
 * Names that only probes use, so that anything a lenient endpoint stores can be found and removed.
 */
export const probeNames = {
  stage: "SWITCHBOARD_PROBE",
  metric: "PermissionProbe",
  alarm: (prefix: string) => `${prefix}permission-probe`,
};

/** A condition that never holds: AWS checks the permission first, then the condition. */
function impossibleCondition({ key }: ProbeTarget) {
  return {
    ConditionExpression: "attribute_exists(#k) AND attribute_not_exists(#k)",
    ExpressionAttributeNames: { "#k": Object.keys(key)[0] ?? "" },
  };
}

const tables: Record<string, Call> = {
  "dynamodb:DescribeTable": ({ name: TableName }, abortSignal) =>
    dynamodb().send(new DescribeTableCommand({ TableName }), { abortSignal }),
  "dynamodb:Scan": ({ name: TableName }, abortSignal) =>
    dynamodb().send(new ScanCommand({ TableName, Limit: 1 }), { abortSignal }),
  "dynamodb:Query": ({ name: TableName, indexName: IndexName, key }, abortSignal) => {
    const question = {
      KeyConditionExpression: "#k = :none",
      ExpressionAttributeNames: { "#k": Object.keys(key)[0] ?? "" },
      ExpressionAttributeValues: { ":none": stringAttribute("none") },
    };
    const command = new QueryCommand({ TableName, IndexName, Limit: 1, ...question });
    return dynamodb().send(command, { abortSignal });
  },
  "dynamodb:GetItem": ({ name: TableName, key: Key }, abortSignal) =>
    dynamodb().send(new GetItemCommand({ TableName, Key }), { abortSignal }),
  "dynamodb:PutItem": (target, abortSignal) => {
    const put = { TableName: target.name, Item: target.key, ...impossibleCondition(target) };
    return dynamodb().send(new PutItemCommand(put), { abortSignal });
  },
  "dynamodb:UpdateItem": (target, abortSignal) => {
    const change = {
      Key: target.key,
      UpdateExpression: "REMOVE nothing",
      ...impossibleCondition(target),
    };
    const command = new UpdateItemCommand({ TableName: target.name, ...change });
    return dynamodb().send(command, { abortSignal });
  },
  "dynamodb:DeleteItem": (target, abortSignal) => {
    const row = { TableName: target.name, Key: target.key, ...impossibleCondition(target) };
    return dynamodb().send(new DeleteItemCommand(row), { abortSignal });
  },
  "dynamodb:ConditionCheckItem": (target, abortSignal) => {
    const ConditionCheck = {
      TableName: target.name,
      Key: target.key,
      ...impossibleCondition(target),
    };
    const command = new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck }] });
    return dynamodb().send(command, { abortSignal });
  },
  // BatchWriteItem takes no condition, so the probe deletes a row that doesn't exist.
  "dynamodb:BatchWriteItem": ({ name, key: Key }, abortSignal) => {
    const RequestItems = { [name]: [{ DeleteRequest: { Key } }] };
    return dynamodb().send(new BatchWriteItemCommand({ RequestItems }), { abortSignal });
  },
};

const secrets: Record<string, Call> = {
  "secretsmanager:GetSecretValue": ({ name: SecretId }, abortSignal) =>
    secretsManager().send(new GetSecretValueCommand({ SecretId }), { abortSignal }),
  "secretsmanager:DescribeSecret": ({ name: SecretId }, abortSignal) =>
    secretsManager().send(new DescribeSecretCommand({ SecretId }), { abortSignal }),
  "secretsmanager:PutSecretValue": ({ name }, signal) => putCurrentValueAgain(name, signal),
  "secretsmanager:UpdateSecretVersionStage": ({ name: SecretId }, abortSignal) => {
    const [VersionStage, nowhere] = [probeNames.stage, randomUUID()];
    const move = { VersionStage, MoveToVersionId: nowhere, RemoveFromVersionId: nowhere };
    const command = new UpdateSecretVersionStageCommand({ SecretId, ...move });
    return secretsManager().send(command, { abortSignal });
  },
};

/**
 * Sends the current version's own value under that version's token, which AWS ignores as a
 * repetition. Any other value would destroy the secret on an endpoint that doesn't compare tokens.
 */
async function putCurrentValueAgain(SecretId: string, abortSignal: AbortSignal): Promise<void> {
  const current = await secretsManager().send(new GetSecretValueCommand({ SecretId }), {
    abortSignal,
  });
  const { VersionId: ClientRequestToken, SecretString, SecretBinary } = current;
  const put = { SecretId, ClientRequestToken, SecretString, SecretBinary };
  const VersionStages = [probeNames.stage];
  await secretsManager().send(new PutSecretValueCommand({ ...put, VersionStages }), {
    abortSignal,
  });
}

const tokens = { Namespace: "AI-Agents", MetricName: "InputTokens" };

/**
 * A metric and an alarm that CloudWatch rejects from any caller: too old, and with too long a
 * period.
 */
const timestampBeforeRetention = new Date(0);
const tooLong = { Period: 86_400, EvaluationPeriods: 8 };

const metrics: Record<string, Call> = {
  "cloudwatch:ListMetrics": (_, abortSignal) =>
    cloudwatch().send(new ListMetricsCommand(tokens), { abortSignal }),
  "cloudwatch:GetMetricData": (_, abortSignal) => {
    const [EndTime, StartTime] = [new Date(), new Date(Date.now() - 60_000)];
    const query = { Id: "probe", MetricStat: { Metric: tokens, Period: 60, Stat: "Sum" } };
    const request = { MetricDataQueries: [query], StartTime, EndTime };
    return cloudwatch().send(new GetMetricDataCommand(request), { abortSignal });
  },
  "cloudwatch:PutMetricData": ({ name: Namespace }, abortSignal) => {
    const MetricData = [
      { MetricName: probeNames.metric, Value: 0, Timestamp: timestampBeforeRetention },
    ];
    return cloudwatch().send(new PutMetricDataCommand({ Namespace, MetricData }), { abortSignal });
  },
  "cloudwatch:PutMetricAlarm": ({ name }, abortSignal) => {
    const alarm = {
      AlarmName: probeNames.alarm(name),
      ActionsEnabled: false,
      Namespace: tokens.Namespace,
      MetricName: tokens.MetricName,
      Statistic: "Sum" as const,
      ComparisonOperator: "GreaterThanThreshold" as const,
      Threshold: 0,
      ...tooLong,
    };
    return cloudwatch().send(new PutMetricAlarmCommand(alarm), { abortSignal });
  },
  "cloudwatch:DescribeAlarms": ({ name: AlarmNamePrefix }, abortSignal) =>
    cloudwatch().send(new DescribeAlarmsCommand({ AlarmNamePrefix, MaxRecords: 1 }), {
      abortSignal,
    }),
  // No alarm has this name.
  "cloudwatch:DeleteAlarms": ({ name }, abortSignal) =>
    cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: [probeNames.alarm(name)] }), {
      abortSignal,
    }),
};

const machines: Record<string, Call> = {
  "states:DescribeStateMachine": ({ name: stateMachineArn }, abortSignal) =>
    stepFunctions(env().AWS_REGION).send(new DescribeStateMachineCommand({ stateMachineArn }), {
      abortSignal,
    }),
  "states:DescribeStateMachineAlias": ({ name: stateMachineAliasArn }, abortSignal) =>
    stepFunctions(env().AWS_REGION).send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn }),
      { abortSignal },
    ),
};

const executions: Record<string, Call> = {
  "states:ListExecutions": ({ name: stateMachineArn }, abortSignal) =>
    stepFunctions(env().AWS_REGION).send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }),
      { abortSignal },
    ),
  "states:DescribeExecution": ({ name: executionArn }, abortSignal) =>
    stepFunctions(env().AWS_REGION).send(new DescribeExecutionCommand({ executionArn }), {
      abortSignal,
    }),
  "states:GetExecutionHistory": ({ name: executionArn }, abortSignal) =>
    stepFunctions(env().AWS_REGION).send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }),
      { abortSignal },
    ),
};

/** SNS rejects an empty message from any caller. */
const topics: Record<string, Call> = {
  "sns:Publish": ({ name: TopicArn }, abortSignal) =>
    notifications(topicRegion(TopicArn)).send(new PublishCommand({ TopicArn, Message: "" }), {
      abortSignal,
    }),
};

const bedrock: Record<string, Call> = {
  "bedrock:ListInferenceProfiles": (_, abortSignal) =>
    controlPlane().send(new ListInferenceProfilesCommand({ maxResults: 1 }), { abortSignal }),
  "bedrock:ListFoundationModels": (_, abortSignal) =>
    controlPlane().send(new ListFoundationModelsCommand({}), { abortSignal }),
};

const controlPlane = () => bedrockControlPlane(env().BEDROCK_REGION);

/**
 * For each action, a call that changes nothing and that AWS denies without the permission. It is
 * unverified whether CloudWatch checks the permission before the parameters; if it doesn't, a
 * missing permission goes unnoticed.
 */
export const probeCalls: Record<string, Call> = {
  ...tables,
  ...secrets,
  ...metrics,
  ...machines,
  ...executions,
  ...topics,
  ...bedrock,
};
