import type { Page } from "@playwright/test";
import { button, region } from "../support/agents-page";
import { expect, test } from "../support/browser";
import { type Stack, startStack } from "../support/stack";
import { callApi, expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "serial" });

/** A trial calls models, a busy machine takes longer. */
const soon = { timeout: 60_000 };
const agentPage = "/agents/research-agent/v1.0";
/** A model that calls another tool than the agent's present one. */
const otherTool = { provider: "bedrock", model_id: "eu.amazon.nova-micro-v1:0" };

let stack: Stack;

test.beforeAll(async () => {
  stack = await startStack();
  await callApi(stack, "POST", "/api/models", otherTool);
});

test.afterAll(() => stack?.stop());

const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });

async function chooseModel(page: Page, number: number, provider: string, pk: string) {
  const fields = page.getByRole("group", { name: `Model ${number} to try` });
  await fields.getByLabel("Provider").selectOption(provider);
  await fields.getByLabel("Model", { exact: true }).selectOption(pk);
}

test("an admin tries models on the agent's last runs and switches to the one that fits", async ({
  page,
}) => {
  await openAs(page, stack, "admin", agentPage);
  await link(page, "Trials").click();
  await button(page, "New trial…").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("How many runs").fill("3");
  await dialog.getByLabel("Which runs").selectOption("succeeded");
  await chooseModel(page, 1, "openai", "openai#gpt-4o-mini");
  await button(page, "Add another model").click();
  await chooseModel(page, 2, "bedrock", `bedrock#${otherTool.model_id}`);
  await expectAccessible(page);
  await button(page, "Continue").click();
  await expect(dialog).toContainText(/\d+ cases, \d+ calls: about \$0\.\d+, at most \$0\.\d+/);
  await expectAccessible(page);
  await button(page, "Start trial").click();
  await expect(page.getByText("No problems found with GPT-4o mini.")).toBeVisible(soon);
  await expect(page.getByText("Simulated: no provider was called")).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  const cells = page.getByRole("grid", { name: "Cases by model" }).getByRole("button");
  await cells.filter({ hasText: "another tool" }).first().press("Enter");
  const pair = page.getByRole("dialog", { name: /^Case \d+ on / });
  await expect(pair.getByRole("region", { name: /, now$/ })).toContainText("Valid arguments");
  await expect(pair).toContainText("another tool");
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await button(page, "Switch to this model GPT-4o mini").click();
  const preflight = region(page, "Preflight");
  const shown = /tried on \d+ (calls of \d+ )?of its own runs: \d+ answered, same tool \d+\./;
  await expect(preflight).toContainText(shown);
  await expectAccessible(page);
  await button(page, "Save").click();
  await expect(page.getByText("Model saved")).toBeVisible();
  await expect(region(page, "History")).toContainText(shown);

  await page.goto(`${stack.url}/activity`);
  const event = page.getByRole("listitem").filter({ hasText: "switched" }).first();
  await expect(event).toContainText(shown);
  await event.getByRole("link", { name: "Open the trial" }).click();
  await expect(page.getByRole("heading", { name: /of its own runs on 3 models$/ })).toBeVisible();
});

test("the link of an open cell opens the same filter and cell for a viewer, without its texts", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openAs(page, stack, "admin", `${agentPage}?tab=trials`);
  await page.getByRole("link", { name: /of its own runs$/ }).click();
  await page.getByRole("button", { name: /^Differs/ }).click();
  const cells = page.getByRole("grid", { name: "Cases by model" }).getByRole("button");
  await cells.filter({ hasText: "another tool" }).first().press("Enter");
  const pair = page.getByRole("dialog", { name: /^Case \d+ on / });
  const name = (await pair.getByRole("heading").first().textContent()) ?? "";
  await expect(pair).toContainText("What was sent");
  await button(page, "Copy link").click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await context.clearCookies();
  await openAs(page, stack, "viewer", copied.replace(stack.url, ""));
  await expect(page.getByRole("dialog", { name })).toContainText("Only admins see what was sent");
  await page.keyboard.press("Escape");
  const filter = page.getByRole("button", { name: /^Differs/ });
  await expect(filter).toHaveAttribute("aria-pressed", "true");
});

test("the evidence links to the trial without losing the choice", async ({ page }) => {
  await openAs(page, stack, "admin", `${agentPage}?tab=trials`);
  await page.getByRole("link", { name: /of its own runs$/ }).click();
  await page.getByRole("button", { name: /^Switch… Amazon Nova Micro/ }).click();
  const preflight = region(page, "Preflight");
  await expect(preflight).toContainText("tried on");
  await preflight.getByRole("link", { name: "Open the trial" }).click();
  await expect(page.getByRole("heading", { name: /of its own runs on 3 models$/ })).toBeVisible();
  await link(page, "Overview").click();
  await expect(preflight).toContainText("Preflight of your choice");
});

test("a bulk switch tries each agent first, and its events say what that showed", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents?q=research-agent");
  await button(page, "Select").click();
  await page.getByRole("checkbox", { name: "Select research-agent/v1.0" }).check();
  await button(page, "Switch together…").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To provider").selectOption("openai");
  await dialog.getByLabel("To model").selectOption("openai#gpt-4o");
  await button(page, "Try each agent on its last 3 runs first").click();
  await expect(dialog).toContainText("1 agent tried.", soon);
  await expect(dialog).toContainText(/on its last runs: \d+ of \d+ answered/);
  await expectAccessible(page);
  await button(page, "Switch 1 agent").click();
  await expect(page.getByText("1 agent switched")).toBeVisible();
  await page.goto(`${stack.url}/activity`);
  const event = page.getByRole("listitem").filter({ hasText: "switched" }).first();
  await expect(event).toContainText(/tried on \d+ (calls of \d+ )?of its own runs/);
});
