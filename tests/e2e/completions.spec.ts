import type { Page } from "@playwright/test";
import type { ModelList } from "@/lib/models/schema";
import { expect, test } from "../support/browser";
import { type ReplayServer, startReplay } from "../support/replay-server";
import { type Stack, startStack } from "../support/stack";
import { callApi, openAs } from "../support/stack-page";

// Serial and on its own stack: the tests change and reject keys.
test.describe.configure({ mode: "default" });

/** OpenAI's stream with one word, and then silence. */
const firstWord = { choices: [{ index: 0, delta: { role: "assistant", content: "Slowly" } }] };

let stack: Stack;
let upstream: ReplayServer;
test.beforeAll(async () => {
  upstream = await startReplay({
    headers: { "content-type": "text/event-stream" },
    body: [`data: ${JSON.stringify({ id: "c1", model: "gpt-4o", ...firstWord })}\n\n`],
    finish: "hang",
  });
  stack = await startStack({
    env: { OPENAI_BASE_URL: `${upstream.url}/v1`, COMPLETION_TIMEOUT_MS: "6000" },
  });
});
test.afterAll(async () => {
  await stack.stop();
  await upstream.stop();
});

const panel = (page: Page) => page.getByRole("region", { name: "Test completion" });
const run = (page: Page) => panel(page).getByRole("button", { name: "Run" });
const failure = (page: Page) => panel(page).getByRole("alert");

async function defaultModel(providerId: string): Promise<string> {
  const list: ModelList = await (await callApi(stack, "GET", "/api/models")).json();
  const model = list.models.find((entry) => entry.provider_id === providerId && entry.is_default);
  if (!model) throw new Error(`The sample data have no default model of ${providerId}`);
  return model.pk;
}

async function openTest(page: Page, providerId: string): Promise<void> {
  const pk = await defaultModel(providerId);
  await openAs(page, stack, "admin", `/models?model=${encodeURIComponent(pk)}&show=test`);
}

async function putKey(providerId: string, api_key: string): Promise<void> {
  await callApi(stack, "PUT", `/api/providers/${providerId}/key`, { api_key });
}

for (const id of ["openai", "anthropic", "google", "bedrock", "xai", "deepseek"]) {
  test(`a model of ${id} answers on screen piece by piece`, async ({ page }) => {
    await openTest(page, id);
    const sizes = await page.evaluateHandle(() => {
      const seen = new Set<number>();
      new MutationObserver(() => {
        const answer = document.querySelector('section[aria-label="Answer"]');
        if (answer?.textContent) seen.add(answer.textContent.length);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
      return seen;
    });

    await run(page).click();

    await expect(panel(page).getByRole("status").first()).toContainText(/Answered in .*simulated/);
    await expect(panel(page).getByRole("region", { name: "Answer" })).not.toBeEmpty();
    await expect(panel(page)).toContainText("Simulated.");
    for (const figure of ["First token", "Total time", "Tokens in", "Tokens out"]) {
      await expect(panel(page).locator("div", { hasText: figure }).last()).toContainText(/\d/);
    }
    await expect(panel(page).locator("div", { hasText: "Cost" }).last()).toContainText(
      /\$0\.\d+|not priced/,
    );
    expect(await sizes.evaluate((seen) => seen.size)).toBeGreaterThan(2);
  });
}

test("Stop closes the provider's stream and keeps the partial answer", async ({ page }) => {
  await putKey("openai", "not-a-sandbox-key-0001");
  await openTest(page, "openai");
  await run(page).click();
  await expect(panel(page).getByRole("region", { name: "Answer" })).toHaveText("Slowly");

  await panel(page).getByRole("button", { name: "Stop" }).click();
  await upstream.abandoned;
  await expect(panel(page).getByRole("status").first()).toContainText("Stopped");
  await expect(panel(page).getByRole("region", { name: "Answer" })).toHaveText("Slowly");
  await expect(run(page)).toBeFocused();
  await putKey("openai", "sandbox-openai-0001");
});

test("a wrong key gives the cause, the provider's words, and leads to the key's field", async ({
  page,
}) => {
  await putKey("bedrock", "sandbox-wrong-0001");
  await openTest(page, "bedrock");
  await run(page).click();
  await expect(failure(page)).toContainText("does not accept the stored bearer token");
  await expect(failure(page)).toContainText("Amazon Bedrock said (status 403)");
  await expect(failure(page)).toContainText("bad_key");
  await expect(failure(page).getByRole("link", { name: /page for keys/ })).toHaveAttribute(
    "href",
    /^https:\/\/docs\.aws\.amazon\.com\//,
  );

  await failure(page).getByRole("link", { name: "Update API Key" }).click();

  const keys = page.getByRole("region", { name: "API keys" });
  await expect(keys.getByLabel("Provider", { exact: true })).toHaveValue("bedrock");
  await expect(keys.getByRole("listitem").filter({ hasText: "Amazon Bedrock" })).toContainText(
    "Rejected",
  );
});

test("a model that the provider does not know gives cause and fix", async ({ page }) => {
  await openTest(page, "anthropic");
  await panel(page).getByLabel("Prompt").fill("[[fail:unknown_model]]");
  await run(page).click();
  await expect(failure(page)).toContainText("Anthropic has no model");
  await expect(failure(page)).toContainText("unknown_model");
  await expect(failure(page).getByRole("link", { name: /page for models/ })).toBeVisible();
});

test("a provider that never answers times out with cause and fix", async ({ page }) => {
  await openTest(page, "google");
  await panel(page).getByLabel("Prompt").fill("[[fail:hang]]");
  await run(page).click();
  await expect(panel(page).getByRole("status").first()).toContainText("Waiting for the first");
  await expect(failure(page)).toContainText("timeout");
  await expect(failure(page)).toContainText("6 seconds");
});

test("a run without a prompt asks for one, and Ctrl-Enter runs", async ({ page }) => {
  await openTest(page, "deepseek");
  const prompt = panel(page).getByLabel("Prompt");
  await prompt.fill("");
  await run(page).click();
  await expect(prompt).toHaveAccessibleDescription(/Type a prompt/);
  await prompt.fill("Say hello");
  await prompt.press("Control+Enter");
  await expect(panel(page).getByRole("status").first()).toContainText("Answered in");
});
