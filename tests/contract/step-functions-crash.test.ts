import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectionTo } from "../support/embedded-endpoint";

const root = path.resolve(import.meta.dirname, "../..");
let dataDir: string;
let child: ChildProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "sfn-crash-"));
});

afterEach(async () => {
  child.kill("SIGKILL");
  await rm(dataDir, { recursive: true });
});

/** Starts the endpoint in its own process. */
async function start(): Promise<SFNClient> {
  const args = ["--import", "tsx", "tests/support/embedded-process.ts", dataDir];
  const started = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  const [line] = await once(started.stdout, "data");
  return new SFNClient(connectionTo({ url: String(line).trim() }));
}

async function kill(): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

const machineOf = (States: Record<string, object>) =>
  JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0], States });

test("a kill loses no acknowledged change, and what was running is ABORTED and says why", async () => {
  const before = await start();
  const definition = machineOf({ Wait: { Type: "Wait", Seconds: 600, End: true } });
  const roleArn = "arn:aws:iam::000000000000:role/agent";
  const create = new CreateStateMachineCommand({ name: "killed", definition, roleArn });
  const { stateMachineArn } = await before.send(create);
  const input = '{"kept":true}';
  const { executionArn } = await before.send(new StartExecutionCommand({ stateMachineArn, input }));
  const changed = machineOf({ Done: { Type: "Succeed" } });
  const update = new UpdateStateMachineCommand({ stateMachineArn, definition: changed });
  const { revisionId } = await before.send(update);
  await kill();

  const after = await start();
  expect(await after.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
    definition: changed,
    revisionId,
  });
  expect(await after.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: "ABORTED",
    input,
    cause: "The local AWS endpoint was stopped while this execution was running.",
    stopDate: expect.any(Date),
  });
  const { events } = await after.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(events?.at(-1)?.type).toBe("ExecutionAborted");
  const { executionArn: next } = await after.send(new StartExecutionCommand({ stateMachineArn }));
  expect(next).toBeDefined();
});
