import { randomBytes } from "node:crypto";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { Page } from "@playwright/test";
import { shortTermToken } from "../support/bearer-tokens";
import { expect, test } from "../support/browser";
import { type Stack, startStack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

// Serial and on its own stack: the tests share one secret.
test.describe.configure({ mode: "default" });

/** Nothing listens on this port. */
const unreachable = "http://127.0.0.1:9";

let stack: Stack;
test.beforeAll(async () => {
  const env = { XAI_BASE_URL: `${unreachable}/v1`, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: unreachable };
  stack = await startStack({ env });
});
test.afterAll(async () => {
  await stack.stop();
});

const secretId = "/ai-agent/llm-secrets/prod";

/** The secret's keys as other programs read them. */
async function readSecret(): Promise<Record<string, string>> {
  const command = new GetSecretValueCommand({ SecretId: secretId });
  const { SecretString } = await stack.secretsManager.send(command);
  return JSON.parse(SecretString ?? "{}");
}

const newToken = () => `sandbox-${randomBytes(24).toString("base64url")}`;
const panel = (page: Page) => page.getByRole("region", { name: "API keys" });
const provider = (page: Page) => panel(page).getByLabel("Provider", { exact: true });
const keyField = (page: Page) => panel(page).getByLabel(/^(Bearer token|API key)$/);
const update = (page: Page) => panel(page).getByRole("button", { name: "Update API Key" });
const keyRow = (page: Page, name: string) =>
  panel(page).getByRole("listitem").filter({ hasText: name });

/** Records the bodies of all responses that the page receives from now on. */
function recordBodies(page: Page): () => Promise<string[]> {
  const bodies: Promise<string>[] = [];
  page.on("requestfinished", (request) => {
    const body = request.response().then((response) => response?.text());
    // A redirect has no body, and a page that was left keeps none.
    bodies.push(body.then((text) => text ?? "").catch(() => ""));
  });
  return () => Promise.all(bodies);
}

/** Parts of a token that must not appear: its last five characters, and any six in a row. */
function forbiddenParts(token: string): string[] {
  const secret = token.slice("sandbox-".length);
  const sixes = Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6));
  return [secret.slice(-5), ...sixes];
}

test("an admin pastes a Bedrock token, and agents find it under their key name", async ({
  page,
}) => {
  const token = newToken();
  const before = await readSecret();
  const readBodies = recordBodies(page);
  await openAs(page, stack, "admin", "/models");

  await provider(page).selectOption({ label: "Amazon Bedrock" });
  await page.getByLabel("Bearer token").fill(token);
  await update(page).click();

  const note = panel(page).getByRole("status");
  await expect(note).toContainText("The key of Amazon Bedrock is saved");
  await expect(note).toContainText("Verified: Amazon Bedrock accepts it (simulated)");
  await expect(note).toContainText("AWS_BEARER_TOKEN_BEDROCK");
  await expect(note).toContainText("by admin");
  await expect(note).toContainText("5 minutes");
  await expect(note.getByRole("button", { name: "Roll back" })).toBeVisible();
  await expect(keyField(page)).toHaveValue("");
  await expect(keyRow(page, "Amazon Bedrock")).toContainText(`…${token.slice(-4)}`);

  const after = await readSecret();
  expect(after.AWS_BEARER_TOKEN_BEDROCK).toBe(token);
  const ours = /^AWS_BEARER_TOKEN_BEDROCK(_UPDATED_AT|_PROVIDER|_UPDATED_BY)?$/;
  const otherKeys = (secret: Record<string, string>) =>
    Object.entries(secret).filter(([name]) => !ours.test(name));
  expect(otherKeys(after)).toEqual(otherKeys(before));

  await page.reload();
  await expect(keyRow(page, "Amazon Bedrock")).toContainText(`…${token.slice(-4)}`);
  const seen = [await page.content(), ...(await readBodies())].join("\n");
  expect(forbiddenParts(token).filter((part) => seen.includes(part))).toEqual([]);
});

test("a key that could not be saved stays in its field", async ({ page }) => {
  const token = newToken();
  await openAs(page, stack, "admin", "/models?key_provider=xai");
  await page.route("**/api/providers/xai/key", (route) => route.abort());
  await keyField(page).fill(token);
  await update(page).click();
  await expect(panel(page).getByRole("alert")).toContainText("did not answer");
  await expect(keyField(page)).toHaveValue(token);

  await page.unroute("**/api/providers/xai/key");
  await update(page).click();
  await expect(panel(page).getByRole("status")).toContainText("is saved");
  expect((await readSecret()).XAI_API_KEY).toBe(token);
});

test("text that isn't a key is refused on its field before anything is sent", async ({ page }) => {
  const before = await readSecret();
  await openAs(page, stack, "admin", "/models?key_provider=google");
  await update(page).click();
  await expect(keyField(page)).toHaveAccessibleDescription(/Paste the key/);
  await keyField(page).fill("two words");
  await expect(keyField(page)).toHaveAccessibleDescription(/no spaces or line breaks/);
  expect(await readSecret()).toEqual(before);
});

test("a Bedrock token's kind, region and expiry are shown before anything is saved", async ({
  page,
}) => {
  const before = await readSecret();
  await openAs(page, stack, "admin", "/models?key_provider=bedrock");
  await keyField(page).fill(await shortTermToken({ region: "us-east-1", hours: 3 }));
  await expect(panel(page)).toContainText("Short-term token for us-east-1");
  await expect(panel(page)).toContainText(/Ends in [23] hours at the latest/);
  await expect(panel(page)).toContainText("Agents call Bedrock in eu-west-1");

  await keyField(page).fill((await shortTermToken()).slice(0, 60));
  await expect(panel(page)).toContainText("it may be cut short");
  await keyField(page).fill(`ABSK${btoa("a long-term key of nobody")}`);
  await expect(panel(page)).toContainText("Long-term key. It does not say when it ends");
  await expect(panel(page).getByRole("button", { name: "Add an expiry date" })).toBeVisible();
  expect(await readSecret()).toEqual(before);
});

test("a key that the provider rejects is saved only when the admin says so", async ({ page }) => {
  const key = `sandbox-fail-bad_key-${randomBytes(4).toString("hex")}`;
  const before = await readSecret();
  await openAs(page, stack, "admin", "/models?key_provider=google");
  await keyField(page).fill(key);
  await update(page).click();
  await expect(panel(page).getByRole("alert")).toContainText("Google rejects it");
  await expect(panel(page).getByRole("alert")).toContainText(/Replace the .*\? .*Not saved/);
  await expect(keyField(page)).toHaveValue(key);
  await expectAccessible(page);
  expect(await readSecret()).toEqual(before);

  await panel(page).getByRole("button", { name: "Replace", exact: true }).click();
  await expect(panel(page).getByRole("status")).toContainText("The key of Google is saved");
  await expect(panel(page).getByRole("status")).toContainText("Google rejects it");
  await expect(keyRow(page, "Google")).toContainText("Rejected");
  await expect(keyField(page)).toHaveValue("");
  expect((await readSecret()).GEMINI_API_KEY).toBe(key);
});

test("a key that can't be verified is saved only when the admin says so", async ({ page }) => {
  const key = `xai-${randomBytes(12).toString("hex")}`;
  const before = await readSecret();
  await openAs(page, stack, "admin", "/models?key_provider=xai");
  await keyField(page).fill(`export XAI_API_KEY="${key}"`);
  await update(page).click();
  await expect(panel(page).getByRole("alert")).toContainText(
    /Couldn't verify with xAI\. Replace the .*\?/,
  );
  expect(await readSecret()).toEqual(before);
  await panel(page).getByRole("button", { name: "Replace", exact: true }).click();
  const note = panel(page).getByRole("status");
  await expect(note).toContainText("The key of xAI is saved");
  await expect(note).toContainText("Whether xAI accepts it could not be found out");
  expect((await readSecret()).XAI_API_KEY).toBe(key);
});

test("a short-term token is generated by the server, and its end counted down", async ({
  page,
}) => {
  const readBodies = recordBodies(page);
  await page.clock.install();
  await openAs(page, stack, "admin", "/models?key_provider=bedrock");
  await panel(page).getByLabel("Lifetime").selectOption("1 hour");
  await panel(page).getByRole("button", { name: "Generate a short-term token" }).click();
  const generator = panel(page).getByRole("region", { name: "Generate a token" });
  await expect(generator.getByRole("status")).toContainText("A new token is saved");
  await expect(generator.getByRole("status")).toContainText("could not be found out");
  const row = keyRow(page, "Amazon Bedrock");
  await expect(row).toContainText("short-term, eu-west-1");
  await expect(row).toContainText(/Ends in (1 hour|59 minutes) at the latest/);

  const { AWS_BEARER_TOKEN_BEDROCK: token = "" } = await readSecret();
  expect(token).toMatch(/^bedrock-api-key-/);
  const seen = [await page.content(), ...(await readBodies())].join("\n");
  expect(seen).not.toContain(token.slice(16, 60));

  await page.clock.fastForward("10:00");
  await expect(row).toContainText(/Expires in (4\d|50) min/);
  await page.clock.fastForward("01:00:00");
  await expect(row).toContainText("Expired");
});

test("a key's expiry date is counted down", async ({ page }) => {
  await openAs(page, stack, "admin", "/models?key_provider=anthropic");
  await keyField(page).fill(newToken());
  await panel(page).getByRole("button", { name: "Add an expiry date" }).click();
  const inThreeDays = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await panel(page).getByLabel("Expires on").fill(inThreeDays);
  await update(page).click();
  await expect(keyRow(page, "Anthropic")).toContainText("Expires in 3 d");
});

test("removing a key says whose runs will fail, and can be undone", async ({ page }) => {
  const { OPENAI_API_KEY } = await readSecret();
  await openAs(page, stack, "admin", "/models");
  await panel(page).getByRole("button", { name: "Key of OpenAI" }).click();
  await page.getByRole("menuitem", { name: "Remove the key" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText(/\d+ agents use OpenAI: their runs will fail/);
  await question.getByRole("button", { name: "Remove key" }).click();
  await expect(keyRow(page, "OpenAI")).toContainText("Missing");
  expect(await readSecret()).not.toHaveProperty("OPENAI_API_KEY");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(keyRow(page, "OpenAI")).toContainText("Stored");
  expect((await readSecret()).OPENAI_API_KEY).toBe(OPENAI_API_KEY);
});

test("a viewer sees the keys' states without buttons that change them", async ({ page }) => {
  await openAs(page, stack, "viewer", "/models?key_provider=bedrock");
  await expect(panel(page).getByRole("listitem")).toHaveCount(6);
  await expect(keyRow(page, "DeepSeek")).toContainText(/Stored|Works/);
  await panel(page).getByRole("button", { name: "Key of DeepSeek" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["History"]);
  await page.keyboard.press("Escape");
  await expect(panel(page).getByRole("button", { name: /^(?!Key of)/ })).toHaveCount(0);
  await expect(panel(page).locator("input, select, form")).toHaveCount(0);
});

test("the panel fits a narrow window", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 760 });
  await openAs(page, stack, "admin", "/models?key_provider=bedrock#api-keys");
  await expect(page.getByLabel("Bearer token")).toBeFocused();
  await expect(page.getByLabel("Bearer token")).toBeInViewport();
  await expectNoHorizontalScroll(page);
});

test("all stored keys are verified at once, each with its result", async ({ page }) => {
  const keys = { OPENAI_API_KEY: newToken(), GEMINI_API_KEY: "sandbox-fail-bad_key-2" };
  const SecretString = JSON.stringify({ ...keys, ANTHROPIC_API_KEY: "sandbox-fail-overloaded-2" });
  await stack.secretsManager.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
  await openAs(page, stack, "admin", "/models");
  await panel(page).getByRole("button", { name: "Verify all" }).click();
  await expect(panel(page)).toContainText("1 of 3 tried works");
  await expect(keyRow(page, "OpenAI")).toContainText("OpenAI accepts it (simulated)");
  await expect(keyRow(page, "OpenAI")).toContainText("Works");
  await expect(keyRow(page, "Google")).toContainText("Google rejects it (simulated)");
  await expect(keyRow(page, "Google")).toContainText("Rejected");
  await expect(keyRow(page, "Anthropic")).toContainText("could not be found out");
  await expect(keyRow(page, "Anthropic")).toContainText("Stored");
});
