import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { requireLoopback } from "./launched";

/** The AWS client of another program, such as a deploy, a script or the AWS console. */
function externalClient(): DynamoDBClient {
  const endpoint = process.env.STACK_AWS_URL;
  if (!endpoint) throw new Error("STACK_AWS_URL is not set: the browser tests start their stack.");
  requireLoopback("STACK_AWS_URL", endpoint);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
}

/** A deploy puts a new unified agent that uses a model. */
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
  await externalClient().send(new PutItemCommand({ TableName, Item }));
  return {
    agent_name,
    entity: `agent:${agent_name}/v1.0`,
    page: `/agents/${agent_name}/v1.0`,
    api: `/api/agents/${agent_name}/v1.0`,
    /** Another program writes one attribute. */
    set: (name: string, value: string) =>
      externalClient().send(
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
