import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { maxLayoutShift, recordLayoutShifts, takeLayoutShifts } from "../support/layout-shift";
import { signInAs } from "../support/models-page";

const pages = [
  "/models",
  "/models?model=openai%23gpt-4o",
  "/agents",
  "/agents/sql-agent/v1.0",
  "/agents/research-agent/v1.0",
  "/playground",
  "/costs",
  "/costs?tab=prices",
  "/costs?tab=calculator",
  "/checks",
  "/activity",
  "/tokens",
];
const sizes = [
  { width: 360, height: 780 },
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
];

async function expectStill(page: Page, what: string): Promise<void> {
  const { sum, moved } = await takeLayoutShifts(page);
  expect.soft(sum, `${what}: ${moved.join("; ")}`).toBeLessThanOrEqual(maxLayoutShift);
}

for (const size of sizes) {
  test(`nothing jumps while a page loads at ${size.width} px`, async ({ page }) => {
    test.slow();
    await page.setViewportSize(size);
    await recordLayoutShifts(page);
    await signInAs(page, "admin");
    for (const path of pages) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await expectStill(page, path);
    }
  });
}

test("a sheet lies over the page: the row that was clicked stays where it is", async ({ page }) => {
  await recordLayoutShifts(page);
  await signInAs(page, "admin");
  await page.goto("/models?q=gpt-4o");
  await page.waitForLoadState("networkidle");
  const row = page.getByRole("row").filter({ hasText: "gpt-4o-mini" });
  const before = await row.boundingBox();
  await takeLayoutShifts(page);

  await row.getByRole("button", { name: "GPT-4o mini", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("gpt-4o-mini");
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  expect(await row.boundingBox()).toEqual(before);
  await expectStill(page, "opening a sheet");

  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectStill(page, "closing it");
});

test("nothing jumps while columns, filters, menus and dialogs are used", async ({ page }) => {
  await recordLayoutShifts(page);
  await signInAs(page, "admin");
  await page.goto("/models");
  await page.waitForLoadState("networkidle");
  await takeLayoutShifts(page);

  await page.getByRole("button", { name: "Add model" }).click();
  await expect(page.getByRole("dialog", { name: "Add model" })).toBeVisible();
  await expectStill(page, "opening the form");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.getByRole("button", { name: "Columns" }).click();
  await expect(page.getByRole("menuitemcheckbox", { name: "Last test" })).toBeVisible();
  await expectStill(page, "opening the menu of columns");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Actions for GPT-4o", exact: true }).click();
  await page.getByRole("menuitem", { name: "Retire…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectStill(page, "opening a dialog");
});

test("a person's choice of columns stays after a reload, and isn't another person's", async ({
  page,
}) => {
  await signInAs(page, "admin");
  await page.goto("/models");
  const lastTest = page.getByRole("columnheader", { name: "Last test" });
  await expect(lastTest).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Last test" }).click();
  await expect(lastTest).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Model", exact: true })).toBeVisible();
  await expect(lastTest).toHaveCount(0);

  await signInAs(page, "viewer");
  await page.reload();
  await expect(lastTest).toBeVisible();
});

test("on a phone rows are cards, and the first is in sight", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await signInAs(page, "admin");
  for (const path of ["/models", "/agents", "/costs?tab=prices"]) {
    await page.goto(path);
    const first = page.locator("[data-row='0']");
    await expect(first).toBeVisible();
    const box = await first.boundingBox();
    expect.soft(box?.y, path).toBeLessThanOrEqual(300);
    expect.soft(box?.width, path).toBeLessThanOrEqual(360);
  }
  await page.goto("/agents/sql-agent/v1.0");
  const broken = page.getByText(/^Breaks here:/);
  const model = page.getByRole("region", { name: "Model", exact: true });
  const top = async (part: typeof broken) => (await part.boundingBox())?.y ?? 0;
  await expect(broken).toBeVisible();
  expect(await top(broken)).toBeLessThan(await top(model));
});
