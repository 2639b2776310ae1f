import { expect, type Locator, type Page, test } from "@playwright/test";
import type { CompletionCode } from "@/lib/completions/schema";
import type { ModelList, ModelRecord } from "@/lib/models/schema";
import { type ReplayServer, startReplay } from "../support/replay-server";
import { type Stack, startStack } from "../support/stack";
import { callApi, expectAccessible, expectNoSidewaysScroll, openAs } from "../support/stack-page";

// Keys are changed here: one after the other on a stack of their own.
test.describe.configure({ mode: "default" });

/** A transparent PNG of one pixel. */
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
/** OpenAI's stream with one word, and then silence. */
const firstWord = { choices: [{ index: 0, delta: { role: "assistant", content: "Slowly" } }] };

let stack: Stack;
let slow: ReplayServer;
let broken: ReplayServer;
let defaults: Map<string, ModelRecord>;

test.beforeAll(async () => {
  slow = await startReplay({
    headers: { "content-type": "text/event-stream" },
    body: [`data: ${JSON.stringify({ id: "c1", model: "gpt-4o", ...firstWord })}\n\n`],
    finish: "hang",
  });
  broken = await startReplay({ finish: "break" });
  stack = await startStack({
    env: {
      OPENAI_BASE_URL: `${slow.url}/v1`,
      XAI_BASE_URL: `${broken.url}/v1`,
      COMPLETION_TIMEOUT_MS: "6000",
    },
  });
  const list: ModelList = await (await callApi(stack, "GET", "/api/models")).json();
  const chosen = list.models.filter((model) => model.is_default);
  defaults = new Map(chosen.map((model) => [model.provider_id, model]));
});
test.afterAll(async () => {
  await stack.stop();
  await slow.stop();
  await broken.stop();
});

function modelOf(providerId: string): ModelRecord {
  const model = defaults.get(providerId);
  if (!model) throw new Error(`The sample data have no default model of ${providerId}`);
  return model;
}
const nameOf = (providerId: string) => modelOf(providerId).display_name;
const playground = (pks: string[]) => `/playground?models=${pks.map(encodeURIComponent).join(",")}`;
const putKey = (id: string, api_key: string) =>
  callApi(stack, "PUT", `/api/providers/${id}/key`, { api_key });

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const state = (page: Page, name: string) => column(page, name).getByRole("status").first();
const prompt = (page: Page) => page.getByLabel("Prompt", { exact: true });
const runButton = (page: Page) => page.getByRole("button", { name: "Run", exact: true });

test("an admin compares four models, one of which fails, and opens the run again later", async ({
  page,
}) => {
  test.setTimeout(150_000);
  const names = ["openai", "anthropic", "google", "xai"].map(nameOf);
  const failing = nameOf("xai");
  await putKey("xai", "sandbox-fail-overloaded-1");
  await openAs(page, stack, "admin", "/models");
  await page.getByRole("link", { name: "Playground" }).click();
  await expect(page.getByText("No model chosen yet")).toBeVisible();

  await test.step("what is missing is said at its field", async () => {
    await runButton(page).click();
    await expect(page.getByText("Choose at least one model")).toBeVisible();
    await expect(prompt(page)).toHaveAccessibleDescription("Type a prompt");
  });

  await test.step("four models are found and chosen", async () => {
    await page.getByRole("button", { name: "Choose models" }).click();
    const dialog = page.getByRole("dialog", { name: "Choose models" });
    for (const id of ["openai", "anthropic", "google", "xai"]) {
      await dialog.getByLabel("Search models").fill(modelOf(id).model_id);
      await dialog
        .getByRole("checkbox", { name: nameOf(id) })
        .first()
        .check();
    }
    await dialog.getByLabel("Search models").fill("deepseek");
    await expect(dialog.getByRole("checkbox").first()).toBeDisabled();
    await dialog.getByRole("button", { name: "Done" }).click();
    for (const name of names) await expect(column(page, name)).toBeVisible();
  });

  await test.step("an image and a tool go along; tools that do not parse are told", async () => {
    const image = {
      name: "pixel.png",
      mimeType: "image/png",
      buffer: Buffer.from(pixel, "base64"),
    };
    const file = page.getByLabel("Choose an image");
    await file.setInputFiles({ ...image, name: "notes.txt", mimeType: "text/plain" });
    await expect(page.getByText("is no PNG, JPEG, GIF or WebP image")).toBeVisible();
    await file.setInputFiles(image);
    await expect(page.getByRole("img", { name: /pixel\.png/ })).toBeVisible();
    await prompt(page).fill("What do you see?");
    await page.getByLabel("System prompt").fill("Be very brief.");
    await page.getByLabel("Temperature").fill("0.5");
    await page.getByRole("button", { name: "Add tools" }).click();
    const tools = page.getByLabel("Tools", { exact: true });
    await tools.fill('[{"name": "no good name"}]');
    await runButton(page).click();
    await expect(tools).toHaveAccessibleDescription(/Tool 1, name: 1 to 64 letters/);
    await expect(tools).toBeFocused();
    await tools.fill("");
    await page.getByRole("button", { name: "Insert an example" }).click();
  });

  await test.step("three answer, one fails with cause and fix", async () => {
    await prompt(page).press("Control+Enter");
    for (const name of names.filter((name) => name !== failing)) {
      await expect(state(page, name)).toContainText(/Answered in .*simulated/);
      await expect(column(page, name)).toContainText("I got 1 image.");
      await expect(column(page, name)).toContainText("get_weather");
    }
    const alert = column(page, failing).getByRole("alert");
    await expect(alert).toContainText("overloaded");
    await expect(page.getByText("Fastest", { exact: true })).toBeVisible();
    await expect(page.getByText("Cheapest", { exact: true })).toBeVisible();
    await expect(page.getByText("Simulated.", { exact: true })).toHaveCount(1);
  });

  await test.step("the raw exchange is there, without the key", async () => {
    const shown = column(page, nameOf("openai"));
    await shown.getByText("Raw request and response").click();
    const request = shown.getByRole("region", { name: "Raw request" });
    await expect(request).toContainText("/chat/completions");
    await expect(request).toContainText("get_weather");
    await expect(shown.getByRole("region", { name: "Raw response" })).toContainText("Status 200");
    expect(await page.locator("main").textContent()).not.toMatch(/sandbox-openai|Bearer s/);
  });

  await test.step("accessible in light and dark, at 360 px too", async () => {
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step("once the key is put right, the failed one alone is run again", async () => {
    await putKey("xai", "sandbox-xai-0001");
    await column(page, failing).getByRole("button", { name: "Run again" }).click();
    await expect(state(page, failing)).toContainText("Answered in");
  });

  await test.step("a tool call is readable", async () => {
    await page.getByRole("button", { name: "Remove the image" }).click();
    await prompt(page).fill("Call the tool get_weather for Berlin");
    await runButton(page).click();
    await expect(column(page, nameOf("anthropic"))).toContainText("Calls get_weather");
    await expect(column(page, nameOf("anthropic"))).toContainText('"city":');
  });

  await test.step("a past run comes back with its inputs and answers, and can be deleted", async () => {
    await expect(page.getByRole("button", { name: "Stop all" })).toBeHidden();
    await openAs(page, stack, "admin", "/playground");
    await page.getByRole("button", { name: "Past runs" }).click();
    const sheet = page.getByRole("dialog", { name: "Past runs" });
    await expect(sheet.getByRole("listitem")).toHaveCount(3);
    await expect(sheet.getByRole("listitem").nth(2)).toContainText("1 failed");
    await expectAccessible(page);
    await sheet.getByRole("button", { name: "Open the run: What do you see?" }).last().click();
    await expect(prompt(page)).toHaveValue("What do you see?");
    await expect(page.getByLabel("System prompt")).toHaveValue("Be very brief.");
    await expect(page.getByLabel("Temperature")).toHaveValue("0.5");
    await expect(page.getByLabel("Tools", { exact: true })).toHaveValue(/get_weather/);
    await expect(page.getByText("Its image, pixel.png, is not kept")).toBeVisible();
    await expect(column(page, failing)).toContainText("overloaded");
    await expect(column(page, nameOf("google"))).toContainText("I got 1 image.");

    await page.getByRole("button", { name: "Past runs" }).click();
    await sheet.getByRole("button", { name: /^Delete the run: Call the tool/ }).click();
    await expect(sheet.getByRole("listitem")).toHaveCount(2);
    await sheet.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete all" }).click();
    await expect(sheet).toContainText("No past runs yet");
  });
});

test("Stop closes the stream of one model, Stop all those of the others", async ({ page }) => {
  await putKey("openai", "not-a-sandbox-key-0001");
  const [first, second] = [nameOf("openai"), nameOf("anthropic")];
  await openAs(page, stack, "admin", playground([modelOf("openai").pk, modelOf("anthropic").pk]));
  await prompt(page).fill("[[fail:hang]]");
  await runButton(page).click();
  await expect(column(page, first).getByRole("region", { name: "Answer" })).toHaveText("Slowly");

  await column(page, first).getByRole("button", { name: "Stop" }).click();
  await slow.abandoned;
  await expect(state(page, first)).toContainText("Stopped. The provider's stream was closed.");
  await expect(column(page, first).getByRole("region", { name: "Answer" })).toHaveText("Slowly");
  await expect(state(page, second)).toContainText("Waiting for the first token");

  await page.getByRole("button", { name: "Stop all" }).click();
  await expect(state(page, second)).toContainText("Stopped");
  await expect(runButton(page)).toBeFocused();
  await putKey("openai", "sandbox-openai-0001");
});

test("a viewer is told why nothing can be run here", async ({ page }) => {
  await openAs(page, stack, "viewer", playground([modelOf("openai").pk]));
  await expect(page.getByText("Only admins run models")).toBeVisible();
  await expect(page.getByRole("button")).not.toContainText(["Run"]);
  await expectAccessible(page);
});

test("the test of a model leads to the playground with that model", async ({ page }) => {
  const { pk, display_name } = modelOf("google");
  await openAs(page, stack, "admin", `/models?model=${encodeURIComponent(pk)}&show=test`);
  await page.getByRole("link", { name: "Open in playground" }).click();
  await expect(column(page, display_name)).toBeVisible();
  await expect(prompt(page)).toBeVisible();
});

type Shown = { page: Page; alert: Locator; shown: Locator };
type Case = {
  code: CompletionCode;
  /** A provider whose default model is asked, or the pk of another model. */
  model: string;
  ask?: string;
  fields?: Record<string, string>;
  before?: () => Promise<unknown>;
  /** The button does what it says. */
  fix: (screen: Shown) => Promise<void>;
};

const button = (alert: Locator, name: string) => alert.getByRole("button", { name });

/** What the browser sends next to the completions API. */
async function sent(page: Page, act: () => Promise<void>): Promise<Record<string, unknown>> {
  const request = page.waitForRequest((one) => one.url().endsWith("/api/completions"));
  await act();
  return (await request).postDataJSON();
}

const runsAgain = async ({ page, alert }: Shown) => {
  await sent(page, () => button(alert, "Run again").click());
};
const leadsToKey =
  (id: string) =>
  async ({ page, alert }: Shown) => {
    await alert.getByRole("link", { name: "Update API Key" }).click();
    const keys = page.getByRole("region", { name: "API keys" });
    await expect(keys.getByLabel("Provider", { exact: true })).toHaveValue(id);
  };
const leadsToPage =
  (name: string, href: RegExp) =>
  async ({ alert }: Shown) => {
    await expect(alert.getByRole("link", { name })).toHaveAttribute("href", href);
  };
const uses =
  (modelId: string) =>
  async ({ page, alert }: Shown) => {
    const body = await sent(page, () => button(alert, `Use ${modelId}`).click());
    expect(body).toMatchObject({ provider: "bedrock", model_id: modelId });
    await expect(page).toHaveURL(new RegExp(encodeURIComponent(modelId).replaceAll(".", "\\.")));
  };

const cases: Case[] = [
  { code: "bad_key", model: "openai", fix: leadsToKey("openai") },
  {
    code: "key_missing",
    model: "deepseek",
    ask: "Hello",
    before: () => callApi(stack, "DELETE", "/api/providers/deepseek/key"),
    fix: leadsToKey("deepseek"),
  },
  { code: "key_expired", model: "google", fix: leadsToKey("google") },
  {
    code: "no_access",
    model: "anthropic",
    fix: leadsToPage("Anthropic's page for models", /^https:\/\/docs\.anthropic\.com\//),
  },
  {
    code: "unknown_model",
    model: "anthropic",
    fix: async ({ page, alert }) => {
      await button(alert, "Choose another model").click();
      const dialog = page.getByRole("dialog", { name: "Choose another model" });
      await dialog.getByLabel("Search models").fill(modelOf("google").model_id);
      await dialog
        .getByRole("checkbox", { name: nameOf("google") })
        .first()
        .click();
      await expect(dialog).toBeHidden();
      await expect(column(page, nameOf("google"))).toBeVisible();
      await expect(column(page, nameOf("anthropic"))).toBeHidden();
    },
  },
  {
    code: "needs_inference_profile",
    model: "bedrock#amazon.nova-pro-v1:0",
    fix: uses("eu.amazon.nova-pro-v1:0"),
  },
  {
    code: "wrong_region",
    model: "bedrock#us.amazon.nova-lite-v1:0",
    fix: uses("eu.amazon.nova-lite-v1:0"),
  },
  {
    code: "quota_exhausted",
    model: "openai",
    fix: leadsToPage("OpenAI's page for limits", /^https:\/\/platform\.openai\.com\//),
  },
  { code: "rate_limited", model: "anthropic", fix: runsAgain },
  {
    code: "context_too_long",
    model: "openai",
    fields: { "Max tokens": "1000" },
    fix: async ({ page, alert, shown }) => {
      const again = button(alert, "Run with max tokens 500");
      expect(await sent(page, () => again.click())).toMatchObject({ max_tokens: 500 });
      await expect(shown).toContainText("max tokens 500");
    },
  },
  {
    code: "content_filtered",
    model: "google",
    fix: async ({ page, alert }) => {
      await button(alert, "Edit the prompt").click();
      await expect(prompt(page)).toBeFocused();
    },
  },
  {
    code: "bad_request",
    model: "openai",
    ask: "[[fail:unsupported_temperature]]",
    fields: { Temperature: "0.5" },
    fix: async ({ page, alert }) => {
      const again = button(alert, "Run without temperature");
      expect(await sent(page, () => again.click())).not.toHaveProperty("temperature");
    },
  },
  { code: "overloaded", model: "anthropic", fix: runsAgain },
  { code: "timeout", model: "google", ask: "[[fail:hang]]", fix: runsAgain },
  {
    code: "unreachable",
    model: "xai",
    ask: "Hello",
    before: () => putKey("xai", "not-a-sandbox-key-0002"),
    fix: runsAgain,
  },
  { code: "provider_error", model: "bedrock", fix: runsAgain },
];

test("every code is shown with its cause, and its button does what it says", async ({ page }) => {
  test.setTimeout(240_000);
  await openAs(page, stack, "admin", "/playground");
  for (const { code, model, ask, fields, before, fix } of cases) {
    await test.step(code, async () => {
      await before?.();
      const pk = model.includes("#") ? model : modelOf(model).pk;
      const name = model.includes("#") ? (pk.split("#")[1] ?? "") : nameOf(model);
      await openAs(page, stack, "admin", playground([pk]));
      await prompt(page).fill(ask ?? `[[fail:${code}]]`);
      for (const [label, value] of Object.entries(fields ?? {})) {
        await page.getByLabel(label).fill(value);
      }
      await runButton(page).click();
      const shown = column(page, name);
      const alert = shown.getByRole("alert");
      await expect(alert).toContainText(`Code ${code}`);
      await fix({ page, alert, shown });
    });
  }
});
