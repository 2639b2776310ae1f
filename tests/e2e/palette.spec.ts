import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const input = (page: Page) => page.getByRole("combobox", { name: /^Find a model/ });
const chosen = (page: Page) => page.getByRole("listbox").getByRole("option", { selected: true });

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(input(page)).toBeFocused();
}

/** Types the query, waits for this best hit and chooses it. */
async function find(page: Page, query: string, best: string | RegExp): Promise<void> {
  await openPalette(page);
  await input(page).fill(query);
  await expect(chosen(page)).toContainText(best);
  await page.keyboard.press("Enter");
}

test("models, agents, keys and pages are found from the keyboard, on every page", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/activity");
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/api/models", (route) => released.then(() => route.continue()));
  await openPalette(page);
  await input(page).fill("4o mini");
  // Until the models load, the best hit is an agent that runs on one.
  await expect(chosen(page)).toContainText("-agent");
  release();
  await expect(chosen(page)).toContainText("GPT-4o Mini");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/models\?model=openai%23gpt-4o-mini/);
  await expect(page.getByRole("dialog", { name: /GPT-4o Mini/ })).toBeVisible();

  await find(page, "timeseries", "timeseries-agent");
  await expect(page.getByRole("heading", { name: "timeseries-agent" })).toBeVisible();

  await find(page, "bedrock token", "Amazon Bedrock");
  await expect(page).toHaveURL(/key_provider=bedrock#api-keys$/);

  await find(page, "activ", "Activity");
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();

  await openPalette(page);
  await expect(page.getByRole("group", { name: "Recent" }).getByRole("option").first()).toHaveText(
    /Activity/,
  );
  await page.keyboard.press("Escape");
});

test("actions are done from the keyboard, and what needs a choice asks for it", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents");
  await find(page, "dark", "Dark theme");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await find(page, "run checks", "Run all checks");
  await expect(page).toHaveURL(/\/checks$/);

  await find(page, "add model", "Add model");
  await expect(page.getByRole("dialog", { name: /Add/ })).toBeVisible();
  await page.keyboard.press("Escape");

  await find(page, "import", "Import models");
  await expect(page.getByRole("dialog", { name: /Import/ })).toBeVisible();
  await page.keyboard.press("Escape");

  await find(page, "switch agent", "Switch an agent");
  const agents = page.getByRole("combobox", { name: "Agent to switch" });
  await agents.fill("sql v1");
  await expect(chosen(page)).toContainText("sql-agent");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Model", exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\/agents\/sql-agent\/v1\.0$/);

  await find(page, "sign out", "Sign out");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the palette returns the focus when it closes, and asks before it leaves unsaved text", async ({
  page,
}) => {
  await openAs(page, stack, "admin", "/agents/maps-agent/v1.0");
  const opener = page.getByRole("button", { name: /Find or do/ }).filter({ visible: true });
  await opener.click();
  await expect(input(page)).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(input(page)).toHaveCount(0);
  await expect(opener).toBeFocused();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("textbox", { name: "System prompt" }).fill("Not saved yet");
  await find(page, "activity", "Activity");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await expect(page.getByRole("textbox", { name: "System prompt" })).toHaveValue("Not saved yet");
});

test("a viewer finds only what they can read, and a list that fails can be retried", async ({
  page,
}) => {
  await page.route("**/api/models", (route) => route.fulfill({ status: 403, json: {} }));
  await openAs(page, stack, "viewer", "/activity");
  await openPalette(page);
  const failed = page.getByRole("alert").filter({ hasText: "The models could not be read" });
  await expect(failed).toBeVisible();
  await expect(page.getByRole("option", { name: "Add model" })).toHaveCount(0);
  await page.unroute("**/api/models");
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(failed).toHaveCount(0);
  await input(page).fill("gpt4omini");
  await expect(chosen(page)).toContainText("gpt-4o-mini");
  await input(page).fill("zzzz");
  await expect(page.getByText("Nothing is called “zzzz”")).toBeVisible();
});

test("the open palette passes axe in light and dark and fits a narrow window", async ({ page }) => {
  await openAs(page, stack, "admin", "/agents");
  await openPalette(page);
  await expect(page.getByRole("option", { name: /Add model/ })).toBeVisible();
  await expectAccessible(page);
  await input(page).fill("claude");
  await expect(chosen(page)).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 760 });
  await expectNoHorizontalScroll(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Find or do", exact: true }).click();
  await expect(input(page)).toBeFocused();
});
