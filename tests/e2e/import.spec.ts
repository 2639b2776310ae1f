import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { signInAs, testModel } from "../support/models-page";
import { startStack } from "../support/stack";
import { expectAccessible, openAs } from "../support/stack-page";

const head = "provider,model_id,display_name,input_price";

async function chooseFile(page: Page, name: string, text: string) {
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const mimeType = name.endsWith(".csv") ? "text/csv" : "application/json";
  const file = { name, mimeType, buffer: Buffer.from(text) };
  await page.getByLabel("Choose a file").setInputFiles(file);
}

const row = (page: Page, text: string) =>
  page
    .getByRole("region", { name: "Rows of the file" })
    .getByRole("listitem")
    .filter({ hasText: text });

test("a file is shown row by row before anything is written, then imported and undone", async ({
  page,
}) => {
  await signInAs(page, "admin");
  await page.goto("/models");
  const changed = await testModel({ input_price: 1 });
  const same = await testModel({ input_price: 2 });
  const added = `${same.model_id}-new`;
  const rows = [
    head,
    `openai,${changed.model_id},${changed.display_name},1.5`,
    `openai,${same.model_id},${same.display_name},2`,
    `openai,${added},A new one,3`,
    `openai,${same.model_id}-bad,A wrong one,free`,
  ];
  await chooseFile(page, "models.csv", rows.join("\n"));
  const dialog = page.getByRole("dialog", { name: "Import models" });
  await expect(row(page, changed.model_id)).toContainText("Input price: $1.00");
  await expect(row(page, changed.model_id)).toContainText("$1.50");
  await expect(row(page, added)).toContainText("Added");
  await expect(row(page, "Row 2")).toContainText("Unchanged");
  await expect(row(page, "Line 5")).toContainText(`openai#${same.model_id}-bad`);
  await expect(row(page, "Line 5")).toContainText("Must be a number");
  const go = dialog.getByRole("button", { name: "Import 2 models" });
  await expect(go).toBeDisabled();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  expect(await changed.read()).toMatchObject({ input_price: 1 });

  await dialog.getByText("Leave the rejected row out").click();
  await go.click();
  await expect(dialog).toContainText("2 rows written");
  expect(await changed.read()).toMatchObject({ input_price: 1.5 });

  await dialog.getByRole("button", { name: "Undo 2 rows" }).click();
  await expect(page.getByText("2 rows put back")).toBeVisible();
  expect(await changed.read()).toMatchObject({ input_price: 1 });
  const response = await page.request.get(`/api/models/openai/${added}`);
  expect(response.status()).toBe(404);
});

test("importing an export changes nothing", async ({ page }) => {
  const stack = await startStack({ seed: "tests/support/platform.json" });
  try {
    await openAs(page, stack, "admin", "/models");
    for (const format of ["CSV", "JSON"]) {
      await page.getByRole("button", { name: "Export" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: format }).click();
      const text = await readFile(await (await download).path(), "utf8");
      await chooseFile(page, `models.${format.toLowerCase()}`, text);
      await expect(page.getByText("Nothing to import.")).toBeVisible();
      await expect(page.getByRole("button", { name: "21 unchanged" })).toBeVisible();
      await page.getByRole("button", { name: "Cancel" }).click();
    }
  } finally {
    await stack.stop();
  }
});

test("a long import is stopped, resumed and undone", async ({ page }) => {
  test.setTimeout(240_000);
  const stack = await startStack({ seed: "none" });
  try {
    await openAs(page, stack, "admin", "/models");
    const rows = Array.from({ length: 450 }, (_, index) => `openai,long-${index},Long ${index},1`);
    await chooseFile(page, "models.csv", [head, ...rows].join("\n"));
    const dialog = page.getByRole("dialog", { name: "Import models" });
    await dialog.getByRole("button", { name: "Import 450 models" }).click();
    await dialog.getByRole("button", { name: "Stop" }).click();
    await expect(dialog).toContainText(/Stopped\s+[\d,]+ rows? written, [\d,]+ rows? not touched/);
    await expect(dialog.getByRole("button", { name: "Close" }).last()).toBeEnabled();
    const registered = async () =>
      (await (await page.request.get(`${stack.url}/api/models`)).json()).models.length;
    const written = await registered();
    expect(written).toBeLessThan(450);
    await expectAccessible(page);

    await dialog.getByRole("button", { name: "Resume" }).click();
    await expect(dialog).toContainText("450 rows written", { timeout: 120_000 });
    await expect(dialog.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "450");
    expect(await registered()).toBe(450);
    await dialog.getByRole("button", { name: "Undo 450 rows" }).click();
    const undo = dialog.getByRole("region", { name: "Undo", exact: true });
    await expect(undo).toContainText("450 rows written", { timeout: 120_000 });
    expect(await registered()).toBe(0);
  } finally {
    await stack.stop();
  }
});

test("a file that isn't a list of models says so, and another can be chosen", async ({ page }) => {
  await signInAs(page, "admin");
  await page.goto("/models");
  await chooseFile(page, "models.json", "{ not json");
  await expect(page.getByRole("alert")).toContainText("not valid JSON");
  await page
    .getByLabel("Choose a file")
    .setInputFiles({ name: "m.json", mimeType: "application/json", buffer: Buffer.from("[]") });
  await expect(page.getByText("Nothing to import.")).toBeVisible();
  await expect(page.getByText("The file has no models")).toBeVisible();
});

test("5,000 rows are compared, and only visible ones are drawn", async ({ page }) => {
  await signInAs(page, "admin");
  await page.goto("/models");
  const rows = Array.from({ length: 5000 }, (_, index) => `openai,bulk-${index},Bulk ${index},1`);
  await chooseFile(page, "models.csv", [head, ...rows].join("\n"));
  await expect(page.getByRole("button", { name: "5,000 added" })).toBeVisible();
  const drawn = page.getByRole("region", { name: "Rows of the file" }).getByRole("listitem");
  expect(await drawn.count()).toBeLessThan(60);
  await page.getByRole("region", { name: "Rows of the file" }).focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(row(page, "bulk-4999")).toBeInViewport({ timeout: 1000 });
  }).toPass();
});
