import { click, clickIn, dialog, region, type Screen } from "./steps";

export const agentScreens: Screen[] = [
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
