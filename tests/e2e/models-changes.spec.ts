import { randomUUID } from "node:crypto";
import { expect, test } from "../support/browser";
import { chooseAction, removeModel, row, sheet, signInAs, testModel } from "../support/models-page";

test("an admin reviews a listed model before adding it", async ({ page }) => {
  const modelId = "openai.gpt-oss-120b-1:0";
  await signInAs(page, "admin");
  await removeModel("bedrock", modelId);
  await page.goto("/models?provider=bedrock");
  await page.getByRole("button", { name: "Add model" }).click();
  await page.getByRole("searchbox", { name: "Search the list" }).fill("gpt-oss 120b");
  await page.getByRole("checkbox", { name: modelId }).check();
  await page.getByRole("button", { name: "Edit before adding" }).click();
  await expect(page.getByRole("textbox", { name: "Model ID" })).toHaveValue(modelId);
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(/gpt-oss/);
  await expect(page.getByRole("textbox", { name: "Input", exact: true })).toHaveValue("0.15");
  await page.getByRole("dialog").getByRole("button", { name: "Add model" }).click();
  await expect(sheet(page).getByRole("heading", { name: /gpt-oss/ })).toBeVisible();
  await expect(row(page, modelId)).toBeVisible();
});

test("an admin adds a model by hand, and a second one of that ID is refused on the form", async ({
  page,
}) => {
  const modelId = `by-hand-${randomUUID()}`;
  await signInAs(page, "admin");
  for (const attempt of ["first", "second"]) {
    await page.goto("/models?provider=xai&add=true");
    await page.getByRole("button", { name: "Type an ID" }).click();
    await page.getByRole("textbox", { name: "Model ID" }).fill(modelId);
    await page.getByRole("textbox", { name: "Input", exact: true }).fill("1.25");
    await page.getByRole("dialog").getByRole("button", { name: "Add model" }).click();
    if (attempt === "first") await expect(row(page, modelId)).toContainText("1.25");
  }
  await expect(page.getByRole("alert")).toContainText("exists already");
  await expect(page.getByRole("textbox", { name: "Model ID" })).toHaveValue(modelId);
});

test("a price typed per 1K tokens is stored per 1M, whatever the screen shows", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 3 });
  await page.goto(`/models?q=${model.model_id}`);
  await chooseAction(page, model.display_name, "Edit");
  const input = page.getByRole("textbox", { name: "Input", exact: true });
  await expect(input).toHaveValue("3.00");
  await sheet(page).getByText("per 1K").click();
  await expect(input).toHaveValue("0.003");
  await input.fill("0.00015");
  await sheet(page).getByText("per 1M").click();
  await expect(input).toHaveValue("0.15");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(row(page, model.model_id)).toContainText("0.15");
  expect(await model.read()).toMatchObject({ input_price: 0.15, input_price_source: "admin" });
});

test("a price of the wrong unit is noticed, and what was typed survives a refusal", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel({ output_price: 15 });
  await page.goto(`/models?model=${encodeURIComponent(model.pk)}&show=edit`);
  const output = page.getByRole("textbox", { name: "Output", exact: true });
  await output.fill("0.015");
  await expect(page.getByText("About a thousandth of the stored price")).toBeVisible();
  await page.getByRole("button", { name: "Use $15.00" }).click();
  await expect(output).toHaveValue("15.00");
  await output.fill("fifteen");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(output).toHaveAccessibleDescription(/Type a number, such as/);
  await expect(output).toHaveValue("fifteen");
});

test("making a model the default says which one loses it", async ({ page }) => {
  await signInAs(page, "admin");
  const former = await testModel({ is_default: true }, "deepseek");
  const next = await testModel({}, "deepseek");
  await page.goto("/models?provider=deepseek");
  await chooseAction(page, next.display_name, "Make default");
  await expect(page.getByRole("alertdialog")).toContainText(`${former.display_name} loses it`);
  await page.getByRole("button", { name: "Make default" }).click();
  await expect(row(page, next.model_id)).toContainText("Default");
  await expect(row(page, former.model_id)).not.toContainText("Default");
  await expect.poll(former.read).toMatchObject({ is_default: false });
});

test("a retired model becomes the default only with a reason", async ({ page }) => {
  await signInAs(page, "admin");
  const model = await testModel({ lifecycle: "retired" }, "xai");
  await page.goto(`/models?q=${model.model_id}`);
  await chooseAction(page, model.display_name, "Make default");
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Make default" }).click();
  await expect(question).toContainText(`${model.display_name} is retired by its provider`);
  const anyway = question.getByRole("button", { name: "Make default anyway" });
  await expect(anyway).toBeDisabled();
  await question.getByLabel("Why it should go ahead").fill("It stays until the contract ends");
  await anyway.click();
  await expect(question).toHaveCount(0);
  await expect.poll(model.read).toMatchObject({ is_default: true });
});

test("a deactivated model stays visible, and one undo activates it again", async ({ page }) => {
  await signInAs(page, "admin");
  const model = await testModel();
  await page.goto(`/models?q=${model.model_id}`);
  await chooseAction(page, model.display_name, "Deactivate");
  await page.getByRole("button", { name: "Deactivate" }).click();
  await expect(row(page, model.model_id)).toContainText("Inactive");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, model.model_id)).not.toContainText("Inactive");
  await expect.poll(model.read).toMatchObject({ is_active: true });
});

test("retiring a model in use requires a replacement", async ({ page }) => {
  await signInAs(page, "admin");
  const model = await testModel();
  await page.goto(`/models?q=${model.model_id}`);
  await expect(row(page, model.model_id)).toBeVisible();
  // An agent is deployed while the page is open.
  const agent = await model.useByAgent();
  await chooseAction(page, model.display_name, "Retire");
  await page.getByRole("button", { name: "Retire model" }).click();
  const question = page.getByRole("dialog");
  await expect(question.getByRole("link", { name: agent.agent_name })).toHaveAttribute(
    "href",
    `/agents/${agent.agent_name}/v1.0`,
  );
  await expect(question.getByRole("button", { name: "Switch and retire" })).toBeDisabled();
  await question.getByRole("button", { name: "Cancel" }).click();

  await agent.remove();
  await page.reload();
  await chooseAction(page, model.display_name, "Retire");
  await page.getByRole("button", { name: "Retire model" }).click();
  await expect(page.getByText("No model fits")).toBeVisible();
  await expect.poll(model.read).toMatchObject({ status: 404 });
});

test("another admin's change of a different field is kept, of the same field is shown beside mine", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 1, max_tokens: 1000 });
  await page.goto(`/models?model=${encodeURIComponent(model.pk)}&show=edit`);
  const input = page.getByRole("textbox", { name: "Input", exact: true });
  const save = page.getByRole("button", { name: "Save changes" });
  await input.fill("2");
  await model.change({ max_tokens: 2000 });
  await save.click();
  await expect(save).toHaveCount(0);
  expect(await model.read()).toMatchObject({ input_price: 2, max_tokens: 2000 });

  await sheet(page).getByText("Edit", { exact: true }).click();
  await input.fill("3");
  await model.change({ input_price: 4 });
  await save.click();
  const conflict = page.getByRole("dialog", { name: /was changed by someone else/ });
  await expect(conflict).toContainText("$4.00 per 1M tokens");
  await expect(conflict).toContainText("$3.00 per 1M tokens");
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await expect(conflict).toHaveCount(0);
  expect(await model.read()).toMatchObject({ input_price: 3 });
});

test("leaving an edited form asks first, and a narrower window keeps the edits", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel();
  await page.goto(`/models?model=${encodeURIComponent(model.pk)}&show=edit`);
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("Half a na");
  await sheet(page).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Keep editing" }).click();
  await expect(name).toHaveValue("Half a na");
  await page.setViewportSize({ width: 360, height: 800 });
  await expect(page.locator("[inert] #content")).toBeAttached();
  await expect(name).toHaveValue("Half a na");
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.locator("[inert]")).toHaveCount(0);
  await expect(name).toHaveValue("Half a na");
  await sheet(page).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Discard what I typed" }).click();
  await expect(sheet(page)).toHaveCount(0);
});

test("a row that cannot be read is listed with its reason and repaired", async ({ page }) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 1 });
  await model.breakAttribute("input_price", { S: "one dollar" });
  await page.goto(`/models?q=${model.model_id}`);
  await expect(page.getByText('input_price is of type S "one dollar"').first()).toBeVisible();
  await page.getByRole("button", { name: `Repair ${model.pk}` }).click();
  await page.getByRole("textbox", { name: /Input price/ }).fill("1.5");
  await page.getByRole("dialog").getByRole("button", { name: "Repair row" }).click();
  await expect(row(page, model.model_id)).toContainText("1.50");

  await model.breakAttribute("lifecycle", { S: "ancient" });
  await page.reload();
  await page.getByRole("button", { name: `Delete ${model.pk}` }).click();
  await page.getByRole("button", { name: "Delete row" }).click();
  await expect(page.getByRole("button", { name: `Delete ${model.pk}` })).toHaveCount(0);
  await expect.poll(model.read).toMatchObject({ status: 404 });
});
