import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DeleteItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Locator, Page } from "@playwright/test";
import { agentsTable, deployAgent as deploy, keyOf, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

// Serial: the tests check counts and names of the whole platform.
test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const readRow = (name: string) => storedAgent(stack, name);

async function deployAgent(attributes: Record<string, AttributeValue> = {}): Promise<string> {
  const name = `agent-${randomUUID().slice(0, 8)}`;
  await deploy(stack, name, { unknown_to_us: { S: "stays" }, ...attributes });
  return name;
}

/** Writes an attribute without the console. */
async function writeExternally(agent_name: string, name: string, value: string): Promise<void> {
  await stack.dynamodb.send(
    new UpdateItemCommand({
      TableName: agentsTable,
      Key: keyOf(agent_name),
      UpdateExpression: "SET #name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": { S: value } },
    }),
  );
}

const pageOf = (agent_name: string) => `/agents/${agent_name}/v1.0`;
const row = (page: Page, agent_name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name: agent_name, exact: true }) });
const rowProvider = (page: Page, name: string) => page.getByLabel(`Provider of ${name}/v1.0`);
const rowModel = (page: Page, name: string) => page.getByLabel(`Model of ${name}/v1.0`);
const provider = (page: Page) => page.getByRole("combobox", { name: "Provider" });
const model = (page: Page) => page.getByRole("combobox", { name: "Model" });
const dialog = (page: Page) => page.getByRole("dialog");
const prompt = (page: Page) => page.getByRole("textbox", { name: "System prompt" });
const click = (scope: Page | Locator, name: string) =>
  scope.getByRole("button", { name, exact: true }).click();

/** Simulates that the window regains the focus until the condition holds. */
async function afterRefocus(page: Page, holds: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await holds();
  }).toPass({ timeout: 20_000 });
}

test("all 14 agents of the platform are listed, defective ones with their defects", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents");
  await expect(page.getByRole("heading", { name: "Agents" })).toBeVisible();
  for (const name of ["broken-agent", "bare-agent", "translate-agent", "vision-agent"]) {
    await expect(row(page, name)).toBeVisible();
  }
  await expect(row(page, "broken-agent")).toContainText("metadata is not an object in JSON");
  await expect(row(page, "bare-agent")).toContainText("llm_provider is missing");
  await expect(row(page, "translate-agent")).toContainText("Model not registered");
  await expect(row(page, "vision-agent")).toContainText("Alias misses");
  await expect(row(page, "reasoning-agent")).toContainText("No tool support");
  await expect(row(page, "maps-agent")).toContainText("maps_geocode");
});

test("research-agent is switched to Amazon Nova Pro from its row", async ({ page }) => {
  const before = await readRow("research-agent");
  await openAs(page, stack, "admin", "/agents");
  await rowProvider(page, "research-agent").selectOption({ label: "Amazon Bedrock" });
  await expect(rowModel(page, "research-agent")).toHaveValue("bedrock#eu.amazon.nova-pro-v1:0");
  await expect(page.getByText("Takes effect on the next invocation.")).toBeVisible();
  const { updated_at, ...after } = await readRow("research-agent");
  const { updated_at: earlier, ...expected } = before;
  expect(after).toEqual({
    ...expected,
    llm_provider: { S: "bedrock" },
    llm_model: { S: "eu.amazon.nova-pro-v1:0" },
  });
  expect(updated_at).not.toEqual(earlier);
});

test("Undo puts a switched agent back", async ({ page }) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", `/agents?q=${name}`);
  await rowModel(page, name).selectOption({ value: "openai#gpt-4o-mini" });
  await expect(page.getByText(`${name} runs on GPT-4o Mini`)).toBeVisible();
  expect((await readRow(name)).llm_model).toEqual({ S: "gpt-4o-mini" });
  await click(page, "Undo");
  await expect(rowModel(page, name)).toHaveValue("openai#gpt-4o");
  await expect.poll(async () => (await readRow(name)).llm_model).toEqual({ S: "gpt-4o" });
});

test("arrow keys only open a row's dropdown: nothing is saved before Enter", async ({ page }) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", `/agents?q=${name}`);
  await rowModel(page, name).press("ArrowDown");
  const isOpen = () => rowModel(page, name).evaluate((select) => select.matches(":open"));
  await expect.poll(isOpen).toBe(true);
  await page.keyboard.press("ArrowDown");
  await expect(rowModel(page, name)).toHaveValue("openai#gpt-4o");
  await page.keyboard.press("Enter");
  await expect(page.getByText(`${name} runs on`)).toHaveCount(1);
  await expect.poll(async () => (await readRow(name)).llm_model?.S).not.toBe("gpt-4o");
  await expect(rowModel(page, name)).toBeFocused();
});

test("the dropdowns offer active models only, the default first, without prices", async ({
  page,
}) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", pageOf(name));
  await provider(page).selectOption({ label: "Amazon Bedrock" });
  await expect(model(page).locator("option").first()).toHaveText(/^Amazon Nova Pro.* — default$/);
  await expect(model(page)).toHaveValue("bedrock#eu.amazon.nova-pro-v1:0");
});

test("timeseries-agent cannot change its provider, and says why", async ({ page }) => {
  const why = /Runs on the older caller: its state machine fixes the provider/;
  await openAs(page, stack, "admin", "/agents");
  await expect(rowProvider(page, "timeseries-agent")).toBeDisabled();
  await expect(row(page, "timeseries-agent")).toContainText(why);
  await expect(rowModel(page, "timeseries-agent")).toBeEnabled();
  const ids = await rowModel(page, "timeseries-agent")
    .locator("option")
    .evaluateAll((options) => options.map((option) => option.getAttribute("value")));
  expect(ids.filter((id) => !id?.startsWith("anthropic#"))).toEqual([]);

  await page.goto(stack.url + pageOf("timeseries-agent"));
  await expect(provider(page)).toBeDisabled();
  await expect(provider(page)).toHaveAccessibleDescription(why);
  await model(page).selectOption({ value: "anthropic#claude-3-5-haiku-20241022" });
  await click(page, "Save");
  await expect(page.getByText("Model saved")).toBeVisible();
  const saved = await readRow("timeseries-agent");
  expect(saved.llm_model).toEqual({ S: "claude-3-5-haiku-20241022" });
  expect(saved.llm_provider).toEqual({ S: "claude" });
});

test("an agent whose row names no provider has both dropdowns disabled, with the reason", async ({
  page,
}) => {
  await openAs(page, stack, "admin", pageOf("bare-agent"));
  await expect(provider(page)).toBeDisabled();
  await expect(model(page)).toBeDisabled();
  await expect(provider(page)).toHaveAccessibleDescription(/names no provider/);
  await expect(page.getByText(/The row has \d defects: .*tools is missing/)).toBeVisible();
});

test("a provider stored under a family name is corrected with one click", async ({ page }) => {
  const name = await deployAgent({
    llm_provider: { S: "gpt" },
    llm_model: { S: "gpt-4o" },
  });
  await openAs(page, stack, "admin", pageOf(name));
  await expect(
    page.getByText("The next invocation will fail: its model has no row of that name."),
  ).toBeVisible();
  await click(page, "Set provider to openai");
  await expect(page.getByText("The next invocation will fail")).toHaveCount(0);
  expect((await readRow(name)).llm_provider).toEqual({ S: "openai" });
});

test("a switch that would fail shows why, and proceeds with a recorded reason", async ({
  page,
}) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", `/agents?q=${name}`);
  await rowProvider(page, name).selectOption({ label: "xAI" });
  await expect(dialog(page)).toContainText('The runtime cannot call "xai"');
  await click(dialog(page), "Keep it as it was");
  await expect(rowProvider(page, name)).toHaveValue("openai");
  expect((await readRow(name)).llm_provider).toEqual({ S: "openai" });

  await rowProvider(page, name).selectOption({ label: "xAI" });
  await click(dialog(page), "Switch anyway");
  await expect(dialog(page).getByLabel("Why it should go ahead")).toHaveAccessibleDescription(
    /Say why/,
  );
  await dialog(page).getByLabel("Why it should go ahead").fill("The map is extended tonight");
  await click(dialog(page), "Switch anyway");
  await expect(dialog(page)).toHaveCount(0);
  expect((await readRow(name)).llm_provider).toEqual({ S: "xai" });
  await page.getByRole("link", { name }).click();
  await expect(page.getByRole("region", { name: "History" })).toContainText(
    "The map is extended tonight",
  );
});

test("a save from a stale page is refused with both values, and what was typed stays", async ({
  page,
}) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", pageOf(name));
  await click(page, "Edit");
  await prompt(page).fill("You are thorough.");
  await writeExternally(name, "system_prompt", "You are cheerful.");

  await click(page, "Save");

  await expect(dialog(page)).toContainText("You are cheerful.");
  await expect(dialog(page)).toContainText("You are thorough.");
  expect((await readRow(name)).system_prompt).toEqual({ S: "You are cheerful." });
  await click(dialog(page), "Back to editing");
  await expect(prompt(page)).toHaveValue("You are thorough.");
  await click(page, "Save");
  await click(dialog(page), "Keep mine");
  await expect(page.getByText("System prompt saved")).toBeVisible();
  expect((await readRow(name)).system_prompt).toEqual({ S: "You are thorough." });
});

test("a stale save is retried by itself when the other save changed other fields", async ({
  page,
}) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", pageOf(name));
  await click(page, "Edit");
  await prompt(page).fill("You are thorough.");
  await writeExternally(name, "llm_model", "gpt-4o-mini");
  await click(page, "Save");
  await expect(page.getByText("System prompt saved")).toBeVisible();
  const saved = await readRow(name);
  expect(saved.system_prompt).toEqual({ S: "You are thorough." });
  expect(saved.llm_model).toEqual({ S: "gpt-4o-mini" });
  expect(saved.unknown_to_us).toEqual({ S: "stays" });
});

test("a change from outside appears on the open page and keeps unsaved choices", async ({
  page,
}) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", pageOf(name));
  await provider(page).selectOption({ label: "Anthropic" });
  await click(page, "Edit");
  await prompt(page).fill("Half a sent");
  await writeExternally(name, "llm_model", "gpt-4o-mini");
  await afterRefocus(page, () =>
    expect(page.getByText("Someone else switched it meanwhile")).toBeVisible({ timeout: 500 }),
  );
  await expect(provider(page)).toHaveValue("anthropic");
  await expect(prompt(page)).toHaveValue("Half a sent");
  await page.getByRole("region", { name: "Model" }).getByRole("button", { name: "Save" }).click();
  await expect(dialog(page)).toContainText("gpt-4o-mini");
  await click(dialog(page), "Take theirs");
  await expect(model(page)).toHaveValue("openai#gpt-4o-mini");
  await expect(prompt(page)).toHaveValue("Half a sent");
});

test("typed text survives the deletion of an agent whose page is open", async ({ page }) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", pageOf(name));
  await click(page, "Edit");
  await prompt(page).fill("Half a sent");
  await stack.dynamodb.send(new DeleteItemCommand({ TableName: agentsTable, Key: keyOf(name) }));
  await click(page, "Save");
  await expect(page.getByText("This agent was deleted meanwhile.")).toBeVisible();
  await expect(page.getByText(/Not saved\..*no agent/)).toBeVisible();
  await expect(prompt(page)).toHaveValue("Half a sent");
});

test("leaving with unsaved text asks first, by link and by Back", async ({ page }) => {
  const name = await deployAgent();
  await openAs(page, stack, "admin", `/agents?q=${name}`);
  await page.getByRole("link", { name }).click();
  await click(page, "Edit");
  await prompt(page).fill("Not saved yet");
  await page.getByRole("link", { name: "Models" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("Leave without saving");
  await click(question, "Stay");
  await expect(prompt(page)).toHaveValue("Not saved yet");
  await page.evaluate(() => history.back());
  await expect(question).toBeVisible();
  await click(question, "Leave");
  await expect(page).toHaveURL(/\/agents\?q=/);
});

test("search and filters find agents by name, model and provider, and are in the URL", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents");
  const search = page.getByRole("searchbox", { name: "Search agents" });
  for (const [text, agentName] of [
    ["web-res", "web-research-agent"],
    ["nova-lite", "invoice-agent"],
    ["grok", "support-agent"],
    ["amazon bedrock haiku", "translate-agent"],
  ] as const) {
    await search.fill(text);
    await expect(row(page, agentName)).toBeVisible();
    await expect(row(page, "bare-agent")).toHaveCount(0);
  }
  await search.fill("");
  await page.getByLabel("Status", { exact: true }).selectOption("deprecated");
  await expect(page).toHaveURL(/status=deprecated/);
  await page.reload();
  await expect(page.getByRole("table", { name: "Agents" }).getByRole("link")).toHaveCount(1);
  await search.fill("nothing like this");
  await click(page, "Show all agents");
  await expect(row(page, "maps-agent")).toBeVisible();
});

test("a missing agent is reported by name", async ({ page }) => {
  await openAs(page, stack, "viewer", "/agents/no%2Fsuch%20agent/v1.0");
  await expect(page.getByText("There is no agent “no/such agent” v1.0")).toBeVisible();
});

test("broken-agent's page shows its defects and links to its state machine", async ({ page }) => {
  await openAs(page, stack, "admin", pageOf("broken-agent"));
  const part = (name: string) => page.getByRole("region", { name, exact: true });
  await expect(part("Tools")).toContainText("not an array in JSON");
  await expect(part("Metadata")).toContainText("not an object");
  await expect(part("Parameters")).toContainText("max_iterations");
  await expect(page.getByRole("link", { name: /Open state machine/ })).toHaveAttribute(
    "href",
    "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/statemachines/view/arn%3Aaws%3Astates%3Aeu-west-1%3A000000000000%3AstateMachine%3Abroken-agent-prod",
  );
});

test("a viewer sees agents and prompts and nothing that changes them", async ({ page }) => {
  await openAs(page, stack, "viewer", "/agents");
  const table = page.getByRole("table", { name: "Agents" });
  await expect(row(page, "web-research-agent")).toContainText("eu.amazon.nova-pro-v1:0");
  await expect(table.locator("select, input, textarea")).toHaveCount(0);
  await page.goto(stack.url + pageOf("web-research-agent"));
  await expect(page.getByRole("region", { name: "Model" })).toContainText("Amazon Nova Pro");
  await expect(page.getByText("Quote the page that a claim comes from.")).toBeVisible();
  await expect(page.getByRole("main").locator("select, input, textarea, form")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Edit|Save|Discard|Set/ })).toHaveCount(0);
});

test("the list and an agent's page pass axe in light and dark and fit a narrow window", async ({
  page,
}) => {
  test.slow();
  await openAs(page, stack, "admin", "/agents");
  await expect(row(page, "vision-agent")).toBeVisible();
  await expectAccessible(page);
  for (const name of ["vision-agent", "broken-agent", "timeseries-agent"]) {
    await page.goto(stack.url + pageOf(name));
    await expect(page.getByRole("region", { name: "History" })).toBeVisible();
    await click(page, "Edit");
    await expect(prompt(page)).toBeFocused();
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 360, height: 760 });
  await expectNoHorizontalScroll(page);
  await page.goto(`${stack.url}/agents`);
  await expect(row(page, "vision-agent")).toBeVisible();
  await expectNoHorizontalScroll(page);
});
