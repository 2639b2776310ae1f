import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStateMachineCommand,
  ListStateMachinesCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { RawItem } from "@/lib/aws/attributes";
import { PopulateError } from "./models";
import { type NamedMachine, sampleMachines } from "./sample-machines";
import sampleRuns from "./sample-runs.json";
import sampleTools from "./sample-tools.json";
import { readSeedFile } from "./seed-file";

const region = "eu-west-1";
const roleArn = "arn:aws:iam::000000000000:role/agent-platform";
const hourMs = 3_600_000;

type RuntimeSeed = {
  dynamodb: DynamoDBClient;
  sfn: SFNClient;
  environment: string;
  tables: { agents: string; models: string; tools: string };
  secretId: string;
  /** `default`, `none`, or the path of a file with rows. */
  seed: string;
};

/**
 * Writes the tools and state machines that the agents run on. Changes nothing that exists.
 * @throws PopulateError if the file is unusable
 */
export async function seedRuntime(options: RuntimeSeed): Promise<void> {
  const { dynamodb, sfn, tables, seed } = options;
  if (seed === "none") return;
  const { tools, machines } = seed === "default" ? sampleRuntime(options) : await fileRuntime(seed);
  await Promise.all(tools.map((tool) => putMissing(dynamodb, tables.tools, tool)));
  await Promise.all(machines.map((machine) => createMachine(sfn, machine)));
}

type Runtime = { tools: RawItem[]; machines: NamedMachine[] };

function sampleRuntime({ environment, tables, secretId }: RuntimeSeed): Runtime {
  return {
    tools: sampleTools.map((tool) => marshall(tool)),
    machines: sampleMachines({ environment, tables, secretId, region }),
  };
}

async function fileRuntime(path: string): Promise<Runtime> {
  const { tools, machines } = await readSeedFile(path);
  return { tools, machines };
}

async function putMissing(dynamodb: DynamoDBClient, TableName: string, Item: RawItem) {
  const ConditionExpression = "attribute_not_exists(tool_name)";
  try {
    await dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function createMachine(sfn: SFNClient, { name, definition }: NamedMachine): Promise<void> {
  try {
    await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "StateMachineAlreadyExists") return;
    throw new PopulateError(`The state machine "${name}" can't be created: ${error.message}`, {
      cause: error,
    });
  }
}

/** Runs an execution of the stand-in that started `ageMs` ago to its end. */
export type RunInPast = (request: Record<string, unknown>, ageMs: number) => Promise<void>;

/** Runs the sample agents over the last days, all at once. Runs that exist are left as they are. */
export async function runSampleAgents(sfn: SFNClient, runInPast: RunInPast): Promise<void> {
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000 }));
  const arns = new Map(stateMachines.map(({ name, stateMachineArn }) => [name, stateMachineArn]));
  await Promise.all(
    sampleRuns.map(async ({ agent, hours_ago, message }) => {
      const stateMachineArn = [...arns].find(([name]) => name?.startsWith(`${agent}-`))?.[1];
      const input = JSON.stringify({ messages: [{ role: "user", content: message }] });
      const request = { stateMachineArn, name: `sample-${hours_ago}`, input };
      await runInPast(request, hours_ago * hourMs).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === "ExecutionAlreadyExists")) throw error;
      });
    }),
  );
}
