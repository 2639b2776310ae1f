import { expect, test } from "../support/browser";
import { row, signInAs, testModel } from "../support/models-page";
import { expectAccessible } from "../support/stack-page";

test("a price in the other unit raises a question before it is saved, in the form and in a file", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 3 });
  await page.goto(`/models?model=${encodeURIComponent(model.pk)}&show=edit`);
  await page.getByRole("textbox", { name: "Input", exact: true }).fill("0.003");
  await page.getByRole("button", { name: "Save changes" }).click();
  const question = page.getByRole("alertdialog", { name: "Per 1M or per 1K tokens?" });
  await expect(question.getByRole("button", { name: "Save" })).toBeDisabled();
  await question.getByRole("radio", { name: "$0.003 per 1M" }).check();
  await expect(question).toContainText("Saved as $0.003 per 1M tokens.");
  await question.getByRole("radio", { name: "$0.003 per 1K" }).check();
  await question.getByRole("button", { name: "Back to the form" }).click();
  expect(await model.read()).toMatchObject({ input_price: 3 });

  const text = `provider,model_id,input_price\nopenai,${model.model_id},0.0035\n`;
  await page.goto("/models?import=true");
  await page
    .getByLabel("Choose a file")
    .setInputFiles({ name: "m.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const dialog = page.getByRole("dialog", { name: "Import models" });
  const go = dialog.getByRole("button", { name: "Import 1 model" });
  await expect(dialog).toContainText("Are the prices of this file per 1M or per 1K tokens?");
  await expect(go).toBeDisabled();
  await dialog.getByText("All per 1K").click();
  await expect(dialog).toContainText("becomes $3.50");
  await go.click();
  await expect(dialog).toContainText("1 row written");
  expect(await model.read()).toMatchObject({ input_price: 3.5 });
});

test("ticked prices are synced with the catalog, and assumed units confirmed, each with one undo", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const assumed = await testModel();
  await assumed.breakAttribute("input_price_per_1k", { N: "0.5" });
  await page.goto("/models");
  await page.getByRole("button", { name: /^Look at/ }).click();
  await page.getByRole("button", { name: `Confirm ${assumed.display_name}` }).click();
  await expect(page.getByText("1 price confirmed")).toBeVisible();
  await expect.poll(assumed.read).toMatchObject({ price_unit: null, input_price: 0.5 });

  // A sample model with an admin's price, which is ticked only by hand.
  const path = "/api/models/openai/gpt-4.1-mini";
  await page.request.patch(path, { data: { input_price: 7 } });
  await page.goto("/models?sync=true");
  const dialog = page.getByRole("dialog", { name: "Sync prices" });
  await expect(dialog.getByRole("region", { name: "Prices that differ" })).toBeVisible();
  await dialog.getByRole("button", { name: "Tick none" }).click();
  await expectAccessible(page);
  const box = dialog.getByRole("checkbox", { name: /^Input of GPT-4.1 mini:/ });
  await expect(box).not.toBeChecked();
  await box.check();
  await dialog.getByRole("button", { name: "Sync 1 model" }).click();
  await expect(dialog).toContainText("1 row written");
  const price = async () => (await (await page.request.get(path)).json()).input_price;
  expect(await price()).toBe(0.4);
  await dialog.getByRole("button", { name: "Undo 1 row" }).click();
  await expect.poll(price).toBe(7);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.request.patch(path, { data: { input_price: 0.4, price_source: "catalog" } });
  await expect(row(page, "gpt-4.1-mini")).toBeVisible();
});
