import { randomUUID } from "node:crypto";
import { button, deployAgent, json, region, storedAgent } from "../support/agents-page";
import { expect, test } from "../support/browser";
import type { Stack } from "../support/stack";
import { expectAccessible, openAs } from "../support/stack-page";

test.describe.configure({ mode: "default" });

let stack: Stack;
test.beforeAll(async ({ platform }) => {
  await platform.restore();
  stack = platform;
});

test("a preflight reports that a model refuses the runtime's request, with the provider's message", async ({
  page,
}) => {
  const name = `agent-${randomUUID().slice(0, 8)}`;
  await deployAgent(stack, name, { tools: json([]) });
  await openAs(page, stack, "admin", `/agents/${name}/v1.0`);
  const request = region(page, "The runtime's request");
  await expect(request).toContainText("was never sent to this model");
  await expect(request).toContainText("One call. The cost isn't known beforehand.");
  await button(page, "Send the runtime's request to this model").click();
  await expect(request).toContainText("Invalid 'tools': empty array");
  const preflight = region(page, "Preflight");
  await expect(preflight).toContainText("refused the runtime's request");
  await expect(preflight).toContainText("Choose a model that");
  expect((await storedAgent(stack, name)).llm_model?.S).toBe("gpt-4o");
  await expectAccessible(page);
});
