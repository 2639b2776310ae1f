import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import {
  column,
  modelsOf,
  playground,
  prompt,
  putKey,
  runButton,
} from "../support/playground-page";
import { type ReplayServer, startReplay } from "../support/replay-server";
import { type Stack, startStack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

// Serial and on its own stack: the tests change keys.
test.describe.configure({ mode: "default" });

/** A transparent PNG of one pixel. */
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
/** OpenAI's stream with one word, and then silence. */
const firstWord = { choices: [{ index: 0, delta: { role: "assistant", content: "Slowly" } }] };

let stack: Stack;
let slow: ReplayServer;
let modelOf: Awaited<ReturnType<typeof modelsOf>>["defaultOf"];

test.beforeAll(async () => {
  slow = await startReplay({
    headers: { "content-type": "text/event-stream" },
    body: [`data: ${JSON.stringify({ id: "c1", model: "gpt-4o", ...firstWord })}\n\n`],
    finish: "hang",
  });
  stack = await startStack({
    env: { OPENAI_BASE_URL: `${slow.url}/v1`, COMPLETION_TIMEOUT_MS: "6000" },
  });
  modelOf = (await modelsOf(stack)).defaultOf;
});
test.afterAll(async () => {
  await stack.stop();
  await slow.stop();
});

const nameOf = (providerId: string) => modelOf(providerId).display_name;
const state = (page: Page, name: string) => column(page, name).getByRole("status").first();

test("the fields take no text before their code is loaded", async ({ browser }) => {
  const context = await browser.newContext();
  const [name = "", ...value] = (await stack.signIn("admin")).split("=");
  await context.addCookies([{ name, value: value.join("="), url: stack.url }]);
  const page = await context.newPage();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/_next/static/**/*.js", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${stack.url}/playground`, { waitUntil: "commit" });
  await expect(prompt(page)).toBeVisible();
  await expect(prompt(page)).toBeDisabled();
  release();
  await expect(prompt(page)).toBeEnabled();
  await prompt(page).fill("Typed early");
  await runButton(page).click();
  await expect(page.getByText("Choose at least one model")).toBeVisible();
  await expect(prompt(page)).toHaveValue("Typed early");
  await context.close();
});

test("an admin compares four models, one of which fails, and opens the run again later", async ({
  page,
}) => {
  test.setTimeout(150_000);
  const names = ["openai", "anthropic", "google", "xai"].map(nameOf);
  const failing = nameOf("xai");
  await putKey(stack, "xai", "sandbox-fail-overloaded-1");
  await openAs(page, stack, "admin", "/models");
  await page.getByRole("link", { name: "Playground" }).click();
  await expect(page.getByText("No model chosen yet")).toBeVisible();

  await test.step("missing values are reported at their fields", async () => {
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

  await test.step("an image and a tool are sent; tools that don't parse are reported", async () => {
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
    await page.getByLabel("Max tokens").fill("2000");
    await page.getByRole("button", { name: "Add tools" }).click();
    const tools = page.getByLabel("Tools", { exact: true });
    await tools.fill('[{"name": "no good name"}]');
    await runButton(page).click();
    await expect(tools).toHaveAccessibleDescription(/Tool 1, name: 1 to 64 letters/);
    await expect(tools).toBeFocused();
    await tools.fill("");
    await page.getByRole("button", { name: "Insert an example" }).click();
  });

  await test.step("three models answer, one fails with cause and fix", async () => {
    await prompt(page).press("Control+Enter");
    for (const name of names.filter((name) => name !== failing)) {
      await expect(state(page, name)).toContainText(/Answered in .*simulated/);
      await expect(column(page, name)).toContainText("I got 1 image");
      await expect(column(page, name)).toContainText("get_weather");
    }
    const alert = column(page, failing).getByRole("alert");
    await expect(alert).toContainText("overloaded");
    await expect(page.getByText("Fastest", { exact: true })).toBeVisible();
    await expect(page.getByText("Cheapest", { exact: true })).toBeVisible();
    await expect(page.getByText("Simulated.", { exact: true })).toHaveCount(1);
  });

  await test.step("the raw exchange is shown, without the key", async () => {
    const result = column(page, nameOf("openai"));
    await result.getByText("Raw request and response").click();
    const request = result.getByRole("region", { name: "Raw request" });
    await expect(request).toContainText("/chat/completions");
    await expect(request).toContainText("get_weather");
    await expect(result.getByRole("region", { name: "Raw response" })).toContainText("Status 200");
    expect(await page.locator("main").textContent()).not.toMatch(/sandbox-openai|Bearer s/);
  });

  await test.step("accessible in light and dark, at 360 px too", async () => {
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoHorizontalScroll(page);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step("once the key is corrected, only the failed model is run again", async () => {
    await putKey(stack, "xai", "sandbox-xai-0001");
    await column(page, failing).getByRole("button", { name: "Run again" }).click();
    await expect(state(page, failing)).toContainText("Answered in");
  });

  await test.step("a tool call is readable", async () => {
    await page.getByRole("button", { name: "Remove the image" }).click();
    await page.getByRole("switch", { name: "Stream" }).uncheck();
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
    await expect(page.getByLabel("Max tokens")).toHaveValue("2000");
    await expect(page.getByLabel("Tools", { exact: true })).toHaveValue(/get_weather/);
    await expect(page.getByText("Its image, pixel.png, is not kept")).toBeVisible();
    await expect(column(page, failing)).toContainText("overloaded");
    await expect(column(page, nameOf("google"))).toContainText("I got 1 image");

    await page.getByRole("button", { name: "Past runs" }).click();
    await sheet.getByRole("button", { name: /^Delete the run: Call the tool/ }).click();
    await expect(sheet.getByRole("listitem")).toHaveCount(2);
    await sheet.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete all" }).click();
    await expect(sheet).toContainText("No past runs yet");
  });
});

test("Stop closes the stream of one model, Stop all those of the others", async ({ page }) => {
  await putKey(stack, "openai", "not-a-sandbox-key-0001");
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
  await putKey(stack, "openai", "sandbox-openai-0001");
});

test("a viewer sees why nothing can be run here", async ({ page }) => {
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
