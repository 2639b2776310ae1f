import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { requireLoopback } from "./launched";

/** Another program with its own AWS client: a deploy, a script, somebody in the AWS console. */
function otherProgram(): DynamoDBClient {
  const endpoint = process.env.STACK_AWS_URL;
  if (!endpoint) throw new Error("STACK_AWS_URL is not set: the browser tests start their stack.");
  requireLoopback("STACK_AWS_URL", endpoint);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
}

/** A deploy puts a unified agent of the test's own on a model. */
export async function deployedAgent(model: { pk: string; model_id: string }) {
  const agent_name = `agent-${randomUUID().slice(0, 8)}`;
  const TableName = "AgentRegistry-prod";
  const Key = { agent_name: { S: agent_name }, version: { S: "v1.0" } };
  const provider = model.pk.slice(0, model.pk.indexOf("#"));
  const Item: Record<string, AttributeValue> = {
    ...Key,
    status: { S: "active" },
    llm_provider: { S: provider },
    llm_model: { S: model.model_id },
    system_prompt: { S: "Answer in one line." },
    metadata: { S: JSON.stringify({ llm_type: "unified-rust" }) },
  };
  await otherProgram().send(new PutItemCommand({ TableName, Item }));
  return {
    agent_name,
    entity: `agent:${agent_name}/v1.0`,
    page: `/agents/${agent_name}/v1.0`,
    api: `/api/agents/${agent_name}/v1.0`,
    /** Somebody who knows nothing of the console writes one attribute of the row. */
    set: (name: string, value: string) =>
      otherProgram().send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET #name = :value",
          ExpressionAttributeNames: { "#name": name },
          ExpressionAttributeValues: { ":value": { S: value } },
        }),
      ),
  };
}
