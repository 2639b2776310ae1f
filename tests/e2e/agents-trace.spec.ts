import { randomUUID } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Page } from "@playwright/test";
import { button, deployAgent, json, region, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll, openAs } from "../support/stack-page";

test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

const step = (page: Page, name: string) =>
  region(page, "Trace")
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name }) });

async function deploy(attributes?: Record<string, AttributeValue>): Promise<string> {
  const name = `agent-${randomUUID().slice(0, 8)}`;
  await deployAgent(stack, name, attributes);
  return name;
}

const modelOf = async (name: string) => (await storedAgent(stack, name)).llm_model?.S;

test("the trace of an agent with a family name shows the broken link, and is complete once it's fixed", async ({
  page,
}) => {
  const tools = json([{ tool_name: "web_search" }]);
  const name = await deploy({ llm_provider: { S: "gpt" }, llm_model: { S: "gpt-4o" }, tools });
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  const trace = region(page, "Trace");
  await expect(trace).toContainText("The run would fail: The JSONata expression");
  await expect(trace.getByRole("listitem")).toHaveCount(9);
  const broken = step(page, "Looks up the model row");
  await expect(broken).toContainText("Breaks here");
  await expect(broken).toContainText("gpt#gpt-4o");
  await expect(broken).toContainText("Fix: Switch the agent to openai#gpt-4o.");
  await expect(broken).toHaveAttribute("aria-current", "step");
  await expect(step(page, "Calls the endpoint")).toContainText("Not reached");
  await expect(region(page, "Preflight")).toContainText("This is said of openai#gpt-4o");
  await expectAccessible(page);

  const fix = "Switch to openai#gpt-4o";
  await region(page, "Preflight").getByRole("button", { name: fix }).click();
  await expect(step(page, "Looks up the model row")).toContainText("OK");
  await expect(trace).toContainText("No link is broken.");
  await expect(step(page, "Takes the key from the secret")).toContainText("OPENAI_API_KEY");
  await page.setViewportSize({ width: 360, height: 760 });
  await expectNoHorizontalScroll(page);
  const topOf = async (title: string) => (await region(page, title).boundingBox())?.y ?? 0;
  expect(await topOf("Trace")).toBeLessThan(await topOf("History"));
});

test("a viewer sees the trace of an older agent, and which parts aren't visible", async ({
  page,
}) => {
  const name = await deploy({
    llm_provider: { S: "claude" },
    llm_model: { S: "claude-3-5-sonnet-20241022" },
    metadata: json({}),
  });
  await openAs(page, stack, "viewer", `/agents/${name}/v1.0`);
  const trace = region(page, "Trace");
  await expect(trace).toContainText("Nothing that can be seen is broken.");
  await expect(step(page, "Looks up the model row")).toContainText("Not read");
  await expect(step(page, "Calls the endpoint")).toContainText("not visible here");
  const preflight = region(page, "Preflight");
  await expect(preflight).toContainText("Preflight of the current model");
  await expect(preflight).toContainText("Possible");
  await expect(preflight).toContainText("doesn't list Claude 3.5 Sonnet");
});

test("an agent whose state machine is gone can't be started, whatever its model", async ({
  page,
}) => {
  const arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:gone";
  const name = await deploy({ state_machine_arn: { S: arn } });
  await openAs(page, stack, "viewer", `/agents/${name}/v1.0`);
  await expect(region(page, "Trace")).toContainText("State Machine Does Not Exist");
  await expect(region(page, "Preflight")).toContainText("can't be started");
});

test("while a model is chosen its preflight says what blocks it, and a reason overrides that", async ({
  page,
}) => {
  const name = await deploy({ tools: json(["execute_python"]) });
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  const preflight = region(page, "Preflight");
  await expect(preflight).toContainText("No problems found");
  await page.getByRole("combobox", { name: "Model" }).selectOption("openai#o1-preview");
  await expect(preflight).toContainText("Preflight of your choice");
  await expect(preflight).toContainText("o1-preview does not support tools blocks the switch");
  await expect(preflight).toContainText("execute_python");
  await expect(preflight).toContainText("Choose a model that supports tools.");
  await expect(preflight).toContainText("asks for a reason");
  expect(await modelOf(name)).toBe("gpt-4o");
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "Model" }).selectOption("openai#gpt-4o-mini");
  await expect(preflight).toContainText("No problems found");

  await page.getByRole("combobox", { name: "Model" }).selectOption("openai#o1-preview");
  await expect(preflight).toContainText("blocks the switch");
  await button(page, "Save").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why it should go ahead").fill("Its tools are switched off today");
  await dialog.getByRole("button", { name: "Switch anyway" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await modelOf(name)).toBe("o1-preview");
  await expect(region(page, "Trace")).toContainText(
    "The run would fail: Provider API error: openai returned 400",
  );
  await expect(step(page, "Gets an answer that it understands")).toContainText("Breaks here");
});

test("a failed trace or preflight says so and can be retried", async ({ page }) => {
  const name = await deploy({ tools: json([{ tool_name: "web_search" }]) });
  let isDown = true;
  const fail = { status: 500, contentType: "text/plain", body: "down" };
  for (const part of ["trace", "preflight"]) {
    await page.route(`**/api/agents/${name}/v1.0/${part}*`, (route) =>
      isDown ? route.fulfill(fail) : route.fallback(),
    );
  }
  await openAs(page, stack, "viewer", `/agents/${name}/v1.0`);
  const [trace, preflight] = [region(page, "Trace"), region(page, "Preflight")];
  // The page came with a trace, unless AWS was slow.
  const failed = /This may be out of date|The trace could not be made/;
  await expect(trace).toContainText(failed, { timeout: 20_000 });
  await expect(preflight).toContainText("The preflight could not be made", { timeout: 20_000 });
  isDown = false;
  await preflight.getByRole("button", { name: "Try again" }).click();
  await expect(preflight).toContainText("No problems found");
  // It is asked for again every 15 seconds.
  await expect(trace).not.toContainText(failed, { timeout: 30_000 });
  await expect(trace).toContainText("No link is broken.");
});
