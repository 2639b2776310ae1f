import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateStateMachineCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { RawItem } from "@/lib/aws/attributes";
import { PopulateError } from "./models";
import { type NamedMachine, sampleMachines } from "./sample-machines";
import sampleTools from "./sample-tools.json";
import { readSeedFile } from "./seed-file";

const region = "eu-west-1";
const roleArn = "arn:aws:iam::000000000000:role/agent-platform";

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
 * Writes the tools and state machines of the agents. Doesn't change existing ones.
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
