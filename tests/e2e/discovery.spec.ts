import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { removeModel, row, sheet, signInAs, testModel } from "../support/models-page";
import { expectAccessible, expectNoHorizontalScroll } from "../support/stack-page";

async function openAdd(page: Page, provider: string) {
  await page.goto(`/models?provider=${provider}&add=true`);
  await page.getByRole("region", { name: /^Models that/ }).waitFor();
}

test("an admin adds two listed models, and one undo removes both", async ({ page }) => {
  const ids = ["gemini-flash-latest", "gemma-3-27b-it"];
  await signInAs(page, "admin");
  for (const id of ids) await removeModel("google", id);
  await openAdd(page, "google");
  const box = (id: string) => page.getByRole("checkbox", { name: id });
  await expect(sheet(page).getByText("Already here").first()).toBeVisible();
  await page.getByRole("button", { name: /\d price not known/ }).click();
  for (const id of ids) await box(id).check();
  await expect(page.getByRole("checkbox", { name: /price not known/ }).first()).toBeChecked();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoHorizontalScroll(page);

  await page.getByRole("button", { name: "Add 2 models" }).click();
  await expect(page.getByText("2 of 2 models added.")).toBeVisible();
  const chosen = page.getByRole("list", { name: "Chosen models" }).getByRole("listitem");
  for (const id of ids) {
    await expect(chosen.filter({ hasText: id })).toContainText(/price not known.*context.*Added/s);
    expect((await page.request.get(`/api/models/google/${id}`)).status()).toBe(200);
  }
  await page.getByRole("button", { name: "Undo 2 models" }).click();
  await expect(page.getByText("Undone: the models were taken out again.")).toBeVisible();
  for (const id of ids) {
    expect((await page.request.get(`/api/models/google/${id}`)).status()).toBe(404);
  }
});

test("a Bedrock ID that would fail is corrected with one click while typing", async ({ page }) => {
  const profile = "eu.anthropic.claude-opus-5";
  await signInAs(page, "admin");
  await removeModel("bedrock", profile);
  await openAdd(page, "bedrock");
  await page.getByRole("button", { name: "Type an ID" }).click();
  const id = page.getByRole("textbox", { name: "Model ID" });

  await id.fill("us.amazon.nova-pro-v1:0");
  await expect(page.getByText("eu-west-1 offers eu. and global. profiles, not us.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Use eu.amazon.nova-pro-v1:0" })).toBeVisible();

  await id.fill("arn:aws:bedrock:eu-west-1::foundation-model/mistral.mistral-large-2402-v1:0");
  await page.getByRole("button", { name: "Use mistral.mistral-large-2402-v1:0" }).click();
  await expect(id).toHaveValue("mistral.mistral-large-2402-v1:0");
  await expect(page.getByText("eu-west-1 lists it.")).toBeVisible();

  await page.getByRole("textbox", { name: "Name" }).fill("Opus for the night shift");
  await id.fill("anthropic.claude-opus-5");
  await expect(page.getByText("runs only through an inference profile")).toBeVisible();
  await page.getByRole("button", { name: `Use ${profile}`, exact: true }).click();
  await expect(id).toHaveValue(profile);
  // Typed values stay; the profile's known values are filled in.
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Opus for the night shift");
  await expect(page.getByRole("textbox", { name: "Input", exact: true })).toHaveValue("5.50");
  await page.getByRole("dialog").getByRole("button", { name: "Add model" }).click();
  await expect(row(page, "Opus for the night shift")).toContainText("5.50");
});

test("a base model that needs a profile offers the profile instead", async ({ page }) => {
  const profile = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
  const base = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  await signInAs(page, "admin");
  await removeModel("bedrock", profile);
  await openAdd(page, "bedrock");
  await page.getByRole("searchbox", { name: "Search the list" }).fill("claude sonnet 4.5");
  const instead = page.getByRole("button", { name: `Choose ${profile} instead of ${base}` });
  await instead.click();
  await expect(page.getByRole("checkbox", { name: profile })).toBeChecked();
  await expect(page.getByRole("button", { name: "Add 1 model" })).toBeEnabled();
});

test("a model that its provider does not list is shown with its agents, and can be retired", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const model = await testModel();
  const agent = await model.useByAgent();
  await openAdd(page, "openai");
  await page.getByText(/registered models? not listed/).click();
  const entry = sheet(page).getByRole("listitem").filter({ hasText: model.display_name }).first();
  await expect(entry.getByRole("link", { name: agent.agent_name })).toBeVisible();
  await page.getByRole("button", { name: `Retire ${model.display_name}` }).click();
  await expect(page.getByRole("dialog", { name: `Retire ${model.display_name}?` })).toContainText(
    "1 agent uses it",
  );
});

test("without the provider's list, the reason and next steps are shown, and it can be retried", async ({
  page,
}) => {
  await signInAs(page, "admin");
  const problem = {
    status: 502,
    code: "bad_key",
    detail: "",
    cause: "DeepSeek rejected the key in DEEPSEEK_API_KEY.",
    fix: "Paste a key that works.",
  };
  await page.route("**/api/providers/deepseek/available-models*", (route) =>
    route.fulfill({ status: 502, contentType: "application/problem+json", json: problem }),
  );
  await page.goto("/models?provider=deepseek&add=true");
  const alert = page.getByRole("alert").filter({ hasText: problem.cause });
  await expect(alert).toContainText(problem.fix);
  await expect(alert.getByRole("link", { name: "Update API Key" })).toBeVisible();
  await expect(page.getByRole("region", { name: /that the console knows/ })).toBeVisible();
  await page.unrouteAll();
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Models that DeepSeek lists" })).toBeVisible();
});
