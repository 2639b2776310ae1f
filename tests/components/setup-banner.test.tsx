import { expect, test } from "vitest";
import { SetupBanner } from "@/components/shell/setup-banners";
import type { MissingPart } from "@/lib/setup/schema";
import { expectAccessible, show } from "./render";

const place = {
  account: "123456789012",
  region: "eu-west-1",
  names: ["LLMModels-prod", "AgentRegistry-prod", "ModelManagement-prod", "/prod/llm"],
};
const part = (kind: MissingPart["kind"], name = ""): MissingPart => ({
  kind,
  name,
  consequence: "There is nothing to show.",
  command: `aws create ${name}`,
});
const everything = [
  part("models_table", "LLMModels-prod"),
  part("agents_table", "AgentRegistry-prod"),
  part("management_table", "ModelManagement-prod"),
  part("secret", "/prod/llm"),
];

test("an empty account shows where the console looked before the commands", async () => {
  const screen = await show(<SetupBanner missing={everything} place={place} />);
  const text = screen.getByRole("status").element().textContent ?? "";
  const looked =
    "The console looked in account 123456789012, region eu-west-1, for LLMModels-prod, AgentRegistry-prod, ModelManagement-prod and the secret /prod/llm. If your agents are somewhere else, correct AWS_REGION, ENV_NAME or the server's AWS credentials";
  expect(text).toContain(looked);
  for (const { command } of everything) {
    expect(text.split(command)).toHaveLength(2);
    expect(text.indexOf(command)).toBeGreaterThan(text.indexOf(looked));
  }
  await expectAccessible();
});

test("if only the console's own table is missing, the account and region aren't questioned", async () => {
  const missing = [part("management_table", "ModelManagement-prod")];
  const screen = await show(<SetupBanner missing={missing} place={{ ...place, account: null }} />);
  const banner = screen.getByRole("status");
  await expect.element(banner).toHaveTextContent("Part of what the console needs was not found");
  await expect
    .element(banner)
    .toHaveTextContent("region eu-west-1 (AWS did not say in which account)");
  await expect.element(banner).not.toHaveTextContent("somewhere else");
});
