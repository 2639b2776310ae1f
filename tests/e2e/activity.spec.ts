import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { signInAs, testModel } from "../support/models-page";
import { deployedAgent } from "../support/outside";
import { expectAccessible, expectNoHorizontalScroll } from "../support/stack-page";

const events = (page: Page) => page.getByRole("main").getByRole("listitem");
const activityOf = (entity: string) => `/activity?entity=${encodeURIComponent(entity)}`;
const today = () => new Date().toISOString().slice(0, 10);

test("a change reads as a sentence with who, what, and from what to what", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 2.5 });
  await model.change({ input_price: 0.00015 });
  await model.change({ is_active: false });
  await page.goto(activityOf(`model:${model.pk}`));
  await expect(events(page)).toHaveCount(3);
  const name = `openai / ${model.model_id}`;
  await expect(events(page).nth(0)).toContainText(`admin deactivated ${name}`);
  await expect(events(page).nth(1)).toContainText(`admin changed the input price of ${name}`);
  await expect(events(page).nth(1)).toContainText("$2.50 per 1M tokens");
  await expect(events(page).nth(1)).toContainText("$0.00015 per 1M tokens");
  await expect(events(page).nth(2)).toContainText(`admin added ${name}`);
  await events(page).nth(0).getByRole("link", { name }).click();
  await expect(page.getByRole("dialog")).toContainText(model.display_name);
});

test("a switch names both models, and a prompt shows the lines that changed", async ({ page }) => {
  await signInAs(page, "admin");
  const [from, to] = [await testModel({ supports_tools: true }), await testModel()];
  const agent = await deployedAgent(from);
  const patch = (data: object) => page.request.patch(agent.api, { data });
  await patch({ llm_provider: "openai", llm_model: to.model_id, override_reason: "A test" });
  await patch({ system_prompt: "Answer in one line.\nSay when you do not know." });
  await page.goto(activityOf(agent.entity));
  await expect(events(page).nth(1)).toContainText(
    `admin switched ${agent.agent_name} v1.0 from ${from.model_id} to ${to.model_id}`,
  );
  await events(page).nth(0).getByText("1 line in, 0 out").click();
  await expect(page.getByText("Say when you do not know.")).toBeVisible();
});

test("all filters are in the URL and survive a reload", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 1 });
  await model.change({ input_price: 2 });
  await page.goto("/activity");
  await page.getByRole("combobox", { name: "Thing" }).fill(model.model_id);
  await page.keyboard.press("Enter");
  await expect(events(page)).toHaveCount(2);
  await page.getByRole("combobox", { name: "Kind" }).selectOption("Models");
  await page.getByRole("combobox", { name: "Change" }).selectOption("Changed a model");
  await page.getByRole("combobox", { name: "Person" }).fill("admin");
  await page.keyboard.press("Enter");
  await expect(events(page)).toHaveCount(1);
  await expect(page).toHaveURL(/actor=admin/);
  await expect(page).toHaveURL(/kind=model/);
  await expect(page).toHaveURL(/action=model\.update/);
  await page.reload();
  await expect(events(page)).toHaveCount(1);
  await expect(page.getByRole("combobox", { name: "Thing" })).toHaveValue(`model:${model.pk}`);

  await page.getByRole("combobox", { name: "Person" }).fill("nobody");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing fits these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await page.getByLabel("Day, UTC").fill("2020-01-01");
  await expect(page.getByText("Nothing fits these filters")).toBeVisible();
  await page.getByLabel("Day, UTC").fill(today());
  await expect(events(page).first()).toBeVisible();
});

test("an ambiguous entity name is explained at the field", async ({ page }) => {
  await signInAs(page, "viewer");
  await page.goto("/activity");
  const entity = page.getByRole("combobox", { name: "Thing" });
  await entity.fill("no such thing");
  await page.keyboard.press("Enter");
  await expect(entity).toHaveAccessibleDescription(/names no single thing/);
});

test("older events load when the end of the list comes into view", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel();
  for (let index = 0; index < 60; index += 1) await model.change({ display_name: `Name ${index}` });
  await page.goto(activityOf(`model:${model.pk}`));
  await expect(events(page).first()).toContainText("Name 59");
  await page.keyboard.press("End");
  await expect(events(page)).toHaveCount(61);
  await expect(page.getByText("That is all.")).toBeVisible();
});

test("a viewer saves what the filters show as CSV", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 1 });
  await page.goto(activityOf(`model:${model.pk}`));
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const [head, ...rows] = text.trim().split("\r\n");
  expect(head).toContain("at,actor,action");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain(model.pk);
});

test("the page passes axe and fits 360 px", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 1 });
  await model.change({ input_price: 2 });
  await page.goto("/activity");
  await expect(events(page).first()).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});
