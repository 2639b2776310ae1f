import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { formatMoney } from "@/lib/format";
import type { UsageReport } from "@/lib/usage/schema";
import { expect, test } from "../support/browser";
import {
  expectAccessible,
  expectNoHorizontalScroll,
  openAs,
  sharedStack,
} from "../support/stack-page";

const stack = sharedStack();
const groups = (page: Page, name: string) => page.getByRole("table", { name, exact: true });

test("a viewer sees the spend by group and exports it", async ({ page }) => {
  await openAs(page, stack, "viewer", "/models");
  await page.getByRole("link", { name: "Costs" }).click();
  const providers = groups(page, "By provider");
  await expect(providers.getByRole("row", { name: /^Anthropic.*\$\d/ })).toBeVisible();
  const unknown = providers.getByRole("row", { name: /^Unknown/ });
  await expect(unknown.getByRole("cell", { name: "not priced" })).toBeVisible();
  const total = page.getByRole("definition").filter({ hasText: /^at least \$\d/ });
  await expect(total).toBeVisible();
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
  await expectNoHorizontalScroll(page);
  await expectAccessible(page);
});

test("a viewer compares prices, calculates a workload and runs a what-if", async ({ page }) => {
  await openAs(page, stack, "viewer", "/costs");
  const tab = (name: string) =>
    page.getByRole("navigation", { name: "Costs" }).getByRole("link", { name }).click();
  await tab("Prices");
  const prices = groups(page, "Prices");
  await page.getByRole("button", { name: "Input", exact: true }).click();
  await expect(page).toHaveURL(/prices_sort=input/);
  await page.getByRole("searchbox", { name: "Search models" }).fill("gpt-4o");
  await prices.getByRole("checkbox", { name: "Compare GPT-4o", exact: true }).check();
  await prices.getByRole("checkbox", { name: "Compare GPT-4o mini" }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Compare 2 of 4" }).click();
  const side = groups(page, "Models side by side");
  await expect(side.getByRole("row", { name: "Input $2.50 $0.15 lowest" })).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(prices).toBeVisible();

  await tab("Calculator");
  const costs = groups(page, "Cost a month by model");
  // 30,000 calls of 2,000 tokens at 2.50 and 500 at 10.00.
  await expect(
    costs.getByRole("row", { name: /^GPT-4o (?!mini).*OpenAI · gpt-4o\b/ }),
  ).toContainText("$300.00");
  await page.getByLabel("Of these, cached").fill("1 000");
  // Half of the input at 1.25.
  await expect(
    costs.getByRole("row", { name: /^GPT-4o (?!mini).*OpenAI · gpt-4o\b/ }),
  ).toContainText("$262.50");
  await page.getByLabel("Calls a day").fill("many");
  await expect(page.getByText(/^Type a whole number/)).toBeVisible();
  await page.getByLabel("Calls a day").fill("2000");
  await expect(
    costs.getByRole("row", { name: /^GPT-4o (?!mini).*OpenAI · gpt-4o\b/ }),
  ).toContainText("$525.00");
  await expectAccessible(page);
  await page.reload();
  await expect(
    costs.getByRole("row", { name: /^GPT-4o (?!mini).*OpenAI · gpt-4o\b/ }),
  ).toContainText("$525.00");

  await tab("What if");
  await page.getByLabel("The other model").selectOption({ value: "openai#gpt-4o-mini" });
  const agents = groups(page, "Agents");
  await agents.getByRole("checkbox", { name: "Select all" }).uncheck();
  await agents.getByRole("checkbox", { name: "Select sql-agent" }).check();
  await expect(page.getByText("Spent in 30 days, 1 agent")).toBeVisible();
  await expect(agents.getByRole("row", { name: /sql-agent.*−\$/ })).toBeVisible();
  const unpriced = agents.getByRole("row", { name: /bare-agent/ });
  await expect(unpriced.getByRole("cell", { name: "not priced" })).toBeVisible();
  await expect(unpriced.getByRole("cell", { name: "not known" })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoHorizontalScroll(page);
});

test("the list of agents shows the same monthly costs as the Costs page", async ({ page }) => {
  await openAs(page, stack, "viewer", "/agents?q=research-agent");
  const from = `${new Date().toISOString().slice(0, 7)}-01`;
  const { groups: used } = (await (
    await page.request.get(`${stack.url}/api/usage?from=${from}&group_by=agent`)
  ).json()) as UsageReport; // The shape is in docs/contract.md.
  // In the first hours of a month there's no usage yet.
  const cost = used.find(({ key }) => key === "research-agent")?.cost_usd;
  const words = typeof cost === "number" ? formatMoney(cost) : "no usage";
  const row = page.getByRole("row", { name: /^research-agent / });
  await expect(row.getByRole("cell", { name: words, exact: true })).toBeVisible();
  await page.route("**/api/usage?*", (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({
        title: "Failed",
        request_id: "r",
        detail: "CloudWatch is throttling.",
      }),
    }),
  );
  await page.reload();
  await expect(row.getByRole("cell", { name: "not known" })).toBeVisible();
  const note = page.getByRole("status").filter({ hasText: "costs could not be read" });
  await page.unroute("**/api/usage?*");
  await note.getByRole("button", { name: "Try again" }).click();
  await expect(row.getByRole("cell", { name: words, exact: true })).toBeVisible();
});

test("without usage the page explains where it comes from, and a failed reading can be retried", async ({
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
