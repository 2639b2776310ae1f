import { randomBytes } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../support/stack";
import { expectNoSidewaysScroll, openAs } from "../support/stack-page";

// The secret is one for all tests: they run one after the other on a stack of their own.
test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack();
});
test.afterAll(async () => {
  await stack.stop();
});

const secretId = "/ai-agent/llm-secrets/prod";

/** What any program finds in the secret. */
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

/** Everything that the server has sent to the page to its end from now on. */
function listenTo(page: Page): () => Promise<string[]> {
  const bodies: Promise<string>[] = [];
  page.on("requestfinished", (request) => {
    const body = request.response().then((response) => response?.text());
    // A redirect has no body, and a page that was left keeps none.
    bodies.push(body.then((text) => text ?? "").catch(() => ""));
  });
  return () => Promise.all(bodies);
}

/** Parts of a token that may be nowhere: its last five characters, and any six in a row. */
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
  const sent = listenTo(page);
  await openAs(page, stack, "admin", "/models");

  await provider(page).selectOption({ label: "Amazon Bedrock" });
  await page.getByLabel("Bearer token").fill(token);
  await update(page).click();

  const note = panel(page).getByRole("status");
  await expect(note).toContainText("The key of Amazon Bedrock is saved");
  await expect(note).toContainText("AWS_BEARER_TOKEN_BEDROCK");
  await expect(note).toContainText("by admin");
  await expect(note).toContainText("5 minutes");
  await expect(keyField(page)).toHaveValue("");
  await expect(keyRow(page, "Amazon Bedrock")).toContainText(`…${token.slice(-4)}`);

  const after = await readSecret();
  expect(after.AWS_BEARER_TOKEN_BEDROCK).toBe(token);
  const ours = /^AWS_BEARER_TOKEN_BEDROCK(_UPDATED_AT|_PROVIDER|_UPDATED_BY)?$/;
  const others = (secret: Record<string, string>) =>
    Object.entries(secret).filter(([name]) => !ours.test(name));
  expect(others(after)).toEqual(others(before));

  await page.reload();
  await expect(keyRow(page, "Amazon Bedrock")).toContainText(`…${token.slice(-4)}`);
  const seen = [await page.content(), ...(await sent())].join("\n");
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

test("what is no key is refused on its field before anything is sent", async ({ page }) => {
  const before = await readSecret();
  await openAs(page, stack, "admin", "/models?key_provider=google");
  await update(page).click();
  await expect(keyField(page)).toHaveAccessibleDescription(/Paste the key/);
  await keyField(page).fill("two words");
  await expect(keyField(page)).toHaveAccessibleDescription(/no spaces or line breaks/);
  expect(await readSecret()).toEqual(before);
});

test("the expiry date of a key is counted down to", async ({ page }) => {
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

test("a viewer sees the states of the keys and nothing that changes them", async ({ page }) => {
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
  await expectNoSidewaysScroll(page);
});
