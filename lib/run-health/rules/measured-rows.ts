import { type AgentMachine, readRowOf } from "@/lib/agents/rules/agent-run";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { parseMachineArn } from "@/lib/runtime/rules/machine-arn";

export type Row = AgentKey & { state_machine_arn: string | null; machine: AgentMachine };

/** The machine whose metrics contain an agent's runs, or why there is none. */
export type Measured =
  | {
      arn: string;
      region: string;
      account: string;
      /** Why the figures include other agents' runs; null if they don't. */
      shared: string | null;
      /** False if only the ARN in the agent's row is known. */
      isDescribed: boolean;
    }
  | { reason: string };

/**
 * The machine of each agent, by entity ID. A machine that two rows name belongs to the row that its
 * definition reads; if that isn't known, both have the figures and say so.
 */
export function measuredRows(rows: readonly Row[]): Map<string, Measured> {
  const named = new Map<string, Row[]>();
  for (const row of rows) {
    const arn = row.state_machine_arn;
    if (arn && !neverRead(row)) named.set(arn, [...(named.get(arn) ?? []), row]);
  }
  return new Map(
    rows.map((row) => [
      agentEntityId(row),
      measure(row, named.get(row.state_machine_arn ?? "") ?? []),
    ]),
  );
}

function neverRead({ machine }: Row): boolean {
  return machine.source === "definition" && !machine.isRead;
}

/** Kinds of unreadable machines that can't have runs here. */
const withoutRuns: readonly string[] = ["no_arn", "deleted", "other_account"];

function measure(row: Row, namedBy: readonly Row[]): Measured {
  const { machine, state_machine_arn } = row;
  if (!state_machine_arn) return { reason: "Its row names no state machine." };
  const parsed = parseMachineArn(state_machine_arn);
  if (!parsed) return { reason: `"${state_machine_arn}" is not the ARN of a state machine.` };
  if (machine.source === "definition" && !machine.isRead) {
    return {
      reason: `Never read by its machine: the machine reads ${readRowOf(machine)}, and its runs belong to that row.`,
    };
  }
  if (machine.source === "assumed" && withoutRuns.includes(machine.unreadable.kind)) {
    return { reason: machine.unreadable.why };
  }
  const others = namedBy.filter((other) => other !== row);
  const { region, account } = parsed;
  return {
    arn: state_machine_arn.trim(),
    region,
    account,
    isDescribed: machine.source === "definition",
    shared: others.length === 0 ? null : describeSharing(others),
  };
}

function describeSharing(others: readonly Row[]): string {
  const names = others.map(({ agent_name, version }) => `${agent_name} ${version}`);
  const subject = names.length > 3 ? `${names.length} other rows` : names.join(" and ");
  const name = names.length > 1 ? "name" : "names";
  return `${subject} ${name} the same state machine, and Step Functions counts its runs together.`;
}
