import { pluralize } from "@/lib/format";
import { promptFailure } from "@/lib/runtime/rules/generated-failures";
import { failureText } from "@/lib/runtime/rules/run-failures";
import { agentEntityId } from "./entity";
import { ok, type TraceFacts, type TraceStepDraft, unknown } from "./trace-links";

/** The step of a row without a prompt, which makes every run fail; null if the row has one. */
export function promptMissing(agent: TraceFacts["agent"]): TraceStepDraft | null {
  if (agent.system_prompt !== null) return null;
  const detail = `The row has no system_prompt. ${failureText(promptFailure)}`;
  return {
    ...ok("agent_row", agentEntityId(agent), detail),
    status: "broken",
    fix: "Write a system prompt, or deploy the agent again.",
    failsWith: promptFailure,
    stops: true,
  };
}

/** Checks the row's entries for a machine that loads its tools from ToolRegistry. */
export function assumedTools({ agent }: TraceFacts): TraceStepDraft {
  const detail = "Its machine's definition can't be read, so ToolRegistry isn't checked.";
  const nameless = (agent.tools ?? []).filter(
    (entry) => typeof entry !== "object" || entry === null || !("tool_name" in entry),
  );
  if (nameless.length === 0) return unknown("tool_definitions", detail);
  return {
    ...ok("tool_definitions", null, ""),
    status: "warning",
    detail: `${pluralize(nameless.length, "entry has", "entries have")} no tool_name: generated state machines fail on that. ${detail}`,
    fix: "Write the agent's tools as a JSON list of objects with tool_name.",
  };
}
