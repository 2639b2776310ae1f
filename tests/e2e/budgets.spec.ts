import { randomUUID } from "node:crypto";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "../support/browser";
import { requireLoopback } from "../support/launched";
import { signInAs } from "../support/models-page";
import { expectAccessible, expectNoHorizontalScroll } from "../support/stack-page";

/** Records four million input tokens at a known price, used just now. */
async function recordUsage(agent: string): Promise<void> {
  const endpoint = process.env.STACK_AWS_URL ?? "";
  requireLoopback("STACK_AWS_URL", endpoint);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const cloudwatch = new CloudWatchClient({ endpoint, region: "eu-west-1", credentials });
  const named = { agent, state_machine_name: agent, provider: "openai", model: "gpt-4o" };
  const Dimensions = Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
  const MetricData = [{ MetricName: "InputTokens", Dimensions, Value: 4_000_000 }];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "AI-Agents", MetricData }));
  cloudwatch.destroy();
}

test("an admin sets a budget, sees it exceeded here and in Checks, raises it, rolls back, and restores a removed one", async ({
  page,
}) => {
  const agent = `budgeted-${randomUUID().slice(0, 8)}`;
  await recordUsage(agent);
  await signInAs(page, "admin");
  await page.goto("/costs?tab=budgets");
  await page.getByRole("button", { name: "Set a budget" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Set budget" }).click();
  await expect(dialog.getByText("Name what the budget is of")).toBeVisible();
  await expect(dialog.getByText("Must be an amount in USD")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("textbox", { name: "USD a month" }).fill("5");
  await dialog.getByRole("combobox", { name: "Agent" }).fill(agent);
  await dialog.getByRole("button", { name: "Set budget" }).click();

  const item = page.getByRole("list", { name: "Budgets" }).getByRole("listitem");
  const ownItem = item.filter({ hasText: agent });
  await expect(ownItem).toBeVisible();
  await expect(page).not.toHaveURL(/budget=/);
  await expect(async () => {
    await page.reload();
    await expect(ownItem.getByText("$10 of $5, 200%")).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(ownItem.getByText("Exceeded")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.goto("/checks?kind=budget");
  const finding = page.getByRole("listitem").filter({ hasText: `agent ${agent} is exceeded` });
  await finding.getByRole("link", { name: "Change the budget" }).click();
  await dialog.getByRole("textbox", { name: "USD a month" }).fill("100000");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(ownItem.getByText("Within")).toBeVisible();
  await page.goto("/checks?kind=budget");
  await expect(page.getByRole("heading", { name: "Checks" })).toBeVisible();
  await expect(finding).toHaveCount(0);

  await page.goto("/costs?tab=budgets");
  await ownItem.getByRole("button", { name: "Change" }).click();
  await dialog.getByRole("button", { name: "Roll back" }).click();
  const question = page.getByRole("dialog").filter({ hasText: "This will be changed back" });
  await question.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog.getByRole("textbox", { name: "USD a month" })).toHaveValue("5");
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(ownItem).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(ownItem.getByText("Exceeded")).toBeVisible();

  await ownItem.getByRole("button", { name: "Change" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  // The open dialog hides the list from assistive technology.
  await expect(dialog).toBeHidden();
  await expect(ownItem).toHaveCount(0);
  await page.goto(`/activity?entity=budget:agent:${agent}`);
  await page.getByRole("button", { name: "Bring back" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Bring back" }).click();
  await expect(page.getByText(`the budget of agent ${agent} is back`)).toBeVisible();
});
