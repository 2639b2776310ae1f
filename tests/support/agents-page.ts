import { type AttributeValue, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Page } from "@playwright/test";
import type { Stack } from "./stack";

type Item = Record<string, AttributeValue>;

export const agentsTable = "AgentRegistry-prod";
export const json = (value: unknown) => ({ S: JSON.stringify(value) });
export const keyOf = (agent_name: string, version = "v1.0") => ({
  agent_name: { S: agent_name },
  version: { S: version },
});
export const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** A deploy puts a version of a unified agent. */
export async function deployAgent(
  stack: Stack,
  agent_name: string,
  attributes: Item = {},
  version?: string,
): Promise<void> {
  const Item = {
    ...keyOf(agent_name, version),
    status: { S: "active" },
    llm_provider: { S: "openai" },
    llm_model: { S: "gpt-4o" },
    system_prompt: { S: "You are brief." },
    tools: json([]),
    parameters: json({}),
    metadata: json({ llm_type: "unified-rust" }),
    observability: json({}),
    ...attributes,
  };
  await stack.dynamodb.send(new PutItemCommand({ TableName: agentsTable, Item }));
}

/** The row that the next invocation would read. */
export async function storedAgent(stack: Stack, agent_name: string): Promise<Item> {
  const input = { TableName: agentsTable, Key: keyOf(agent_name), ConsistentRead: true };
  return (await stack.dynamodb.send(new GetItemCommand(input))).Item ?? {};
}
