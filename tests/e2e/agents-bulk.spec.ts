import { randomUUID } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Locator, Page } from "@playwright/test";
import { deployAgent, json, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const dialog = (page: Page) => page.getByRole("dialog");
const plan = (page: Page) => page.getByRole("region", { name: "What would become of each agent" });
const click = (scope: Page | Locator, name: string | RegExp) =>
  scope.getByRole("button", { name, exact: true }).click();

async function deploy(name: string, attributes?: Record<string, AttributeValue>): Promise<string> {
  await deployAgent(stack, name, attributes);
  return name;
}

async function modelsOf(names: readonly string[]): Promise<(string | undefined)[]> {
  const rows = await Promise.all(names.map((name) => storedAgent(stack, name)));
  return rows.map(({ llm_model }) => llm_model?.S);
}

const prefixOf = () => `bulk-${randomUUID().slice(0, 8)}`;

async function chooseTarget(page: Page, provider: string, pk?: string): Promise<void> {
  await dialog(page).getByLabel("To provider").selectOption(provider);
  if (pk) await dialog(page).getByLabel("To model").selectOption(pk);
}

test("selected agents are switched together except a refused one, and one undo restores them", async ({
  page,
}) => {
  const prefix = prefixOf();
  const [one, two] = [await deploy(`${prefix}-one`), await deploy(`${prefix}-two`)];
  const older = await deploy(`${prefix}-old`, { metadata: json({ llm_type: "rust" }) });
  await openAs(page, stack, "admin", `/agents?q=${prefix}`);
  await click(page, "Select");
  for (const name of [one, two]) {
    const box = page.getByRole("checkbox", { name: `Select ${name}/v1.0` });
    await box.focus();
    await page.keyboard.press("Space");
    await expect(box).toBeChecked();
  }
  const bar = page.getByRole("region", { name: "Selected agents" });
  await expect(bar).toContainText("2 agents selected");
  await click(bar, "Select all 3 that fit");
  await expect(bar).toContainText("3 agents selected");
  await click(bar, "Switch together…");
  await chooseTarget(page, "anthropic");
  await expect(dialog(page).getByLabel("To model")).toContainText("default");
  await expect(dialog(page)).toContainText("3 agents: 2 would switch, 1 refused");
  await expect(dialog(page)).toContainText("1 agent cannot be switched here.");
  await expect(plan(page).getByRole("listitem").first()).toContainText(`${older}/v1.0`);
  await expect(plan(page)).toContainText("runs on the older caller");
  expect(await modelsOf([one, two, older])).toEqual(["gpt-4o", "gpt-4o", "gpt-4o"]);
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 760 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await click(dialog(page), "Switch 2 agents");
  await expect(dialog(page)).toContainText("Done 2 rows written.");
  await expect(dialog(page).getByRole("region", { name: "Left as they were" })).toContainText(
    `${older}/v1.0`,
  );
  const switched = await modelsOf([one, two, older]);
  expect(switched[0]).toContain("claude");
  expect(switched).toEqual([switched[0], switched[0], "gpt-4o"]);
  await click(dialog(page), "Undo 2 rows");
  await expect(dialog(page)).toContainText("Undone");
  expect(await modelsOf([one, two, older])).toEqual(["gpt-4o", "gpt-4o", "gpt-4o"]);
  await dialog(page).getByRole("button", { name: "Close" }).last().click();
  await expect(bar).toHaveCount(0);
});

test("agents of a model are switched by its name, blocked ones only with a reason", async ({
  page,
}) => {
  const prefix = prefixOf();
  const from = { llm_model: { S: "gpt-4-turbo-2024-11-20" } };
  const free = await deploy(`${prefix}-free`, from);
  const withTools = await deploy(`${prefix}-tools`, { ...from, tools: json(["search"]) });
  await openAs(page, stack, "admin", "/agents");
  await click(page, "Switch by model…");
  await dialog(page).getByLabel("From provider").selectOption("openai");
  await dialog(page).getByLabel("From model").selectOption("gpt-4-turbo-2024-11-20");
  await chooseTarget(page, "openai", "openai#o1-preview");
  await expect(dialog(page)).toContainText("2 agents: 1 would switch, 1 blocked");
  await expect(plan(page)).toContainText("o1-preview does not support tools");
  await expect(dialog(page).getByRole("button", { name: "Switch 1 agent" })).toBeEnabled();
  const reason = dialog(page).getByLabel("Why the blocked ones should go ahead");
  await reason.fill("x");
  await click(dialog(page), "Switch 2 agents");
  await expect(dialog(page)).toContainText("Say why this goes ahead");
  await reason.fill("Its tools are switched off today");
  await click(dialog(page), "Switch 2 agents");
  await expect(dialog(page)).toContainText("Done 2 rows written.");
  expect(await modelsOf([free, withTools])).toEqual(["o1-preview", "o1-preview"]);
  await dialog(page).getByRole("button", { name: "Close" }).last().click();
  await click(page, "Undo");
  await expect(page.getByText("2 rows put back.")).toBeVisible();
  expect(await modelsOf([free, withTools])).toEqual([from.llm_model.S, from.llm_model.S]);
});

test("250 agents are checked with at most 100 lines drawn, and agents of two providers go back together", async ({
  page,
}) => {
  const prefix = prefixOf();
  const names = Array.from({ length: 250 }, (_, index) => `${prefix}-${index}`);
  const other = { llm_provider: { S: "anthropic" }, llm_model: { S: "claude-3-opus-20240229" } };
  await Promise.all(names.map((name, index) => deploy(name, index < 2 ? other : {})));
  await openAs(page, stack, "admin", `/agents?q=${prefix}`);
  await click(page, "Select");
  await page.getByRole("checkbox", { name: "Select all" }).click();
  await click(page, "Switch together…");
  await chooseTarget(page, "openai", "openai#gpt-4o-mini");
  await expect(dialog(page)).toContainText("250 agents: 250 would switch", { timeout: 60_000 });
  expect(await plan(page).getByRole("listitem").count()).toBeLessThan(100);
  await plan(page).evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await expect(plan(page)).toContainText(`${prefix}-249/v1.0`);
  await click(dialog(page), "Switch 250 agents");
  await expect(dialog(page)).toContainText("Done 250 rows written.", { timeout: 60_000 });
  expect(new Set(await modelsOf(names))).toEqual(new Set(["gpt-4o-mini"]));
  await click(dialog(page), "Undo 250 rows");
  await expect(dialog(page)).toContainText("Undone", { timeout: 60_000 });
  const after = await modelsOf(names);
  expect(after.filter((model) => model === "gpt-4o")).toHaveLength(248);
  expect(after.filter((model) => model === other.llm_model.S)).toHaveLength(2);
});
