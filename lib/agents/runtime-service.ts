import "server-only";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { createYielder } from "@/lib/batches";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import { allStates } from "@/lib/runtime/rules/definition";
import type { Interpretation } from "@/lib/runtime/rules/interpretation";
import type { MachineReading } from "@/lib/runtime/rules/machine-reading";
import { machineStates } from "@/lib/runtime/rules/machine-states";
import {
  followRun,
  mapsProvider,
  type Replacement,
  type RowReader,
  readMachine,
  readMachines,
  readOutline,
  rowReader,
  runtimeTables,
} from "@/lib/runtime/service";
import type { AgentRow } from "./row";
import type { AgentMachine, AgentRun } from "./rules/agent-run";
import { agentEntityId } from "./rules/entity";

/** A row with its machine; `unified` is taken from the machine's definition. */
export type DeployedAgent = AgentRow & { machine: AgentMachine };

/** The agent with the current definition of its machine. */
export async function readDeployed(row: AgentRow): Promise<DeployedAgent> {
  return deploy(row, await readMachine(row.state_machine_arn));
}

/** Agents with definitions that may be ten minutes old, for lists, checks and bulk changes. */
export async function readAllDeployed(
  rows: readonly AgentRow[],
  budget?: number,
): Promise<DeployedAgent[]> {
  const arns = rows.map(({ state_machine_arn }) => state_machine_arn);
  const readingOf = await readMachines(arns, budget);
  return Promise.all(rows.map((row) => deploy(row, readingOf(row.state_machine_arn))));
}

async function deploy(row: AgentRow, reading: MachineReading): Promise<DeployedAgent> {
  const machine = await toAgentMachine(row, reading);
  const { shape } = machine.source === "definition" ? machine.outline : { shape: null };
  return { ...row, machine, unified: shape === null ? row.unified : shape === "unified" };
}

async function toAgentMachine(row: AgentRow, reading: MachineReading): Promise<AgentMachine> {
  if ("unreadable" in reading) return { source: "assumed", unreadable: reading.unreadable };
  const { machine } = reading;
  const outline = await readOutline(machine);
  if (outline.shape === "other") {
    const why = "Its definition has another shape than the platform's agents.";
    return { source: "assumed", unreadable: { kind: "other_shape", why, statement: null } };
  }
  const { agent_name, version } = outline;
  const isRead =
    (agent_name === null || agent_name === row.agent_name) &&
    (version === null || version === row.version);
  const provider = row.llm_provider || outline.default_provider;
  return {
    source: "definition",
    machine,
    outline,
    mapsProvider:
      outline.shape === "unified" && provider ? await mapsProvider(machine, provider) : null,
    states: machineStates(machine.definition),
    isRead,
  };
}

type FollowOptions = {
  /** The model to run on; without it, the model of the agent's row. */
  target?: { provider: string; model_id: string };
  rows?: RowReader;
  input?: unknown;
};

/** Follows the agent's next run up to its model call. */
export async function followAgent(
  agent: DeployedAgent,
  { target, rows, input }: FollowOptions = {},
): Promise<AgentRun> {
  const { machine } = agent;
  if (machine.source === "assumed") return machine;
  const replacement = target && onModel(agent, target);
  const options = {
    ...(rows && { rows }),
    ...(replacement && { replacement }),
    ...(input !== undefined && { input }),
  };
  const run = await followRun(machine.machine, options);
  const caught = run.end.kind === "called" ? await followFailedCall(machine, options) : null;
  return { ...machine, run, caught };
}

/** Follows a run whose model call fails; null if no Catch clause handles the failure. */
async function followFailedCall(
  { machine }: Extract<AgentMachine, { source: "definition" }>,
  options: Parameters<typeof followRun>[1],
): Promise<Interpretation | null> {
  if (!allStates(machine.definition).some(([, state]) => state.Catch)) return null;
  const callFails = callerFailure("…");
  const run = await followRun(machine, { ...options, callFails });
  const isSame = run.end.kind === "failed" && run.end.failure.cause === callFails.cause;
  return isSame ? null : run;
}

/** The most rows, of ToolRegistry and other tables, that one run of the checks reads. */
const maxRowsRead = 500;

/** Follows every agent's next run and reads each row once. Keyed by entity ID. */
export async function followAll(agents: readonly DeployedAgent[]): Promise<Map<string, AgentRun>> {
  const rows = rowReader(maxRowsRead);
  const { agents: table } = runtimeTables();
  for (const { raw } of agents) {
    const { agent_name, version } = raw;
    if (agent_name && version) rows.know(table, { agent_name, version }, raw);
  }
  const runs = new Map<string, AgentRun>();
  const yieldIfDue = createYielder();
  for (const agent of agents) {
    runs.set(agentEntityId(agent), await followAgent(agent, { rows: rows.read }));
    await yieldIfDue();
  }
  return runs;
}

/** The agent's own row as a switch would leave it. */
function onModel(
  agent: DeployedAgent,
  { provider, model_id }: { provider: string; model_id: string },
): Replacement {
  const { agents } = runtimeTables();
  const switched: RawItem = {
    ...agent.raw,
    ...(agent.unified && { llm_provider: stringAttribute(provider) }),
    llm_model: stringAttribute(model_id),
  };
  return (table, key) => {
    const isOwn =
      table === agents &&
      same(key.agent_name, agent.raw.agent_name) &&
      same(key.version, agent.raw.version);
    return isOwn ? switched : undefined;
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
