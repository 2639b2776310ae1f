import { randomUUID } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { button, deployAgent, json, region, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const prompt = "You are brief.\nYou name your sources.";
const deploy = (name: string, version: string, attributes: Record<string, AttributeValue> = {}) =>
  deployAgent(stack, name, { system_prompt: { S: prompt }, ...attributes }, version);

const promptOf = async (name: string) => (await storedAgent(stack, name)).system_prompt?.S;

const newName = () => `agent-${randomUUID().slice(0, 8)}`;

test("a changed prompt is shown line by line before it is saved", async ({ page }) => {
  const name = newName();
  await deploy(name, "v1.0");
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  await button(page, "Edit").click();
  const changes = page.getByRole("region", { name: "What saving changes, line by line" });
  await expect(changes).toHaveCount(0);
  await page
    .getByRole("textbox", { name: "System prompt" })
    .fill("You are thorough.\nYou name your sources.");
  await expect(changes).toContainText("Removed: You are brief.");
  await expect(changes).toContainText("Added: You are thorough.");
  expect(await promptOf(name)).toBe(prompt);
  await expectAccessible(page);
  await button(page, "Save").click();
  await expect(page.getByText("System prompt saved")).toBeVisible();
  expect(await promptOf(name)).toBe("You are thorough.\nYou name your sources.");
});

test("any two versions of an agent are compared field by field", async ({ page }) => {
  const name = newName();
  await deploy(name, "v1.0", { parameters: json({ temperature: 0.3, max_tokens: 4096 }) });
  await deploy(name, "v0.9", {
    status: { S: "deprecated" },
    llm_model: { S: "gpt-4o-mini" },
    system_prompt: { S: "You are slow.\nYou name your sources." },
    parameters: json({ max_tokens: 4096, temperature: 0.3 }),
  });
  await deploy(name, "v0.10", { llm_provider: { S: "gemini" }, metadata: { S: "not json" } });
  await openAs(page, stack, "viewer", `/agents/${name}/v1.0`);
  const versions = region(page, "Versions").getByRole("listitem");
  await expect(versions).toHaveText([/^v1\.0.*read by state machines/, /^v0\.10/, /^v0\.9/]);

  await button(page, "Compare v0.9 with this version").click();
  const dialog = page.getByRole("dialog", { name: `Two versions of ${name}` });
  const differences = dialog.getByRole("region", { name: "Differences" });
  await expect(differences).toContainText("Statusdeprecated →");
  await expect(differences).toContainText("gpt-4o-mini →became gpt-4o");
  await expect(differences).toContainText("Removed: You are slow.");
  await expect(differences).toContainText(/The same in both: .*Provider.*Parameters/);
  await dialog.getByLabel("From").selectOption("v0.10");
  await expect(differences).toContainText("Google (gemini) →became OpenAI (openai)");
  await expect(differences).toContainText("not json");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(button(page, "Compare v0.9 with this version")).toBeFocused();
});

test("an agent is tested with the runtime's own request", async ({ page }) => {
  const name = newName();
  const tool_name = { S: "get_weather" };
  const tool = {
    tool_name,
    description: { S: "Weather." },
    input_schema: json({ type: "object" }),
  };
  const TableName = "ToolRegistry-prod";
  await stack.dynamodb.send(new PutItemCommand({ TableName, Item: tool }));
  await deploy(name, "v1.0", { tools: json([{ tool_name: "get_weather", enabled: false }]) });
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  await button(page, "Test as this agent").click();
  const sheet = page.getByRole("dialog", { name: "Test as this agent" });
  const request = sheet.getByRole("region", { name: "What is sent" });
  await expect(request).toContainText("get_weather");
  await expect(request).toContainText("costs two calls");

  const requested = page.waitForRequest("**/api/completions");
  await sheet.getByRole("button", { name: "Run" }).click();
  expect((await requested).postDataJSON()).toMatchObject({
    as_agent: { agent_name: name, version: "v1.0" },
    stream: false,
  });
  await expect(sheet.getByText(/Answered in/)).toBeVisible();
  await sheet.getByText("Raw request and response").click();
  await expect(sheet.getByText(/"temperature": 0.699999988079071/)).toBeVisible();
  await sheet.getByLabel("Prompt").fill("[[fail:rate_limited]]");
  await sheet.getByRole("button", { name: "Run", exact: true }).click();
  await expect(sheet.getByRole("alert")).toContainText("rate_limited");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(button(page, "Test as this agent")).toBeFocused();
});

test("texts are shown as stored, whether or not they parse as JSON", async ({ page }) => {
  const name = newName();
  await deploy(name, "v1.0", {
    metadata: { S: "{'llm_type': 'unified-rust'}" },
    parameters: json({ stop: ["END"], retry: { attempts: 3, on: [{ code: "throttled" }] } }),
  });
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  await expect(region(page, "Metadata")).toContainText("metadata is not an object in JSON");
  await expect(
    region(page, "Metadata").getByRole("region", { name: "Stored metadata" }),
  ).toHaveText(/\{'llm_type': 'unified-rust'\}/);
  const parameters = region(page, "Parameters");
  await expect(parameters).toContainText("attempts3");
  await parameters.getByText("Raw JSON").click();
  await expect(parameters.getByRole("button", { name: "Copy raw parameters" })).toBeVisible();
  await expect(region(page, "Versions")).toContainText("There is no other");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 760 });
  await button(page, "Edit").click();
  await page.getByRole("textbox", { name: "System prompt" }).fill("Short.");
  await expect(page.getByText("What saving changes")).toBeVisible();
  await expectNoHorizontalScroll(page);
});
