import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Page } from "@playwright/test";
import { button, region, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import { execute } from "../support/run-failures";
import { type Stack, startStack } from "../support/stack";
import { callApi, expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "serial" });

/** Runs are refetched within seconds; a busy machine takes longer. */
const soon = { timeout: 30_000 };

let stack: Stack;
let sfn: SFNClient;

test.beforeAll(async () => {
  stack = await startStack({ env: { ALLOW_RUNS: "true" } });
  sfn = new SFNClient({
    endpoint: stack.awsUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});

test.afterAll(async () => {
  sfn?.destroy();
  await stack?.stop();
});

const machine = (agent: string) =>
  `arn:aws:states:eu-west-1:000000000000:stateMachine:${agent}-prod`;
const runRows = (page: Page) => region(page, "Runs").getByRole("row");
const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });

/** Starts a run from the agent's runs and waits for its answer. */
async function runNow(page: Page, message: string) {
  await button(page, "Run now…").click();
  const dialog = page.getByRole("dialog", { name: /^Run .+ now$/ });
  await expect(dialog).toContainText("Its tools act for real.");
  await dialog.getByLabel("Message").fill(message);
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect(page.getByRole("heading", { name: /^Run of / })).toBeFocused();
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible(soon);
}

test("an admin runs an agent, switches its model, and runs it on the other one", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents/research-agent/v1.0");
  await link(page, "Runs").click();
  await expect(runRows(page).filter({ hasText: "gpt-4o" }).first()).toBeVisible(soon);
  await expect(region(page, "Runs over time")).toContainText("succeeded");

  await runNow(page, "Who is Acme plc? Use research_company.");
  const conversation = region(page, "Conversation");
  await expect(conversation).toContainText("Who is Acme plc?");
  await expect(conversation).toContainText("research_company");
  await expect(region(page, "Timeline")).toContainText("Load Agent Configuration");
  await expect(region(page, "Model calls")).toContainText(/gpt-4o\$0\.\d+/);
  await expectAccessible(page);

  await link(page, "Overview").click();
  await page.getByRole("combobox", { name: "Model" }).selectOption("openai#gpt-4o-mini");
  await button(page, "Save").click();
  await expect(page.getByText("Model saved")).toBeVisible();
  await link(page, "Runs").click();
  await runNow(page, "Summarise Acme plc in one sentence.");
  await expect(region(page, "Model calls")).toContainText("gpt-4o-mini");
});

test("the chart marks the switch, and an admin reverts it from there", async ({ page }) => {
  await openAs(page, stack, "admin", "/agents/research-agent/v1.0?tab=runs");
  await expect(runRows(page).filter({ hasText: "gpt-4o-mini" })).toHaveCount(1);
  const changes = page.getByRole("list", { name: "Changes in this range" });
  await expect(changes).toContainText("gpt-4o-mini", soon);
  const since = region(page, "Since the last switch");
  await expect(since).toContainText("Too few runs to compare");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 760 });
  await expectNoHorizontalScroll(page);

  await page.setViewportSize({ width: 1440, height: 900 });
  await since.getByRole("button", { name: "Set it back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await link(page, "Overview").click();
  await expect(page.getByRole("combobox", { name: "Model" })).toHaveValue("openai#gpt-4o");
});

test("an agent broken by an external change shows why its run failed, and recovers once it's fixed", async ({
  page,
  context,
}) => {
  await openAs(page, stack, "admin", "/agents/research-agent/v1.0");
  await expect(region(page, "Trace")).toContainText("No link is broken.");
  const Key = { pk: { S: "openai#gpt-4o" } };
  await stack.dynamodb.send(new DeleteItemCommand({ TableName: "LLMModels-prod", Key }));
  expect((await execute(sfn, machine("research-agent"))).status).toBe("FAILED");

  await expect(page.getByText(/^The last run failed/)).toContainText(
    "model's row is missing",
    soon,
  );
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${stack.url}/agents?q=research-agent`);
  const row = elsewhere.getByRole("row").filter({ hasText: /^research-agent/ });
  await expect(row).toContainText("Model not registered", soon);
  await elsewhere.goto(`${stack.url}/checks?q=research-agent`);
  const finding = elsewhere.getByText("research-agent names a model that is not registered");
  await expect(finding).toBeVisible(soon);

  await expect(link(page, "Add openai#gpt-4o")).toBeVisible(soon);
  await link(page, "Add the model").first().click();
  const sheet = page.getByRole("dialog", { name: "Add model" });
  await sheet.getByRole("button", { name: "Add 1 model" }).click();
  await expect(sheet).toContainText("Added", soon);

  expect((await execute(sfn, machine("research-agent"))).status).toBe("SUCCEEDED");
  await page.goto(`${stack.url}/agents/research-agent/v1.0`);
  await expect(region(page, "Trace")).toContainText("No link is broken.", soon);
  await expect(page.getByText(/^The last run failed/)).toHaveCount(0);
  await link(page, "Runs").click();
  await expect(runRows(page).nth(1)).toContainText("Succeeded", soon);
  await elsewhere.reload();
  await expect(elsewhere.getByRole("main")).toContainText("Checks");
  await expect(finding).toHaveCount(0);
});

test("a model that refuses the runtime is blocked, and the run uses one that is named instead", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents/research-agent/v1.0");
  const model = page.getByRole("combobox", { name: "Model" });
  const preflight = region(page, "Preflight");
  const request = region(page, "The runtime's request");
  await model.selectOption("openai#gpt-5.4");
  await expect(preflight).toContainText("GPT-5.4 refuses max_tokens", soon);
  await expect(preflight).toContainText("Documented answer, as of");
  await expect(request).toContainText("was never sent to this model");

  await button(page, "Send the runtime's request to this model").click();
  const words = "Unsupported parameter: 'max_tokens' is not supported with this model.";
  await expect(request).toContainText(words, soon);
  await expect(preflight).toContainText("GPT-5.4 refused the runtime's request", soon);
  await button(page, "Save").click();
  const blocked = page.getByRole("dialog", { name: /would fail$/ });
  await expect(blocked).toContainText(words);
  const named = /Choose a model that [^:]+: (.+?)\.(?=[ A-Z]|$)/.exec(
    (await blocked.textContent()) ?? "",
  );
  await blocked.getByRole("button", { name: "Keep it as it was" }).click();
  expect((await storedAgent(stack, "research-agent")).llm_model?.S).toBe("gpt-4o");

  const other = named?.[1]?.split(", ").find((name) => name !== "GPT-4o") ?? "";
  const option = model
    .locator("option")
    .filter({ hasText: new RegExp(`^${other}(?: — default)?$`) });
  await model.selectOption(await option.first().getAttribute("value"));
  await expect(preflight).toContainText("Preflight of your choice");
  await button(page, "Save").click();
  await expect(page.getByText("Model saved")).toBeVisible();
  const { llm_provider, llm_model } = await storedAgent(stack, "research-agent");
  const { executionArn, status } = await execute(sfn, machine("research-agent"));
  expect(status).toBe("SUCCEEDED");
  const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 });
  const { events = [] } = await sfn.send(command);
  const calls = events.flatMap(({ taskScheduledEventDetails }) =>
    /"provider_config"/.test(taskScheduledEventDetails?.parameters ?? "")
      ? JSON.parse(taskScheduledEventDetails?.parameters ?? "").Payload.provider_config
      : [],
  );
  expect(calls[0]).toMatchObject({ provider_id: llm_provider?.S, model_id: llm_model?.S });
});

test("a viewer sees the states of a run and none of its texts", async ({ page }) => {
  const { runs } = await (
    await callApi(stack, "GET", "/api/agents/research-agent/v1.0/runs")
  ).json();
  await openAs(page, stack, "viewer", `/agents/research-agent/v1.0?tab=runs&run=${runs[0].id}`);
  await expect(region(page, "Conversation")).toContainText("Only admins see what was said.");
  await expect(region(page, "Timeline")).toContainText("Load Agent Configuration");
  await expect(button(page, "Run again…")).toHaveCount(0);
});
