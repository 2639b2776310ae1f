import { isObject } from "@/lib/runtime/rules/definition";
import { type DefinedRun, readRowOf } from "./agent-run";
import { callStateOf, type DefinedFacts } from "./defined-facts";
import { agentEntityId } from "./entity";
import { type Path, pathOf } from "./trace";
import { stepsBeforeCall } from "./trace-before-call";
import { callSteps } from "./trace-call";
import { ok, type TraceStepDraft, unknown } from "./trace-links";

/** The path of the agent's next run, from its machine's definition. */
export function definedTrace(facts: DefinedFacts) {
  const { run, agent } = facts;
  if (!run.isRead) return pathOf(neverRead(agentEntityId(agent), run));
  return afterCatch(pathOf([...stepsBeforeCall, ...callSteps].map((step) => step(facts))), facts);
}

/** The path when the machine catches a failed call and goes on. */
function afterCatch(path: Path, facts: DefinedFacts): Path {
  const { caught } = facts.run;
  if (!caught || !path.would_fail_with || path.would_fail_with.state !== callStateOf(facts)) {
    return path;
  }
  if (caught.end.kind === "failed") return { ...path, would_fail_with: caught.end.failure };
  const endsRun = caught.end.kind === "unknown" && caught.end.state === null;
  const then = endsRun ? "the run ends without the model" : "what follows can't be known";
  const steps = path.steps.map((step) =>
    step.status === "broken"
      ? {
          ...step,
          status: "warning" as const,
          detail: `${step.detail} The machine catches that: ${then}.`,
        }
      : step,
  );
  return { ok: true, would_fail_with: null, steps };
}

function neverRead(value: string, run: DefinedRun): TraceStepDraft[] {
  const detail = `Never read by its machine, which reads ${readRowOf(run)}.`;
  const row: TraceStepDraft = {
    ...ok("agent_row", value, detail),
    status: "warning",
    state: run.states.agent_row,
    fix: `Change ${readRowOf(run)}: that is the one that runs.`,
  };
  const rest = (
    [
      "model_row",
      "provider_mapping",
      "tool_definitions",
      "endpoint",
      "secret_key",
      "key_state",
      "request",
      "last_test",
    ] as const
  ).map((step) => unknown(step, "This row never runs."));
  return [row, ...rest];
}

/** The pk that the run looks up; null if it reads no model. */
export function lookedUpPk({ run }: Pick<DefinedRun, "run">): string | null {
  const read = run.steps.find((step) => step.read && "pk" in step.read.key)?.read;
  const pk = read?.key.pk;
  return isObject(pk) && typeof pk.S === "string" ? pk.S : null;
}
