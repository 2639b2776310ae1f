import type { Locator, Page } from "@playwright/test";

/** A screen to record: its path, and the steps that open it. */
export type Screen = {
  name: string;
  path: string;
  open?: (page: Page) => Promise<void>;
  /** Also recorded in a narrow window, and for a viewer. */
  isPage?: true;
};

const dialog = (page: Page): Locator => page.getByRole("dialog").last();
const button = (scope: Page | Locator, name: string | RegExp): Locator =>
  scope.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) }).first();
const region = (page: Page, name: string): Locator =>
  page.getByRole("region", { name, exact: true });
const click = (name: string | RegExp) => (page: Page) => button(page, name).click();
const clickIn = (name: string | RegExp) => (page: Page) => button(dialog(page), name).click();

const sheet = (pk: string, more = "") => `/models?model=${encodeURIComponent(pk)}${more}`;
const gpt = "openai#gpt-4o";

const chooseAction = (name: string, action: string | RegExp) => async (page: Page) => {
  await button(page, `Actions for ${name}`).click();
  await page.getByRole("menuitem", { name: action }).click();
};

const importFile = (name: string, text: string) => async (page: Page) => {
  const file = { name, mimeType: "text/plain", buffer: Buffer.from(text) };
  await page.getByLabel("Choose a file").setInputFiles(file);
  await region(page, "Rows of the file").waitFor();
};

const modelScreens: Screen[] = [
  { name: "models", path: "/models", isPage: true },
  { name: "models, of Bedrock", path: "/models?provider=bedrock" },
  { name: "models, per 1K", path: "/models?unit=1K&sort=-input_price" },
  { name: "models, tools and in use", path: "/models?filter=tools,in_use" },
  { name: "models, flagged", path: "/models?filter=flagged" },
  { name: "models, not priced", path: "/models?filter=unpriced" },
  { name: "models, nothing fits", path: "/models?q=nothing-is-called-this" },
  { name: "models, menu of a row", path: "/models?q=gpt-4o", open: click(/^Actions for/) },
  { name: "models, export menu", path: "/models", open: click("Export") },
  {
    name: "models, selection",
    path: "/models?q=gpt-4o",
    open: async (page) => {
      await click("Select")(page);
      await page.getByRole("checkbox", { name: "Select all" }).click();
    },
  },
  {
    name: "models, test of several",
    path: "/models?q=nova-lite",
    open: async (page) => {
      await click("Select")(page);
      await page.getByRole("checkbox", { name: "Select all" }).click();
      await button(region(page, "Selected models"), "Test").click();
      await dialog(page).waitFor();
    },
  },
  {
    name: "models, test of several, done",
    path: "/models?q=nova-lite",
    open: async (page) => {
      await click("Select")(page);
      await page.getByRole("checkbox", { name: "Select all" }).click();
      await button(region(page, "Selected models"), "Test").click();
      await dialog(page).getByLabel("Probe tools, vision and streaming as well").check();
      await clickIn("Start")(page);
      await button(dialog(page), "Done").waitFor();
    },
  },
  { name: "sheet, details", path: sheet(gpt), isPage: true },
  { name: "sheet, edit", path: sheet(gpt, "&show=edit"), isPage: true },
  {
    name: "sheet, edit, faults",
    path: sheet(gpt, "&show=edit"),
    open: async (page) => {
      await page.getByRole("textbox", { name: "Input", exact: true }).fill("much");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("");
      await clickIn("Save changes")(page);
    },
  },
  {
    name: "sheet, edit, unit question",
    path: sheet(gpt, "&show=edit"),
    open: async (page) => {
      await page.getByRole("textbox", { name: "Input", exact: true }).fill("0.0025");
      await clickIn("Save changes")(page);
      await page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "sheet, leaving what was typed",
    path: sheet(gpt, "&show=edit"),
    open: async (page) => {
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Half a na");
      await clickIn("Close")(page);
      await page.getByRole("alertdialog").waitFor();
    },
  },
  { name: "sheet, test", path: sheet(gpt, "&show=test") },
  {
    name: "sheet, test, answered",
    path: sheet(gpt, "&show=test"),
    open: async (page) => {
      await clickIn("Run")(page);
      await dialog(page)
        .getByText(/Answered in/)
        .waitFor();
    },
  },
  {
    name: "sheet, test, failed",
    path: sheet(gpt, "&show=test"),
    open: async (page) => {
      await dialog(page).getByLabel("Prompt").fill("[[fail:rate_limited]]");
      await clickIn("Run")(page);
      await dialog(page).getByRole("alert").waitFor();
    },
  },
  {
    name: "sheet, capabilities probed",
    path: sheet("openai#gpt-4.1-mini"),
    open: async (page) => {
      await button(region(page, "Capabilities"), "Probe capabilities").click();
      await region(page, "Capabilities")
        .getByText(/^Asked:/)
        .waitFor();
    },
  },
  ...[
    "openai#guard-foreign",
    "openai#guard-legacy",
    "xai#guard-assumed",
    "amazon#eu.guard-profile-v1:0",
    "openai#guard-defective",
    "openai#none",
    "anthropic#claude-3-opus-20240229",
    "bedrock#eu.amazon.nova-pro-v1:0",
  ].map((pk): Screen => ({ name: `sheet of ${pk}`, path: sheet(pk) })),
  { name: "edit of an assumed price", path: sheet("xai#guard-assumed", "&show=edit") },
  {
    name: "make default",
    path: "/models?q=guard-spare",
    open: chooseAction("Guard guard-spare", /Make default/),
  },
  {
    name: "deactivate",
    path: "/models?q=guard-spare",
    open: chooseAction("Guard guard-spare", "Deactivate"),
  },
  {
    name: "retire, unused",
    path: "/models?q=guard-spare",
    open: chooseAction("Guard guard-spare", /Retire/),
  },
  {
    name: "retire, in use",
    path: "/models?q=guard-used",
    open: async (page) => {
      await chooseAction("Guard guard-used", /Retire/)(page);
      await dialog(page).waitFor();
    },
  },
  {
    name: "retire, choosing a replacement",
    path: "/models?q=guard-used",
    open: async (page) => {
      await chooseAction("Guard guard-used", /Retire/)(page);
      await dialog(page).getByRole("combobox").first().click();
    },
  },
  {
    name: "repair",
    path: "/models?q=guard-defective",
    open: click(/^Repair openai#guard-defective/),
  },
  { name: "delete a defective row", path: "/models", open: click(/^Delete no-separator/) },
  { name: "assumed prices", path: "/models", open: click(/^Look at/) },
  { name: "add", path: "/models?add=true", isPage: true },
  ...["openai", "anthropic", "google", "bedrock", "xai", "deepseek"].map(
    (id): Screen => ({ name: `add, ${id}`, path: `/models?provider=${id}&add=true` }),
  ),
  { name: "add, by hand", path: "/models?provider=openai&add=true", open: clickIn("Type an ID") },
  {
    name: "add, by hand, faults",
    path: "/models?provider=openai&add=true",
    open: async (page) => {
      await clickIn("Type an ID")(page);
      await page.getByRole("textbox", { name: "Model ID" }).fill("a b#c");
      await clickIn("Add model")(page);
    },
  },
  {
    name: "add, a base model of Bedrock",
    path: "/models?provider=bedrock&add=true",
    open: async (page) => {
      await clickIn("Type an ID")(page);
      await page.getByRole("textbox", { name: "Model ID" }).fill("us.amazon.nova-pro-v1:0");
      await page.getByText(/eu-west-1 offers/).waitFor();
    },
  },
  { name: "import", path: "/models?import=true" },
  {
    name: "import, a preview",
    path: "/models?import=true",
    open: importFile(
      "models.json",
      JSON.stringify([
        {
          provider: "openai",
          model_id: "guard-imported",
          display_name: "Imported",
          input_price: 1,
          output_price: 2,
        },
        { provider: "openai", model_id: "gpt-4o", display_name: "GPT-4o, imported" },
        { provider: "openai", model_id: "a#b" },
      ]),
    ),
  },
  {
    name: "import, units",
    path: "/models?import=true",
    open: importFile(
      "models.csv",
      "provider,model_id,input_price,output_price\nopenai,guard-units,0.0025,0.01\n",
    ),
  },
  {
    name: "import, no JSON",
    path: "/models?import=true",
    open: async (page) => {
      const file = { name: "models.json", mimeType: "text/plain", buffer: Buffer.from("{") };
      await page.getByLabel("Choose a file").setInputFiles(file);
      await dialog(page).getByRole("alert").waitFor();
    },
  },
  { name: "sync", path: "/models?sync=true", open: (page) => dialog(page).waitFor() },
  ...["openai", "anthropic", "google", "bedrock", "xai", "deepseek"].map(
    (id): Screen => ({ name: `keys, ${id}`, path: `/models?key_provider=${id}` }),
  ),
  { name: "keys, a fault", path: "/models?key_provider=google", open: click("Update API Key") },
  {
    name: "keys, a short-term token",
    path: "/models?key_provider=bedrock",
    open: async (page) => {
      await page
        .getByLabel("Bearer token")
        .fill(`ABSK${Buffer.from("a long-term key of nobody").toString("base64")}`);
    },
  },
  {
    name: "keys, rejected",
    path: "/models?key_provider=google",
    open: async (page) => {
      await region(page, "API keys")
        .getByLabel(/^(Bearer token|API key)$/)
        .fill("sandbox-fail-bad_key-guard");
      await click("Update API Key")(page);
      await button(page, "Replace").waitFor();
    },
  },
];

const agentScreens: Screen[] = [
  { name: "agents", path: "/agents", isPage: true },
  { name: "agents, a search", path: "/agents?q=research" },
  { name: "agents, nothing fits", path: "/agents?q=nothing-is-called-this" },
  {
    name: "agents, selected",
    path: "/agents?q=guard",
    open: async (page) => {
      await click("Select")(page);
      await page.getByRole("checkbox", { name: "Select all" }).click();
    },
  },
  {
    name: "switch by model",
    path: "/agents",
    open: async (page) => {
      await click(/^Switch by model/)(page);
      await dialog(page).getByLabel("From provider").selectOption("anthropic");
      await dialog(page).getByLabel("To provider").selectOption("openai");
      await region(page, "What would become of each agent").waitFor();
    },
  },
  ...[
    "sql-agent",
    "guard-agent",
    "guard-alias",
    "guard-older",
    "guard-malformed",
    "guard-lost",
    "support-agent",
    "bare-agent",
    "broken-agent",
    "none",
  ].map(
    (name): Screen => ({
      name: `agent ${name}`,
      path: `/agents/${name}/v1.0`,
      ...(name === "sql-agent" && { isPage: true }),
    }),
  ),
  {
    name: "agent, versions compared",
    path: "/agents/sql-agent/v1.0",
    open: click("Compare v0.9 with this version"),
  },
  {
    name: "agent, edit of the prompt",
    path: "/agents/sql-agent/v1.0",
    open: async (page) => {
      await click("Edit")(page);
      await page
        .getByRole("textbox", { name: "System prompt" })
        .fill("You answer questions.\nYou name your sources.");
    },
  },
  {
    name: "agent, another model",
    path: "/agents/guard-agent/v1.0",
    open: async (page) => {
      await page.getByRole("combobox", { name: "Model" }).selectOption("openai#o1-preview");
    },
  },
  { name: "agent, test", path: "/agents/sql-agent/v1.0", open: click("Test as this agent") },
  {
    name: "agent, test answered",
    path: "/agents/sql-agent/v1.0",
    open: async (page) => {
      await click("Test as this agent")(page);
      await clickIn("Run")(page);
      await dialog(page)
        .getByText(/Answered in/)
        .waitFor();
    },
  },
  {
    name: "agent, leaving",
    path: "/agents/sql-agent/v1.0",
    open: async (page) => {
      await click("Edit")(page);
      await page.getByRole("textbox", { name: "System prompt" }).fill("Half a pro");
      await page.getByRole("link", { name: "Models", exact: true }).click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
];

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

const otherScreens: Screen[] = [
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

/** Every page, sheet and dialog; read-only ones come first. */
export const screens: readonly Screen[] = [...modelScreens, ...agentScreens, ...otherScreens];

/** Pages whose script sizes are recorded. */
export const measuredPages = [
  "/models",
  "/agents",
  "/agents/sql-agent/v1.0",
  "/playground",
  "/costs",
  "/costs?tab=prices",
  "/costs?tab=budgets",
  "/checks",
  "/activity",
  "/tokens",
  "/sign-in",
];
