import type { Locator, Page } from "@playwright/test";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { expect, test } from "../support/browser";
import { column, modelsOf, playground, prompt, runButton } from "../support/playground-page";
import { openAs, sharedStack } from "../support/stack-page";

const stack = sharedStack();
let registry: Awaited<ReturnType<typeof modelsOf>>;

test.beforeAll(async () => {
  registry = await modelsOf(stack);
});

const modelOf = (providerId: string) => registry.defaultOf(providerId);
const nameOf = (providerId: string) => modelOf(providerId).display_name;

type Screen = { page: Page; alert: Locator; result: Locator };
type Case = {
  code: CompletionCode;
  /** A provider whose default model is called, or the pk of another model. */
  model: string;
  prompt?: string;
  fields?: Record<string, string>;
  /** Called without streaming, like the agents' caller does. */
  isUnstreamed?: true;
  /** Clicks the fix and checks its effect. */
  fix: (screen: Screen) => Promise<void>;
};

const button = (alert: Locator, name: string) => alert.getByRole("button", { name });

/** The body of the next request to the completions API. */
async function captureBody(page: Page, act: () => Promise<void>): Promise<Record<string, unknown>> {
  const request = page.waitForRequest((sent) => sent.url().endsWith("/api/completions"));
  await act();
  return (await request).postDataJSON();
}

const runsAgain = async ({ page, alert }: Screen) => {
  await captureBody(page, () => button(alert, "Run again").click());
};
const uses =
  (modelId: string) =>
  async ({ page, alert }: Screen) => {
    const body = await captureBody(page, () => button(alert, `Use ${modelId}`).click());
    expect(body).toMatchObject({ provider: "bedrock", model_id: modelId });
    const requested = ({ searchParams }: URL) =>
      searchParams.get("models") === `bedrock#${modelId}`;
    await expect(page).toHaveURL(requested);
  };

const cases: Case[] = [
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
    code: "context_too_long",
    model: "openai",
    fields: { "Max tokens": "1000" },
    fix: async ({ page, alert, result }) => {
      const again = button(alert, "Run with max tokens 500");
      expect(await captureBody(page, () => again.click())).toMatchObject({ max_tokens: 500 });
      await expect(result).toContainText("max tokens 500");
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
    prompt: "[[fail:unsupported_temperature]]",
    fields: { Temperature: "0.5" },
    fix: async ({ page, alert }) => {
      const again = button(alert, "Run without temperature");
      expect(await captureBody(page, () => again.click())).not.toHaveProperty("temperature");
    },
  },
  { code: "overloaded", model: "anthropic", isUnstreamed: true, fix: runsAgain },
];

test("a failure's button does what it says, for every kind of fix", async ({ page }) => {
  await openAs(page, stack, "admin", "/playground");
  for (const { code, model, prompt: text, fields, isUnstreamed, fix } of cases) {
    await test.step(code, async () => {
      const pk = model.includes("#") ? model : modelOf(model).pk;
      const record = registry.models.find((entry) => entry.pk === pk);
      const name = record?.display_name ?? pk.slice(pk.indexOf("#") + 1);
      await openAs(page, stack, "admin", playground([pk]));
      await prompt(page).fill(text ?? `[[fail:${code}]]`);
      for (const [label, value] of Object.entries(fields ?? {})) {
        await page.getByLabel(label).fill(value);
      }
      if (isUnstreamed) await page.getByRole("switch", { name: "Stream" }).uncheck();
      await runButton(page).click();
      const result = column(page, name);
      const alert = result.getByRole("alert");
      await expect(alert).toContainText(`Code ${code}`);
      await fix({ page, alert, result });
    });
  }
});
