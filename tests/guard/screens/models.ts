import {
  button,
  chooseAction,
  click,
  clickIn,
  dialog,
  gpt,
  importFile,
  region,
  type Screen,
  sheet,
} from "./steps";

export const modelScreens: Screen[] = [
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
