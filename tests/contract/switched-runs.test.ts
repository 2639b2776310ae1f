import {
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AgentRecord, Preflight } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { providerIdOf } from "@/lib/providers/schema";
import simulated from "../../scripts/simulator/models.json";
import { execute, failureOf } from "../support/run-failures";
import { stepFunctionsAt } from "./agreement";
import { agentPath, type Json, tables } from "./console";
import { type Console, startConsole } from "./running-console";

// Some tests ask for every agent on every model.
vi.setConfig({ testTimeout: 1_200_000 });

let app: Console;
let sfn: SFNClient;

beforeAll(async () => {
  app = await startConsole({ seed: "default" });
  sfn = stepFunctionsAt(app.awsUrl);
});

afterAll(async () => {
  sfn?.destroy();
  await app?.stop();
});

const arnOf = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}-prod`;

const run = (name: string) => execute(sfn, arnOf(name));

/** What the machine gave its caller in a run. */
async function payloadOf({ executionArn }: DescribeExecutionCommandOutput) {
  const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 });
  const { events = [] } = await sfn.send(command);
  const inputs = events.flatMap(
    ({ lambdaFunctionScheduledEventDetails, taskScheduledEventDetails }) => [
      lambdaFunctionScheduledEventDetails?.input ?? taskScheduledEventDetails?.parameters ?? "{}",
    ],
  );
  const payloads = inputs
    .map((text) => JSON.parse(text))
    .map(({ Payload, ...own }) => Payload ?? own);
  return payloads.find(({ provider_config }) => provider_config) as Json & {
    provider_config: Json;
    messages: Json[];
  };
}

const listAgents = async () => (await app.viewer.get("/api/agents")).body.agents as AgentRecord[]; // By docs/contract.md.
const listModels = async () =>
  (await app.viewer.get("/api/models?active=true")).body.models as ModelRecord[]; // As above.

async function preflightOf(name: string, provider: string, model_id: string, version = "v1.0") {
  const query = new URLSearchParams({ provider, model_id });
  const answer = await app.viewer.get(`${agentPath(name, version)}/preflight?${query}`);
  return { status: answer.status, ...(answer.body as Preflight) }; // As above.
}

describe("after a change in the console, the next run", () => {
  test.each([
    ["research-agent", "bedrock", "eu.amazon.nova-pro-v1:0"],
    ["invoice-agent", "bedrock", "eu.amazon.nova-lite-v1:0"],
    ["support-agent", "anthropic", "claude-sonnet-4-6"],
    ["translate-agent", "google", "gemini-3.5-flash"],
  ])("of %s uses %s %s", async (name, provider, model_id) => {
    const target = { llm_provider: provider, llm_model: model_id };
    expect(await app.admin.patch(agentPath(name), target)).toMatchObject({ status: 200 });
    const ended = await run(name);
    expect(ended.status).toBe("SUCCEEDED");
    const { provider_config } = await payloadOf(ended);
    expect(provider_config).toMatchObject({ provider_id: provider, model_id });
  });

  test("takes the key that was saved", async () => {
    const stored = await app.aws.secretText();
    await app.admin.put("/api/providers/openai/key", { api_key: "sandbox-fail-bad_key" });
    try {
      expect((await failureOf(sfn, await run("batch-agent")))?.cause).toContain(
        "Provider API error: openai returned 401",
      );
    } finally {
      await app.aws.putSecret(stored);
    }
  });

  test("sends the new prompt", async () => {
    await app.admin.patch(agentPath("batch-agent"), { system_prompt: "New words." });
    const { messages } = await payloadOf(await run("batch-agent"));
    expect(messages[0]).toEqual({ role: "system", content: "New words." });
  });
});

test("every model that an agent may be switched to without a reason is one that runs", async () => {
  const name = "maps-agent";
  for (const { provider, model_id } of await listModels()) {
    const target = { llm_provider: provider, llm_model: model_id };
    // The sandbox denies these on purpose what their providers document.
    const { [providerIdOf(provider) ?? "openai"]: denied } = simulated.shows;
    if (model_id in denied) continue;
    const { ok } = await preflightOf(name, provider, model_id);
    const { status } = await app.admin.patch(agentPath(name), target);
    expect([model_id, status]).toEqual([model_id, ok ? 200 : 409]);
    if (!ok) continue;
    const failure = await failureOf(sfn, await run(name));
    expect([model_id, failure]).toEqual([model_id, null]);
  }
});

/** Names of models in a fix, and the model of its action. */
function offersOf({ fix, action }: Pick<Finding, "fix"> & { action?: Finding["action"] }) {
  const named = /(?:answered it|refuse it|such as)[:]? ([^:.]*(?:\.\d[^:.]*)*)[.:]/.exec(fix)?.[1];
  const body = action && "body" in action ? (action.body as Json) : {};
  const key = body.llm_model ? `${body.llm_provider}#${body.llm_model}` : null;
  const switched = /Switch the agent to (\S+#\S+?)\.?$/.exec(fix)?.[1];
  return { names: named?.split(", ") ?? [], keys: [key, switched].flatMap((pk) => pk ?? []) };
}

test("every model that the console offers to an agent is one that its preflight lets through", async () => {
  const models = await listModels();
  const { findings } = (await app.viewer.get("/api/checks")).body as { findings: Finding[] }; // As above.
  const offered = new Set<string>();
  for (const agent of await listAgents()) {
    const { agent_name, version } = agent;
    const id = `${agent_name}/${version}`;
    const fixes = findings.filter(({ subject }) => subject.kind === "agent" && subject.id === id);
    const trace = (await app.viewer.get(`${agentPath(agent_name, version)}/trace`)).body;
    const steps = trace.steps as { fix: string | null }[]; // As above.
    const said = [...fixes, ...steps.flatMap(({ fix }) => (fix ? { fix } : []))];
    const preflights = new Map<string, Awaited<ReturnType<typeof preflightOf>>>();
    for (const { pk, provider, model_id } of models) {
      const preflight = await preflightOf(agent_name, provider, model_id, version);
      preflights.set(pk, preflight);
      if (preflight.status === 200) said.push(...preflight.findings);
    }
    const offers = said.map(offersOf);
    const names = new Set(offers.flatMap(({ names }) => names));
    for (const name of names) offered.add(`${id} ${name}`);
    const named = [...names].map(
      (name) => models.find(({ display_name }) => display_name === name)?.pk ?? name,
    );
    for (const pk of new Set([...named, ...offers.flatMap(({ keys }) => keys)])) {
      const [provider = "", model_id = ""] = pk.split("#");
      const { ok, findings } =
        preflights.get(pk) ?? (await preflightOf(agent_name, provider, model_id, version));
      expect([id, pk, ok, findings]).toEqual([id, pk, true, expect.anything()]);
    }
  }
  expect(offered.size).toBeGreaterThan(3);
});

test("an alias of a retired model is not offered for a switch", async () => {
  await app.aws.put(tables.models, {
    pk: { S: "google#gemini-1.5-pro-002" },
    provider: { S: "google" },
    model_id: { S: "gemini-1.5-pro-002" },
    display_name: { S: "Gemini 1.5 Pro" },
    is_active: { S: "true" },
  });
  const { findings } = (await app.viewer.get("/api/checks")).body as { findings: Finding[] }; // As above.
  const finding = findings.find(
    ({ code, subject }) => code === "agent_alias_unresolved" && subject.id === "vision-agent/v1.0",
  );
  expect(finding).toMatchObject({
    fix: "Switch the agent to another model: google#gemini-1.5-pro-002 would fail too.",
    action: { label: "Choose a model" },
  });
});
