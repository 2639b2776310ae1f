import type { Page } from "@playwright/test";
import type { ModelRecord } from "@/lib/models/schema";
import { expect, test } from "../support/browser";
import { type ReplayServer, startReplay } from "../support/replay-server";
import { type Stack, startStack } from "../support/stack";
import { callApi, expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

// Serial and on its own stack: the tests change keys and rows.
test.describe.configure({ mode: "default" });

let stack: Stack;
let upstream: ReplayServer;
test.beforeAll(async () => {
  upstream = await startReplay({});
  stack = await startStack({ env: { XAI_BASE_URL: `${upstream.url}/v1` } });
});
test.afterAll(async () => {
  await stack.stop();
  await upstream.stop();
});

const capabilities = (page: Page) => page.getByRole("region", { name: "Capabilities" });
const dialog = (page: Page) => page.getByRole("dialog");
const row = (page: Page, modelId: string) => page.getByRole("row").filter({ hasText: modelId });

async function record(provider: string, modelId: string): Promise<ModelRecord> {
  const path = `/api/models/${provider}/${encodeURIComponent(modelId)}`;
  return (await callApi(stack, "GET", path)).json();
}

/** Ticks every row of the filtered list and opens the test's confirmation. */
async function testAll(page: Page, path: string): Promise<void> {
  await openAs(page, stack, "admin", path);
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await page.getByRole("checkbox", { name: "Select all" }).check();
  const bar = page.getByRole("region", { name: "Selected models" });
  await bar.getByRole("button", { name: "Test" }).click();
  await expect(dialog(page)).toContainText("It costs what any call costs");
}

test("an admin probes a model, sees what it cannot do, and corrects its row", async ({ page }) => {
  await openAs(page, stack, "admin", `/models?model=${encodeURIComponent("openai#gpt-4.1-mini")}`);
  await expect(capabilities(page)).toContainText("never probed");
  await expect(capabilities(page)).toContainText(/about 460 tokens in .* at most/);

  await capabilities(page).getByRole("button", { name: "Probe capabilities" }).click();

  await expect(capabilities(page).getByRole("status")).toContainText(/\d+ tokens in, \d+ out/);
  await expect(capabilities(page)).toContainText(/Disproved.*by admin.*simulated/);
  await expect(capabilities(page)).toContainText("image_url is only supported by certain models");
  await expect(capabilities(page)).toContainText("The row says that the model takes images.");
  await expectAccessible(page);

  await capabilities(page).getByRole("button", { name: "Correct the row" }).click();

  await expect(page.getByText("The row of GPT-4.1 mini is corrected")).toBeVisible();
  await expect(capabilities(page).getByRole("button", { name: "Correct the row" })).toHaveCount(0);
  await expect(dialog(page).getByRole("region", { name: "History" })).toContainText(/vision/i);
  expect(await record("openai", "gpt-4.1-mini")).toMatchObject({
    supports_tools: true,
    supports_vision: false,
    capabilities_proved: { vision: { verdict: "disproved" }, streaming: { verdict: "proved" } },
  });
});

test("a viewer reads what was probed and cannot probe, on a phone too", async ({ page }) => {
  await callApi(stack, "POST", "/api/models/anthropic/claude-sonnet-5/probe", { tools: true });
  await page.setViewportSize({ width: 360, height: 740 });
  await openAs(
    page,
    stack,
    "viewer",
    `/models?model=${encodeURIComponent("anthropic#claude-sonnet-5")}`,
  );
  await expect(capabilities(page)).toContainText("It called the tool");
  await expect(capabilities(page)).toContainText("never probed");
  await expect(capabilities(page).getByRole("button")).toHaveCount(0);
  await expectNoHorizontalScroll(page);
  await page.goto(`${stack.url}/models`);
  await expect(row(page, "claude-sonnet-5").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Select", exact: true })).toHaveCount(0);
});

test("one of several models fails: the others are tested, and all results are saved", async ({
  page,
}) => {
  const [works, fails] = ["eu.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"];
  await testAll(page, "/models?provider=bedrock&q=nova-lite");
  await dialog(page).getByLabel("Probe tools, vision and streaming as well").check();
  await dialog(page).getByRole("button", { name: "Start" }).click();

  await expect(dialog(page).getByRole("status")).toContainText(
    "2 of 2 models tested: 1 works, 1 failed",
  );
  const failed = dialog(page).getByRole("list", { name: "What failed" });
  await expect(failed).toContainText("1 model with wrong_region");
  await expect(failed).toContainText("Choose the inference profile");
  const items = dialog(page).getByRole("region", { name: "Models of the test" });
  await expect(items).toContainText("Tools proved, vision proved, streaming proved.");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 720 });

  await dialog(page).getByRole("button", { name: "Done" }).click();
  await expect(row(page, works)).toContainText("Works");
  await expect(row(page, fails)).toContainText("Wrong region");
  expect(await record("bedrock", works)).toMatchObject({
    last_test: { outcome: "ok" },
    capabilities_proved: { tools: { verdict: "proved" } },
  });
  expect(await record("bedrock", fails)).toMatchObject({ last_test: { outcome: "wrong_region" } });
});

test("a rejected key is not tried with every model, and leads to its field", async ({ page }) => {
  await callApi(stack, "PUT", "/api/providers/deepseek/key", { api_key: "sandbox-wrong-0001" });
  await testAll(page, "/models?provider=deepseek");
  await dialog(page).getByRole("button", { name: "Start" }).click();
  await expect(dialog(page).getByRole("status")).toContainText(/5 of 5 models tested: 5 failed/);
  const items = dialog(page).getByRole("region", { name: "Models of the test" });
  await expect(items.getByText("not asked")).toHaveCount(3);

  await dialog(page).getByRole("link", { name: "Update API Key" }).click();

  const keys = page.getByRole("region", { name: "API keys" });
  await expect(keys.getByLabel("Provider", { exact: true })).toHaveValue("deepseek");
});

test("a test continues while its dialog is closed, and Stop closes the provider's connections", async ({
  page,
}) => {
  await callApi(stack, "PUT", "/api/providers/xai/key", { api_key: "not-a-sandbox-key-0001" });
  await testAll(page, "/models?provider=xai");
  await dialog(page).getByRole("button", { name: "Start" }).click();
  await dialog(page).getByRole("button", { name: "Close" }).last().click();

  await expect.poll(() => upstream.requests.length).toBe(2);
  await page.getByRole("searchbox", { name: "Search name or model ID" }).fill("grok-4");
  await expect(row(page, "grok-2-1212")).toHaveCount(0);
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("button", { name: "Testing 0 of 6" }).click();

  await dialog(page).getByRole("button", { name: "Stop" }).click();

  await upstream.abandoned;
  await expect(dialog(page).getByRole("status")).toContainText("0 of 6 models tested: 6 stopped");
  await expect(
    dialog(page).getByRole("button", { name: /Test the 6 open ones again/ }),
  ).toBeVisible();
  expect(upstream.requests).toHaveLength(2);
  expect(await record("xai", "grok-4.5")).toMatchObject({ last_test: null });
});
