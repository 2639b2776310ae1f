import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { chooseAction, signInAs, testModel } from "../support/models-page";
import { deployedAgent } from "../support/outside";
import { expectAccessible } from "../support/stack-page";

const history = (page: Page) => page.getByRole("region", { name: "History" });
const sheetOf = (pk: string) =>
  `/models?q=${encodeURIComponent(pk.split("#")[1] ?? "")}&model=${encodeURIComponent(pk)}`;

test("a price is rolled back from the model's history", async ({ page }) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 2.5 });
  await model.change({ input_price: 25 });
  await page.goto(sheetOf(model.pk));
  const event = history(page).getByRole("listitem").first();
  await expect(event).toContainText("$25.00 per 1M tokens");
  await event.getByRole("button", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog", { name: /Roll .* back/ });
  await expect(dialog).toContainText("$2.50 per 1M tokens");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(history(page).getByRole("listitem")).toHaveCount(3);
  expect(await model.read()).toMatchObject({ input_price: 2.5 });
});

test("rolling back a value that has changed since shows the current value and changes nothing", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 1 });
  await model.change({ input_price: 2 });
  await page.goto(sheetOf(model.pk));
  await history(page).getByRole("button", { name: "Roll back" }).click();
  await model.change({ input_price: 3 });
  const dialog = page.getByRole("dialog", { name: /Roll .* back/ });
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog).toContainText("Changed again since");
  await expect(dialog).toContainText("this event left $2.00 per 1M tokens; it is $3.00");
  expect(await model.read()).toMatchObject({ input_price: 3 });
});

test("a model is retired with a replacement, and one undo brings everything back", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const [old, next] = [await testModel(), await testModel()];
  const agent = await deployedAgent(old);
  await expect
    .poll(async () => ((await old.read()) as { used_by: unknown[] }).used_by.length)
    .toBe(1);
  await page.goto(`/models?q=${old.model_id}`);
  await chooseAction(page, old.display_name, "Retire");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("link", { name: agent.agent_name })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Switch and retire" })).toBeDisabled();
  await dialog.getByRole("combobox", { name: /Switch it to/ }).click();
  await page.getByRole("option", { name: next.display_name }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Switch and retire" }).click();
  await expect(dialog).toContainText("2 rows written");
  expect(await old.read()).toMatchObject({ status: 404 });
  const read = async () => (await page.request.get(agent.api)).json();
  expect(await read()).toMatchObject({ llm_model: next.model_id });

  await dialog.getByRole("button", { name: /^Undo/ }).click();
  await expect(page.getByText("2 rows put back")).toBeVisible();
  expect(await read()).toMatchObject({ llm_model: old.model_id });
  expect(await old.read()).toMatchObject({ display_name: old.display_name });
});

test("a change from outside is noticed on the agent's page and set back", async ({ page }) => {
  await signInAs(page, "admin");
  const agent = await deployedAgent(await testModel());
  await page.request.patch(agent.api, { data: { system_prompt: "Set in the console." } });
  await agent.set("system_prompt", "Written by a deploy.");
  await page.goto(agent.page);
  const note = page.getByRole("region", { name: "Changed from outside" });
  await expect(note).toContainText("admin set this here");
  await expect(note).toContainText("Set in the console.");
  await expect(note).toContainText("Written by a deploy.");
  await expectAccessible(page);
  await note.getByRole("button", { name: "Set it back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set back" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(note).toHaveCount(0);
  const answer = await page.request.get(agent.api);
  expect(await answer.json()).toMatchObject({
    system_prompt: "Set in the console.",
    reverted: null,
  });
});

test("a viewer reads the history without buttons that change anything", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 1 });
  await model.change({ input_price: 2 });
  await page.goto(sheetOf(model.pk));
  await expect(history(page).getByRole("listitem")).toHaveCount(2);
  await expect(page.getByRole("button", { name: /roll back|bring back|import/i })).toHaveCount(0);
});
