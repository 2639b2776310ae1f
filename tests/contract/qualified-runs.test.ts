// Runs that were redriven, and machines that a row names by a version or an alias.
import {
  CreateStateMachineAliasCommand,
  DescribeExecutionCommand,
  PublishStateMachineVersionCommand,
  RedriveExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunDetails, RunList } from "@/lib/runs/schema";
import { execute } from "../support/run-failures";
import { unifiedMachine } from "../support/sample-machines";
import { type Agent, type Agreement, startAgreement, text } from "./agreement";
import { agentPath, modelRow, tables, unique } from "./console";
import { afterAgent, type Machine, tools } from "./machine-changes";

let agreement: Agreement;

beforeAll(async () => {
  agreement = await startAgreement({ env: { ALLOW_RUNS: "true" } });
  await agreement.putTool("web_search", { input_schema: text('{"type":"object"}') });
});

afterAll(() => agreement?.stop());

const runsOf = async ({ name }: Agent) =>
  (await agreement.app.admin.get(`${agentPath(name)}/runs`)).body as RunList; // By docs/contract.md.

const runOf = async ({ name }: Agent, id: string) =>
  (await agreement.app.admin.get(`${agentPath(name)}/runs/${id}`)).body as RunDetails; // By docs/contract.md.

/** Polls, because lists are shared for two seconds. */
async function ended(agent: Agent, id: string, status: string): Promise<RunDetails> {
  await expect.poll(async () => (await runOf(agent, id)).status).toBe(status);
  await expect
    .poll(async () => (await runsOf(agent)).runs.find((run) => run.id === id)?.status)
    .toBe(status);
  return runOf(agent, id);
}

describe("a redriven run", () => {
  /** Runs the agent, which fails, repairs what it fails on, and redrives the run. */
  async function redriven(agent: Agent, repair: () => Promise<unknown>) {
    const { sfn } = agreement;
    const { executionArn, name: id = "" } = await execute(sfn, agent.arn);
    const before = await ended(agent, id, "failed");
    expect(before).toMatchObject({ redrive_count: 0, error: "States.QueryEvaluationError" });
    await repair();
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    const after = await ended(agent, id, "succeeded");
    const [listed] = (await runsOf(agent)).runs;
    const known = { redrive_count: 1, error: null, cause: null, explained: null };
    expect(after).toMatchObject(known);
    expect(listed).toMatchObject({ ...known, id, model_id: "gpt-4.1", provider: "openai" });
    expect(after.model_calls).toMatchObject([{ model_id: "gpt-4.1", failed: false }]);
    expect(listed?.input_tokens).toBe(after.input_tokens);
    return after.steps.map(({ state, status }) => [state, status]);
  }

  const putModel = () => agreement.app.aws.put(tables.models, modelRow("openai", "gpt-4.1"));

  test("goes on in the state that failed", async () => {
    const steps = await redriven(await agreement.deploySample({ model: "gpt-4.1" }), putModel);
    expect(steps.slice(0, 2)).toEqual([
      ["Load Agent Configuration", "succeeded"],
      ["Load LLM Provider Config", "succeeded"],
    ]);
    expect(steps.every(([, status]) => status === "succeeded")).toBe(true);
  });

  test("goes through a Map again, and what failed in it stays", async () => {
    await putModel();
    const tool_name = unique("late");
    const row = tools([{ tool_name }]);
    const agent = await agreement.deploySample({ model: "gpt-4.1", row });
    const steps = await redriven(agent, () =>
      agreement.putTool(tool_name, { input_schema: text('{"type":"object"}') }),
    );
    expect(steps.filter(([state]) => /Tool (?:Definitions|Details)/.test(state ?? ""))).toEqual([
      ["Load Tool Definitions", "succeeded"],
      ["Get Tool Details", "failed"],
      ["Get Tool Details", "succeeded"],
    ]);
  });
});

describe.each(["version", "alias"])("a row that names a machine's %s", (kind) => {
  test("is tested and run with that definition", async () => {
    const { app, sfn, deploySample } = agreement;
    const agent = await deploySample({});
    const stateMachineArn = agent.arn;
    const publish = new PublishStateMachineVersionCommand({ stateMachineArn });
    const { stateMachineVersionArn = "" } = await sfn.send(publish);
    const newer = structuredClone(unifiedMachine({ name: agent.name })) as Machine; // The samples' own shape.
    afterAgent({ Assign: { gone: "{% $gone %}" } })(newer, agent.name);
    const definition = JSON.stringify(newer);
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    const { stateMachineAliasArn = "" } = await sfn.send(
      new CreateStateMachineAliasCommand({
        name: "LIVE",
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
    const qualified = kind === "alias" ? stateMachineAliasArn : stateMachineVersionArn;
    const key = app.aws.agentKey(agent.name);

    await app.aws.set(tables.agents, key, "state_machine_arn", text(stateMachineArn));
    const as_agent = { agent_name: agent.name, version: "v1.0" };
    const ask = () => app.admin.post("/api/completions", { as_agent, prompt: "Hello" });
    expect(await ask()).toMatchObject({ status: 409, body: { code: "run_would_fail" } });

    await app.aws.set(tables.agents, key, "state_machine_arn", text(qualified));
    const tested = await ask();
    expect(tested).toMatchObject({
      status: 200,
      body: { runtime: { source: "definition", understood: true, would_fail_with: null } },
    });

    const path = `${agentPath(agent.name)}/runs`;
    for (const start of [{ message: "Hello" }, null]) {
      const [last] = (await runsOf(agent)).runs;
      const started = await app.admin.post(path, start ?? { rerun: last?.id });
      expect(started).toMatchObject({ status: 202, body: { id: expect.any(String) } });
      const run = await ended(agent, String(started.body.id), "succeeded");
      expect(run.model_calls).toMatchObject([{ provider: "openai", model_id: "gpt-4o" }]);
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn: run.arn }));
      expect(described).toMatchObject({
        stateMachineVersionArn,
        ...(kind === "alias" && { stateMachineAliasArn }),
      });
    }
  });
});
