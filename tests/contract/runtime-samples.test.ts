import { SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentRecord, Trace } from "@/lib/agents/schema";
import { comparable, execute, failureOf } from "../support/run-failures";
import { agentPath } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let sfn: SFNClient;

beforeAll(async () => {
  app = await startConsole({ seed: "default" });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
});

afterAll(async () => {
  sfn?.destroy();
  await app?.stop();
});

test("the traces of the sample agents announce what their runs do", async () => {
  const agents = (await app.viewer.get("/api/agents")).body.agents as AgentRecord[]; // By the contract.
  const deployed = agents.filter(({ runtime }) => runtime?.read_by_machine);
  expect(deployed.length).toBe(12);
  const announced: unknown[] = [];
  const happened: unknown[] = [];
  for (const { agent_name, version, state_machine_arn } of deployed) {
    const { body } = await app.viewer.get(`${agentPath(agent_name, version)}/trace`);
    const trace = body as Trace; // By the contract.
    const failure = await failureOf(sfn, await execute(sfn, state_machine_arn ?? ""));
    announced.push([agent_name, comparable(trace.would_fail_with)]);
    happened.push([agent_name, comparable(failure)]);
  }
  expect(announced).toEqual(happened);
});
