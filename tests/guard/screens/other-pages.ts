import type { Page } from "@playwright/test";
import { button, click, clickIn, dialog, gpt, type Screen, sheet } from "./steps";

const playgroundPath = `/playground?models=${[gpt, "anthropic#claude-3-5-sonnet-20241022"].map(encodeURIComponent).join(",")}`;
const run = (prompt: string) => async (page: Page) => {
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await click("Run")(page);
  await page
    .getByText(/Answered in|rate_limited/)
    .first()
    .waitFor();
  await button(page, "Stop all").waitFor({ state: "hidden" });
};

export const otherScreens: Screen[] = [
  { name: "playground", path: "/playground", isPage: true },
  { name: "playground, faults", path: "/playground", open: click("Run") },
  { name: "playground, models", path: "/playground", open: click("Choose models") },
  {
    name: "playground, tools",
    path: playgroundPath,
    open: async (page) => {
      await click("Add tools")(page);
      await click("Insert an example")(page);
    },
  },
  { name: "playground, answered", path: playgroundPath, open: run("Say hello.") },
  {
    name: "playground, raw exchange",
    path: playgroundPath,
    open: async (page) => {
      await run("Say hello.")(page);
      await page.getByText("Raw request and response").first().click();
    },
  },
  { name: "playground, failed", path: playgroundPath, open: run("[[fail:rate_limited]]") },
  {
    name: "playground, past runs",
    path: "/playground",
    open: async (page) => {
      await click("Past runs")(page);
      await dialog(page).getByRole("listitem").first().waitFor();
    },
  },
  {
    name: "playground, delete all runs",
    path: "/playground",
    open: async (page) => {
      await click("Past runs")(page);
      await clickIn("Delete all")(page);
      await page.getByRole("alertdialog").waitFor();
    },
  },
  { name: "costs", path: "/costs", isPage: true },
  { name: "costs, by model in 90 days", path: "/costs?group_by=model&range=90d" },
  { name: "costs, agents behind a provider", path: "/costs?group_by=agent&within=bedrock" },
  {
    name: "costs, figures",
    path: "/costs",
    open: (page) => page.getByText("Figures by period").click(),
  },
  { name: "costs, prices", path: "/costs?tab=prices", isPage: true },
  {
    name: "costs, side by side",
    path: `/costs?tab=prices&view=side&compare=${[gpt, "openai#gpt-4o-mini"].map(encodeURIComponent).join(",")}`,
  },
  { name: "costs, calculator", path: "/costs?tab=calculator", isPage: true },
  { name: "costs, calculator, a fault", path: "/costs?tab=calculator&calls=many" },
  {
    name: "costs, what if",
    path: `/costs?tab=what-if&model=${encodeURIComponent("openai#gpt-4o-mini")}`,
    isPage: true,
  },
  { name: "costs, budgets", path: "/costs?tab=budgets", isPage: true },
  { name: "costs, a new budget", path: "/costs?tab=budgets", open: click("Set a budget") },
  {
    name: "costs, a new budget, faults",
    path: "/costs?tab=budgets",
    open: async (page) => {
      await click("Set a budget")(page);
      await clickIn("Set budget")(page);
    },
  },
  { name: "costs, a budget", path: "/costs?tab=budgets&budget=provider:openai" },
  { name: "checks", path: "/checks", isPage: true },
  { name: "checks, warnings", path: "/checks?severity=warning" },
  { name: "checks, of keys", path: "/checks?kind=key" },
  { name: "checks, dismiss", path: "/checks", open: click("Dismiss…") },
  {
    name: "checks, dismiss, faults",
    path: "/checks",
    open: async (page) => {
      await click("Dismiss…")(page);
      await clickIn("Dismiss")(page);
    },
  },
  {
    name: "checks, dismissed",
    path: "/checks",
    open: (page) => page.getByText(/^Dismissed \(/).click(),
  },
  {
    name: "checks, a failed run",
    path: "/checks",
    open: async (page) => {
      await click("Why did a run fail?")(page);
      await dialog(page)
        .getByLabel("Error of the failed run, or its ARN")
        .fill('{"Error":"States.TaskFailed","Cause":"support-agent: Missing field `endpoint`"}');
      await clickIn("Find the cause")(page);
      await dialog(page).getByRole("listitem").first().waitFor();
    },
  },
  { name: "activity", path: "/activity", isPage: true },
  ...["model", "agent", "key", "check", "budget", "token"].map(
    (kind): Screen => ({ name: `activity, kind ${kind}`, path: `/activity?kind=${kind}` }),
  ),
  {
    name: "activity, of a model",
    path: `/activity?entity=${encodeURIComponent("model:openai#guard-used")}`,
  },
  { name: "activity, of a day", path: "/activity?day=2026-12-15&kind=model&actor=admin" },
  { name: "activity, nothing fits", path: "/activity?actor=nobody" },
  { name: "activity, export menu", path: "/activity?kind=model", open: click("Export") },
  { name: "sheet, roll back", path: sheet("openai#guard-used"), open: click("Roll back") },
  { name: "agent, roll back", path: "/agents/guard-agent/v1.0", open: click("Roll back") },
  { name: "activity, an operation", path: "/activity?kind=agent", open: click(/operation/i) },
  { name: "tokens", path: "/tokens", isPage: true },
  { name: "tokens, new", path: "/tokens", open: click("New token") },
  {
    name: "tokens, new, faults",
    path: "/tokens",
    open: async (page) => {
      await click("New token")(page);
      await clickIn("Make token")(page);
    },
  },
  { name: "tokens, revoke", path: "/tokens", open: click(/^Revoke guard/) },
  {
    name: "palette",
    path: "/models",
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("listbox").waitFor();
    },
  },
  {
    name: "palette, a search",
    path: "/activity?kind=budget",
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Find a model/ }).fill("sonnet");
    },
  },
  { name: "theme menu", path: "/tokens", open: click(/^Theme/) },
  { name: "not found", path: "/nowhere" },
];
