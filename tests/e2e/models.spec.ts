import { expect, test } from "../support/browser";
import { row, sheet, signInAs, testModel } from "../support/models-page";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test("search, filters, sort and price unit are in the URL and survive a reload", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const cheap = await testModel({ input_price: 0.15, supports_tools: true });
  const dear = await testModel({ input_price: 15, supports_tools: true });
  const toolless = await testModel({ input_price: 1, supports_tools: false });
  const common = cheap.display_name.split(" ")[0] ?? "";
  await page.goto("/models");
  await expect(async () => {
    // The page listens for keys once its scripts run.
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type(common);
  await page.getByRole("button", { name: "Tools", exact: true }).click();
  await page.getByText("per 1K").click();
  await page.getByRole("button", { name: "Input", exact: true }).click();
  await page.getByRole("button", { name: "Input", exact: true }).click();
  await expect(page).toHaveURL(/filter=tools/);
  await expect(page).toHaveURL(/unit=1K/);
  await expect(page).toHaveURL(/sort=-input_price/);

  await page.reload();

  await expect(page.getByRole("searchbox")).toHaveValue(common);
  await expect(row(page, cheap.model_id)).toContainText("0.00015");
  await expect(row(page, dear.model_id)).toContainText("0.015");
  await expect(row(page, toolless.model_id)).toHaveCount(0);
  const names = await page.getByRole("row").filter({ hasText: common }).allInnerTexts();
  const position = (name: string) => names.findIndex((text) => text.includes(name));
  expect(position(dear.model_id)).toBeLessThan(position(cheap.model_id));
});

test("the platform's own rows show their prices per 1M and per 1K tokens", async ({
  page,
  platform,
}) => {
  await platform.restore();
  await openAs(page, platform, "admin", "/models");
  await expect(page.getByText("21 models of 6 providers")).toBeVisible();
  const sonnet = row(page, "claude-3-7-sonnet-latest").getByRole("cell");
  const mini = row(page, "gpt-4o-mini").getByRole("cell");
  await expect(sonnet.nth(2)).toHaveText("$3.00");
  await expect(sonnet.nth(3)).toHaveText("$15.00");
  await expect(mini.nth(2)).toHaveText("$0.15");
  await page.getByText("per 1K").click();
  await expect(sonnet.nth(2)).toHaveText("$0.003");
  await expect(sonnet.nth(3)).toHaveText("$0.015");
  await expect(mini.nth(2)).toHaveText("$0.00015");

  await test.step("Tab goes through the controls of one row, then out of the table", async () => {
    const provider = page.getByRole("combobox", { name: "Provider" });
    await expect(provider).toBeVisible();
    await row(page, "gpt-4o-mini").focus();
    await page.keyboard.press("Shift+Tab");
    await expect(page.getByRole("button", { name: "Last test" })).toBeFocused();
    await row(page, "gpt-4o-mini").focus();
    await expect(async () => {
      await page.keyboard.press("Tab");
      await expect(provider).toBeFocused({ timeout: 200 });
    }).toPass({ timeout: 20_000, intervals: [0] });
  });
});

test("an unpriced model says so instead of showing $0", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel();
  await page.goto(`/models?q=${model.model_id}&filter=unpriced`);
  await expect(row(page, model.model_id)).toContainText("not priced");
  await expect(row(page, model.model_id)).not.toContainText("0.00");
});

test("a viewer reads everything and has no buttons that change it", async ({ page }) => {
  await signInAs(page, "viewer");
  const model = await testModel({ input_price: 1 });
  await model.breakAttribute("supports_vision", { S: "maybe" });
  const valid = await testModel({ input_price: 2 });
  await page.goto(`/models?q=${valid.model_id}`);
  await expect(page.getByRole("button", { name: `Delete ${model.pk}` })).toHaveCount(0);
  await page.getByRole("button", { name: valid.display_name, exact: true }).click();
  await expect(sheet(page)).toContainText("$2.00");
  const writing = /add model|actions|edit|save|retire|repair|delete|deactivate|default|update/i;
  await expect(page.getByRole("button", { name: writing })).toHaveCount(0);
  await expect(page.getByRole("radio", { name: /edit|test/i })).toHaveCount(0);
  expect((await page.request.post("/api/models", { data: {} })).status()).toBe(403);
});

test("a link clicked right after setting a filter works", async ({ page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/activity\b/, (route) => released.then(() => route.continue()));
  await signInAs(page, "viewer");
  await page.goto("/models");
  const link = await page.getByRole("link", { name: "Activity" }).elementHandle();
  const chip = page.getByRole("button", { name: "Tools", exact: true });
  await chip.evaluate((filter: HTMLElement, activity) => {
    filter.click();
    // The handle is that of the link above.
    (activity as HTMLElement).click();
  }, link);
  await expect(page).toHaveURL(/filter=tools/);
  release();
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
});

test("the page, a sheet and its form pass axe and fit 360 px", async ({ page }) => {
  test.slow();
  await signInAs(page, "admin");
  const model = await testModel({ input_price: 1, max_tokens: 1000 });
  const broken = await testModel();
  await broken.breakAttribute("input_price", { S: "free" });
  for (const view of ["", "&show=edit", "&show=test"]) {
    await page.goto(`/models?q=${model.model_id}&model=${encodeURIComponent(model.pk)}${view}`);
    await expect(sheet(page)).toBeVisible();
    await expectAccessible(page, "[role=dialog]");
  }
  await page.goto("/models?add=true&provider=xai");
  await expect(sheet(page)).toBeVisible();
  await expectAccessible(page, "[role=dialog]");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/models?provider=xai");
  await expect(page.getByRole("table")).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});
