import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type CountedRun, countedRuns } from "./run-metrics";
import sampleAgents from "./sample-agents.json";
import { hourMs } from "./sample-calls";
import sampleRuns from "./sample-runs.json";

/** A copy of an execution, with times in milliseconds since 1970. */
type Copy = { name: string; started_at: number; stopped_at: number };

export type SampleHistory = {
  sfn: SFNClient;
  dynamodb: DynamoDBClient;
  tables: { agents: string; models: string };
  /** Runs an execution of the stand-in that started `ageMs` ago to its end. */
  runInPast: (request: Record<string, unknown>, ageMs: number) => Promise<void>;
  /** Stores copies of an ended execution. Existing copies stay unchanged. */
  copyInPast: (executionArn: string, copies: Copy[]) => Promise<void>;
  /** Runs work during which providers still answer for models that they have retired. */
  withRetiredModels: (run: () => Promise<void>) => Promise<void>;
  now: Date;
};

/** For how many recent hours some sample agents lack what they need: `until` in sample-usage.json. */
const soundUntilHours = 6;
const withTool = ["broken-agent", "translate-agent"];
const formerTools = '[{"tool_name": "web_search"}]';
const formerModels = [
  { provider: "amazon", model_id: "eu.amazon.nova-lite-v1:0" },
  { provider: "bedrock", model_id: "anthropic.claude-3-haiku-20240307-v1:0" },
].map((model) => ({ pk: `${model.provider}#${model.model_id}`, ...model, is_active: "true" }));

/**
 * Runs the sample agents over the last days, all at once, and copies these runs until an agent's
 * list of runs matches its metrics. Existing runs stay unchanged.
 */
export async function writeSampleHistory(history: SampleHistory): Promise<void> {
  await withWorkingAgents(history, () => runAll(history, sampleRuns.filter(worked)));
  await runAll(
    history,
    sampleRuns.filter((run) => !worked(run)),
  );
  for (const { agent, machine, runs } of countedRuns(history.now)) {
    await copyRuns(history, { agent, machine, runs });
  }
}

type SampleRun = (typeof sampleRuns)[number];
const worked = ({ hours_ago }: SampleRun) => hours_ago > soundUntilHours;
const nameOf = ({ hours_ago }: Pick<SampleRun, "hours_ago">) => `sample-${hours_ago}`;

async function runAll({ runInPast }: SampleHistory, runs: SampleRun[]): Promise<void> {
  await Promise.all(
    runs.map(async (run) => {
      const { agent, hours_ago, message } = run;
      const row = sampleAgents.find(({ agent_name }) => agent_name === agent);
      const input = JSON.stringify({ messages: [{ role: "user", content: message }] });
      const request = { stateMachineArn: row?.state_machine_arn, name: nameOf(run), input };
      await runInPast(request, hours_ago * hourMs).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === "ExecutionAlreadyExists")) throw error;
      });
    }),
  );
}

/** Runs work with the tables and providers in the state of some hours ago. */
async function withWorkingAgents(
  { dynamodb, tables, withRetiredModels }: SampleHistory,
  run: () => Promise<void>,
): Promise<void> {
  const put = (TableName: string, row: object) =>
    dynamodb.send(new PutItemCommand({ TableName, Item: marshall(row) }));
  const rows = sampleAgents.filter(({ agent_name }) => withTool.includes(agent_name));
  for (const row of rows) await put(tables.agents, { ...row, tools: formerTools });
  for (const row of formerModels) await put(tables.models, row);
  try {
    await withRetiredModels(run);
  } finally {
    for (const row of rows) await put(tables.agents, row);
    for (const { pk } of formerModels) {
      const Key = marshall({ pk });
      await dynamodb.send(new DeleteItemCommand({ TableName: tables.models, Key }));
    }
  }
}

type Counted = { agent: string; machine: string; runs: CountedRun[] };

async function copyRuns(
  { sfn, copyInPast }: SampleHistory,
  { agent, machine: stateMachineArn, runs }: Counted,
): Promise<void> {
  const own = sampleRuns.filter((run) => run.agent === agent);
  // Runs that fail only in the last hours aren't copied into the days before.
  const [names, earlier] = [own.map(nameOf), own.filter(worked).map(nameOf)];
  const arnOf = (name: string) =>
    `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  const named = runs.map((run, index) => ({ ...run, name: `sample-run-${index + 1}` }));
  for (const statusFilter of ["SUCCEEDED", "FAILED"] as const) {
    const ofStatus = named.filter(({ isFailed }) => isFailed === (statusFilter === "FAILED"));
    const command = new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1000 });
    const { executions = [] } = await sfn.send(command);
    const ended = executions.flatMap(({ name = "" }) => (names.includes(name) ? name : []));
    const inTime = ended.filter((name) => earlier.includes(name));
    const originals = inTime.length > 0 ? inTime : ended;
    for (const [index, original] of originals.entries()) {
      const copies = ofStatus.flatMap(({ name, at, ms }, run): Copy[] =>
        run % originals.length === index ? [{ name, started_at: at, stopped_at: at + ms }] : [],
      );
      await copyInPast(arnOf(original), copies);
    }
  }
}
