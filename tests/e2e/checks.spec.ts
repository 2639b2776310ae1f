import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Page } from "@playwright/test";
import type { Trace } from "@/lib/agents/schema";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

// Serial: the tests check counts and names of the whole platform.
test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const list = (page: Page) => page.getByRole("list", { name: "Findings" });
/** A finding's own line, also inside its rule's. */
const finding = (page: Page, title: string | RegExp) =>
  list(page)
    .getByRole("listitem")
    .filter({ hasText: title })
    .filter({ hasNot: page.getByRole("list") });
const search = (page: Page) => page.getByRole("searchbox", { name: "Search findings" });
const dialog = (page: Page) => page.getByRole("dialog");

test("a finding's button fixes it and removes it from the list and the count", async ({ page }) => {
  await openAs(page, stack, "admin", "/checks");
  const count = page.getByRole("link", { name: /^Checks \d+ errors?$/ });
  const before = Number(/\d+/.exec((await count.textContent()) ?? "")?.[0]);
  await search(page).fill("invoice-agent");
  const alias = finding(page, "invoice-agent names its provider by another name");
  await alias.getByRole("button", { name: "Switch to bedrock#eu.amazon.nova-lite-v1:0" }).click();
  await expect(alias).toHaveCount(0);
  await expect(page.getByRole("link", { name: `Checks ${before - 1} errors` })).toBeVisible();
  const trace = await fetch(`${stack.url}/api/agents/invoice-agent/v1.0/trace`, {
    headers: { cookie: await stack.signIn("viewer") },
  });
  const { steps } = (await trace.json()) as Trace; // The shape is in docs/contract.md.
  expect(steps.find(({ step }) => step === "model_row")).toMatchObject({ status: "ok" });
});

test("a finding is dismissed with a reason and a day, and put back", async ({ page }) => {
  await openAs(page, stack, "admin", "/checks");
  await search(page).fill("support-agent xai");
  const unmapped = finding(page, 'support-agent cannot call "xai"');
  await unmapped.getByRole("button", { name: "Dismiss…" }).click();
  await dialog(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(dialog(page).getByText("Say why")).toBeVisible();
  await dialog(page).getByLabel("Reason").fill("The map gets xai next week");
  await dialog(page).getByLabel("Until").fill("2099-01-01");
  await dialog(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(unmapped).toHaveCount(0);
  await page.getByText("Dismissed (1)").click();
  await expect(page.getByText(/until 2099-01-01: The map gets xai next week/)).toBeVisible();
  await page.getByRole("button", { name: "Put back" }).click();
  await expect(unmapped).toBeVisible();
});

test("a pasted error of a run leads to its finding and fix", async ({ page }) => {
  await openAs(page, stack, "viewer", "/checks");
  await page.getByRole("button", { name: "Why did a run fail?" }).click();
  await dialog(page)
    .getByLabel("Error of the failed run, or its ARN")
    .fill('{"Error":"States.TaskFailed","Cause":"translate-agent: Missing field `endpoint`"}');
  await dialog(page).getByRole("button", { name: "Find the cause" }).click();
  const section = dialog(page).getByRole("region", { name: "Missing field endpoint" });
  await expect(section.getByRole("listitem")).toHaveCount(1);
  await expect(section.getByText("translate-agent names a model that is not")).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByLabel("Error of the failed run, or its ARN").fill("the weather is fine");
  await dialog(page).getByRole("button", { name: "Find the cause" }).click();
  await expect(dialog(page).getByText("Nothing in this text is known.")).toBeVisible();
});

test("an admin tries the role's permissions once, on a phone as well", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 760 });
  await openAs(page, stack, "admin", "/checks");
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(new URL(request.url()).pathname);
  });
  await page.getByRole("button", { name: "Check permissions" }).click();
  await expect(dialog(page).getByText("No permission is missing.")).toBeVisible();
  expect(posts).toEqual(["/api/checks/permissions"]);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await dialog(page).getByRole("button", { name: "Close" }).last().click();
  await expect(dialog(page)).toHaveCount(0);
});

test("a viewer sees all findings without buttons; search and filters are in the URL", async ({
  page,
}) => {
  await openAs(page, stack, "viewer", "/checks");
  await search(page).fill("agent");
  await expect(finding(page, "support-agent cannot call")).toBeVisible();
  await expect(page.getByRole("button", { name: "Dismiss…" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Check permissions" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Switch to/ })).toHaveCount(0);
  await page.getByRole("button", { name: /^Warnings/ }).click();
  await expect(page).toHaveURL(/q=agent.*severity=warning/);
  await expect(finding(page, "support-agent cannot call")).toHaveCount(0);
  await page.reload();
  await expect(finding(page, "The row of broken-agent has faults")).toBeVisible();
});

test("the page passes axe, fits a narrow window and draws 100 findings of a rule at once", async ({
  page,
}) => {
  const names = Array.from({ length: 120 }, (_, index) => `lost-${index}`);
  const put = (name: string) =>
    stack.dynamodb.send(
      new PutItemCommand({
        TableName: "AgentRegistry-prod",
        Item: {
          agent_name: { S: name },
          version: { S: "v1.0" },
          llm_provider: { S: "openai" },
          llm_model: { S: "gone" },
          metadata: { S: '{"llm_type":"unified-rust"}' },
        },
      }),
    );
  await Promise.all(names.map(put));
  await openAs(page, stack, "admin", "/checks");
  await page.getByRole("button", { name: /\d+ agents whose model isn't registered/ }).click();
  const items = page.getByRole("list", { name: /agents whose model/ }).getByRole("listitem");
  await expect(items).toHaveCount(100);
  await page.getByRole("button", { name: /^Show \d+ more/ }).click();
  await expect(items.filter({ hasText: "lost-" })).toHaveCount(120);
  await page.getByRole("button", { name: /^Notes/ }).click();
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoHorizontalScroll(page);
  await expectAccessible(page);
});
