import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Page } from "@playwright/test";
import type { ModelChanges } from "@/lib/models/schema";
import { waitForHydration } from "./browser";
import { requireLoopback } from "./launched";
import { signInWithToken } from "./sign-in";
import { addSession, sharedStack } from "./stack-page";

type Role = "admin" | "viewer";

/** A variable of the shared stack. @throws Error if no stack was started */
function stackVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the browser tests start their stack.`);
  return value;
}

const tokenOf = (role: Role) => stackVariable(`STACK_${role.toUpperCase()}_TOKEN`);

/** Gives the page a session of the shared stack; which page to open is up to the test. */
export function signInAs(page: Page, role: Role): Promise<void> {
  return addSession(page, sharedStack(), role);
}

/** Signs in by the link that a start prints, and waits for the Models page. */
export async function openSignInLink(page: Page, role: Role): Promise<void> {
  await page.goto(`/sign-in#token=${tokenOf(role)}`);
  await page.getByRole("heading", { name: "Model Management" }).waitFor();
  await waitForHydration(page);
}

export const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
export const sheet = (page: Page) => page.getByRole("dialog");

/** Chooses an action from the menu of a model's row. */
export async function chooseAction(page: Page, name: string, action: string): Promise<void> {
  await page
    .getByRole("button", { name: `Actions for ${name}`, exact: true })
    .first()
    .click();
  await page.getByRole("menuitem", { name: action }).click();
}

function externalClient(): DynamoDBClient {
  const endpoint = stackVariable("STACK_AWS_URL");
  requireLoopback("STACK_AWS_URL", endpoint);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
}

let adminCookie: Promise<string> | undefined;

/** An API call by another admin, outside the browser's session. */
async function callApi(method: string, path: string, body?: unknown): Promise<unknown> {
  const url = stackVariable("STACK_URL");
  adminCookie ??= signInWithToken(url, tokenOf("admin"));
  const headers = { cookie: await adminCookie, "content-type": "application/json" };
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  return response.status === 204 ? null : response.json();
}

/** Deletes a model of the sample data, if it exists and no agent uses it. */
export async function removeModel(provider: string, modelId: string): Promise<void> {
  await callApi("DELETE", `/api/models/${provider}/${encodeURIComponent(modelId)}`);
}

/** Registers a new model. */
export async function testModel(attributes: ModelChanges = {}, provider = "openai") {
  const unique = randomUUID().slice(0, 8);
  const model_id = `test-${unique}`;
  const display_name = `Sample ${unique}`;
  const pk = `${provider}#${model_id}`;
  await callApi("POST", "/api/models", { provider, model_id, display_name, ...attributes });
  const path = `/api/models/${provider}/${model_id}`;

  return {
    pk,
    model_id,
    display_name,
    /** The record, or the problem response. */
    read: () => callApi("GET", path),
    /** Another admin changes it. */
    change: (changes: ModelChanges) => callApi("PATCH", path, changes),
    /** Another program writes an invalid value. */
    breakAttribute: async (name: string, value: AttributeValue) => {
      await externalClient().send(
        new UpdateItemCommand({
          TableName: "LLMModels-prod",
          Key: { pk: { S: pk } },
          UpdateExpression: "SET #name = :value",
          ExpressionAttributeNames: { "#name": name },
          ExpressionAttributeValues: { ":value": value },
        }),
      );
    },
    /** A deploy puts an agent that uses it. */
    useByAgent: async () => {
      const agent_name = `agent-${unique}`;
      const Key = { agent_name: { S: agent_name }, version: { S: "v1.0" } };
      const TableName = "AgentRegistry-prod";
      const Item = { ...Key, llm_provider: { S: provider }, llm_model: { S: model_id } };
      await externalClient().send(new PutItemCommand({ TableName, Item }));
      return {
        agent_name,
        remove: () => externalClient().send(new DeleteItemCommand({ TableName, Key })),
      };
    },
  };
}
