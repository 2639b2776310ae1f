import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { type Stack, startStack } from "../support/stack";
import { expectAccessible, expectNoSidewaysScroll, openAs } from "../support/stack-page";

// One stack with its 30 days of sample usage for all tests of this file.
test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack();
});
test.afterAll(async () => {
  await stack.stop();
});

const groups = (page: Page, name: string) => page.getByRole("table", { name, exact: true });

test("a reader sees what agents spent, by whom, and takes the figures along", async ({ page }) => {
  await openAs(page, stack, "viewer", "/models");
  await page.getByRole("link", { name: "Costs" }).click();
  const providers = groups(page, "By provider");
  await expect(providers.getByRole("row", { name: /^Anthropic.*\$\d/ })).toBeVisible();
  const unknown = providers.getByRole("row", { name: /^Unknown/ });
  await expect(unknown.getByRole("cell", { name: "not priced" })).toBeVisible();
  await expect(page.getByText(/^at least \$\d/)).toBeVisible();
  await page.getByText("Figures by period").click();
  const figures = page.getByRole("table", { name: "Spend by period, USD" });
  await expect(figures.getByRole("row")).toHaveCount(31);
  await expectAccessible(page);

  await providers.getByRole("button", { name: /^Amazon Bedrock/ }).click();
  const agents = groups(page, "Agents behind Amazon Bedrock");
  await expect(agents.getByRole("link", { name: "invoice-agent" })).toBeVisible();
  await expect(agents.getByRole("link", { name: "sql-agent" })).toHaveCount(0);
  await expect(page).toHaveURL(/within=bedrock/);
  await page.goBack();
  await expect(providers).toBeVisible();

  await page.getByRole("radio", { name: "Model" }).check();
  await page.getByRole("radio", { name: "90 days" }).check();
  const models = groups(page, "By model");
  await expect(models.getByRole("row", { name: /^Claude 3 Opus/ })).toBeVisible();
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const csv = await readFile(await (await saving).path(), "utf8");
  expect(csv).toContain("at,key,input_tokens,output_tokens,cost_usd");
  expect(csv).toContain("anthropic#claude-3-opus-20240229");
  await page.reload();
  await expect(models).toBeVisible();
  await expect(page.getByRole("radio", { name: "90 days" })).toBeChecked();
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
});

test("without usage the page says what writes it, and a failed reading can be tried again", async ({
  page,
}) => {
  await openAs(page, stack, "viewer", "/costs?group_by=agent&within=nobody");
  await expect(page.getByText("No usage seen in the last 30 days")).toBeVisible();
  await expect(page.getByText(/CloudWatch namespace AI-Agents/)).toBeVisible();
  await expectAccessible(page);
  const problem = {
    code: "aws_unavailable",
    detail: "CloudWatch is throttling requests.",
    status: 409,
  };
  await page.route("**/api/usage?*", (route) =>
    route.fulfill({
      status: problem.status,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "Failed", request_id: "r", ...problem }),
    }),
  );
  await page.getByRole("button", { name: "Look at 90 days" }).click();
  const failed = page.getByRole("alert").filter({ hasText: "The usage could not be read" });
  await expect(failed.getByText(problem.detail)).toBeVisible();
  await expectAccessible(page);
  await page.unroute("**/api/usage?*");
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("No usage seen in the last 90 days")).toBeVisible();
});
