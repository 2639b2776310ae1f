import { expect, test } from "vitest";
import { deriveModel } from "@/lib/usage/rules/derived-model";

const agent = (
  llm_provider: string | null,
  llm_model: string | null,
  machine: string | null = null,
) => ({
  agent_name: "sql-agent",
  llm_provider,
  llm_model,
  state_machine_name: machine,
});
const registered = new Set(["anthropic#sonnet", "anthropic#opus", "openai#gpt"]);
const resolve = (provider: string, model: string) => {
  const pk = `${provider === "claude" ? "anthropic" : provider}#${model}`;
  return registered.has(pk) ? pk : null;
};
const derive = (dimensions: Record<string, string>, ...agents: ReturnType<typeof agent>[]) =>
  deriveModel({ agent: "sql-agent", ...dimensions }, agents, resolve);

test("a metric that names both is not derived", () => {
  const metric = derive({ provider: "openai", model: "gpt" }, agent("claude", "opus"));
  expect(metric).toEqual({ provider: "openai", model: "gpt", isDerived: false });
});

test("missing dimensions are those of the agent's row", () => {
  const opus = { provider: "claude", model: "opus", isDerived: true };
  expect(derive({}, agent("claude", "opus"))).toEqual(opus);
  expect(derive({ model: "sonnet" }, agent("claude", "opus"))).toMatchObject({ model: "sonnet" });
  expect(derive({}, { ...agent("claude", "opus"), agent_name: "other" })).toBeNull();
});

test("versions with aliases of one model agree, and others are ambiguous", () => {
  expect(derive({}, agent("claude", "opus"), agent("anthropic", "opus"))).not.toBeNull();
  expect(derive({}, agent("claude", "opus"), agent("claude", "sonnet"))).toBeNull();
  expect(
    derive({ model: "opus" }, agent("claude", "sonnet"), agent("openai", "gpt")),
  ).toMatchObject({ provider: "claude" });
});

test("the state machine of the metric decides between versions", () => {
  const versions = [agent("claude", "opus", "old"), agent("openai", "gpt", "new")];
  expect(derive({ state_machine_name: "new" }, ...versions)).toMatchObject({ model: "gpt" });
  expect(derive({ state_machine_name: "gone" }, ...versions)).toBeNull();
});

test("a version whose model only its state machine knows makes the model ambiguous", () => {
  const versions = [agent("claude", "opus", "old"), agent("claude", null, "new")];
  expect(derive({}, ...versions)).toBeNull();
  expect(derive({ state_machine_name: "new" }, ...versions)).toBeNull();
  expect(derive({ state_machine_name: "old" }, ...versions)).toMatchObject({ model: "opus" });
  expect(derive({ model: "sonnet" }, ...versions)).toMatchObject({ provider: "claude" });
  expect(derive({ model: "sonnet" }, ...versions, agent(null, "opus"))).toBeNull();
  expect(derive({ provider: "claude" }, ...versions)).toBeNull();
});
