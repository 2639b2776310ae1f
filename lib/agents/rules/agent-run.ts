import type { AgentRuntime } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import { isObject } from "@/lib/runtime/rules/definition";
import { promptFailure } from "@/lib/runtime/rules/generated-failures";
import type { Interpretation } from "@/lib/runtime/rules/interpretation";
import type { Machine, Unreadable } from "@/lib/runtime/rules/machine-reading";
import { type MachineStates, type StopPlace, stopPlace } from "@/lib/runtime/rules/machine-states";
import { failureText } from "@/lib/runtime/rules/run-failures";
import type { MachineOutline } from "@/lib/runtime/schema";
import { agentEntityId } from "./entity";

/** An agent's state machine, or why its definition can't be used. */
export type AgentMachine =
  | {
      source: "definition";
      machine: Machine;
      outline: MachineOutline;
      states: MachineStates;
      /** False if the machine reads another row, so that this row never runs. */
      isRead: boolean;
      /**
       * Whether the machine's provider map has the agent's provider; null for an older machine or
       * if unknown.
       */
      mapsProvider: boolean | null;
    }
  | { source: "assumed"; unreadable: Unreadable };

/** A machine followed with the rows it reads; assumed if its definition can't be used. */
export type AgentRun =
  | (Extract<AgentMachine, { source: "definition" }> & {
      run: Interpretation;
      /** How the run continues after its model call fails; null if the failure ends it. */
      caught: Interpretation | null;
    })
  | Extract<AgentMachine, { source: "assumed" }>;

export type DefinedRun = Extract<AgentRun, { source: "definition" }>;

/** Whether the run is known up to its model call, so that the request is certain. */
export function isFollowed(run: AgentRun): run is DefinedRun {
  return run.source === "definition" && run.isRead && run.run.end.kind === "called";
}

/** Whether the run continues after a failed call, because a Catch clause handles the failure. */
export function survivesCall(run: AgentRun): boolean {
  return run.source === "definition" && run.caught !== null && run.caught.end.kind !== "failed";
}

/** The row that the machine reads, as `name version`. */
export function readRowOf({ outline }: Pick<DefinedRun, "outline">): string {
  return [outline.agent_name, outline.version].filter(Boolean).join(" ");
}

/** An agent's machine as the API describes it. */
export function agentRuntime(machine: AgentMachine): AgentRuntime {
  if (machine.source === "assumed") {
    return {
      source: "assumed",
      assumed_because: machine.unreadable.why,
      read_by_machine: null,
      reads_version: null,
      maps_provider: null,
      default_provider: null,
      default_model: null,
    };
  }
  const { default_provider, default_model, version } = machine.outline;
  return {
    source: "definition",
    assumed_because: null,
    read_by_machine: machine.isRead,
    reads_version: version,
    maps_provider: machine.mapsProvider,
    default_provider,
    default_model,
  };
}

/** The caller's configuration from the provider map; an empty object if the run stopped before it. */
export function configOf({ run }: Pick<DefinedRun, "run">): Record<string, unknown> {
  if (run.end.kind === "called") {
    const { payload } = run.end;
    return isObject(payload) && isObject(payload.provider_config) ? payload.provider_config : {};
  }
  const values = run.steps.flatMap(({ assigned }) => Object.values(assigned)).filter(isObject);
  return values.find((value) => "provider_id" in value || "secret_key_name" in value) ?? {};
}

/** The tools that the caller receives; null if the run doesn't reach it. */
export function sentTools({ run }: Pick<DefinedRun, "run">): string[] | null {
  if (run.end.kind !== "called" || !isObject(run.end.payload)) return null;
  const { tools } = run.end.payload;
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) =>
    isObject(tool) && typeof tool.name === "string" ? tool.name : [],
  );
}

export type Stop = StopPlace & {
  kind: "failed" | "unknown" | "ended";
  /** The error of Step Functions, or why it can't be known. */
  text: string;
};

/** Where and why a run stops before its model call; null if it reaches the call. */
export function stopOf({ run, states }: Pick<DefinedRun, "run" | "states">): Stop | null {
  const stop = stopPlace(run, states);
  if (stop === null || run.end.kind === "called") return null;
  if (run.end.kind === "failed") {
    return { ...stop, kind: "failed", text: failureText(run.end.failure) };
  }
  return { ...stop, kind: stop.state === null ? "ended" : "unknown", text: run.end.reason };
}

/**
 * A finding if the run ends before the model call, in a state that the generated machines don't
 * have.
 */
export function stateFinding(agent: Subject, run: DefinedRun): Finding | null {
  const stop = stopOf(run);
  if (stop?.kind !== "failed" || stop.isOwn) return null;
  return {
    code: "agent_defective",
    severity: "error",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `The state machine of ${agent.agent_name} fails before it calls a model`,
    evidence: `Each run ends in the state "${stop.state}". ${stop.text}`,
    fix: stateFix(stop),
  };
}

export function stateFix({ state }: Pick<Stop, "state">): string {
  return `Repair the state "${state}" in the machine, or the rows that it reads.`;
}

/** The tool that a run stopped at: its name, or null for an entry without one. */
export function stoppedTool({ run, states }: Pick<DefinedRun, "run" | "states">) {
  const last = run.steps.findLast(({ state }) => state === states.tool_row);
  if (last?.outcome !== "failed") return undefined;
  const name = last.read?.key.tool_name;
  return {
    name: isObject(name) && typeof name.S === "string" ? name.S : null,
    found: last.read?.found ?? false,
  };
}

type Subject = { agent_name: string; version: string };

export const deployFix = "Deploy the agent again, or correct state_machine_arn in its row.";

/** A finding if the machine is deleted, so that no run can start; null for other reasons. */
export function goneFinding(agent: Subject, { kind, why }: Unreadable): Finding | null {
  if (kind !== "deleted") return null;
  return {
    code: "definition_unreadable",
    severity: "warning",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `${agent.agent_name} can't be started`,
    evidence: why,
    fix: deployFix,
  };
}

/** A finding if the agent's own row makes every run fail; null if it doesn't. */
export function rowFinding(agent: Subject, run: DefinedRun): Finding | null {
  const stop = stopOf(run);
  if (stop?.step !== "agent_row" || !stop.isOwn || stop.kind !== "failed") return null;
  return rowDefect(agent, stop.text);
}

/**
 * As `rowFinding`, for a machine that can't be read: every caller needs a prompt. Null if the
 * machine is deleted, because no run can start.
 */
export function promptFinding(
  agent: Subject & { system_prompt: string | null },
  run: AgentRun,
): Finding | null {
  if (run.source === "definition" || agent.system_prompt !== null) return null;
  return run.unreadable.kind === "deleted" ? null : rowDefect(agent, failureText(promptFailure));
}

function rowDefect(agent: Subject, evidence: string): Finding {
  return {
    code: "agent_defective",
    severity: "error",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `The row of ${agent.agent_name} ends each run`,
    evidence,
    fix: "Deploy the agent again, or repair the row.",
  };
}

/** A finding if the agent's tools make every run fail; null if they don't. */
export function toolsFinding(agent: Subject, run: DefinedRun): Finding | null {
  const stop = stopOf(run);
  if (stop?.step !== "tool_definitions" || !stop.isOwn || stop.kind !== "failed") return null;
  const tool = stoppedTool(run);
  const subject = { kind: "agent", id: agentEntityId(agent) } as const;
  if (tool?.name && !tool.found) {
    return {
      code: "agent_tool_unregistered",
      severity: "error",
      subject,
      title: `${agent.agent_name} has a tool that is not registered: ${tool.name}`,
      evidence: `ToolRegistry has no "${tool.name}", so each run fails. ${stop.text}`,
      fix: "Register the tool, or take it out of the agent's row.",
    };
  }
  return {
    code: "agent_tools_unreadable",
    severity: "error",
    subject,
    title: tool?.name
      ? `The definition of ${agent.agent_name}'s tool ${tool.name} can't be read`
      : `The tools of ${agent.agent_name} can't be read`,
    evidence: `Each run fails. ${stop.text}`,
    fix: toolsFix(tool?.name),
  };
}

/** What a trace says of tools that end each run. @param text what Step Functions says */
export function toolsProblem(
  tool: { name: string | null; found: boolean } | undefined,
  text: string,
): { detail: string; fix: string } {
  if (tool?.name && !tool.found) {
    const detail = `ToolRegistry has no "${tool.name}". ${text}`;
    return { detail, fix: "Register the tool, or take it out of the agent's row." };
  }
  const isNameless = tool?.name === null;
  return {
    detail: isNameless ? `An entry of the agent's tools has no tool_name. ${text}` : text,
    fix: toolsFix(tool?.name),
  };
}

function toolsFix(name: string | null | undefined): string {
  if (name) return "Register the tool again with a description and an input schema in JSON.";
  return "Write the agent's tools as a JSON list of objects with tool_name.";
}
