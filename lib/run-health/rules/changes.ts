import type { ActivityEvent } from "@/lib/activity/schema";
import type { RunChange } from "@/lib/run-health/schema";

type ModelName = { provider: string | null; model_id: string | null };

/** A change of provider or model. */
export type Switch = { at: string; event_id: string; from: ModelName; to: ModelName };

type Named = { llm_provider: string | null; llm_model: string | null };

/**
 * What changed an agent's model or prompt, oldest first.
 * @param events of the agent, newest first
 * @param now the agent's present row, because an event has only the attributes that changed
 */
export function changesOf(events: readonly ActivityEvent[], now: Named) {
  const changes: RunChange[] = [];
  const switches: Switch[] = [];
  let after: ModelName = { provider: now.llm_provider, model_id: now.llm_model };
  for (const event of events) {
    if (event.outcome !== "done") continue;
    const { at, event_id } = event;
    const isSwitch = changed(event, "llm_provider") || changed(event, "llm_model");
    const isPrompt = changed(event, "system_prompt");
    if (!isSwitch && !isPrompt) continue;
    const to = modelIn(event.after, after);
    const from = modelIn(event.before, to);
    if (isSwitch) switches.push({ at, event_id, from, to });
    after = from;
    changes.push({
      at,
      event_id,
      kind: event.action === "agent.reverted" ? "outside" : isSwitch ? "switch" : "prompt",
      what: describeChange(event, { isSwitch, isPrompt, from, to }),
    });
  }
  return { changes: changes.reverse(), switches: switches.reverse() };
}

function changed({ before, after }: ActivityEvent, name: string): boolean {
  const [a, b] = [before?.[name], after?.[name]];
  return JSON.stringify(a) !== JSON.stringify(b);
}

function modelIn(attributes: ActivityEvent["after"], otherwise: ModelName): ModelName {
  return {
    provider: textOf(attributes?.llm_provider) ?? otherwise.provider,
    model_id: textOf(attributes?.llm_model) ?? otherwise.model_id,
  };
}

function textOf(attribute: object | undefined): string | null {
  return attribute && "S" in attribute && typeof attribute.S === "string" ? attribute.S : null;
}

type Described = { isSwitch: boolean; isPrompt: boolean; from: ModelName; to: ModelName };

function describeChange(
  { action }: ActivityEvent,
  { isSwitch, isPrompt, from, to }: Described,
): string {
  const by = action === "agent.reverted" ? " from outside" : "";
  const parts = [
    ...(isSwitch ? [`Model changed${by} from ${nameOf(from, to)} to ${nameOf(to, from)}`] : []),
    ...(isPrompt ? [`System prompt changed${by}`] : []),
  ];
  return parts.join("; ");
}

/** Includes the provider only if the other model's is different. */
function nameOf({ provider, model_id }: ModelName, other: ModelName): string {
  const model = model_id ?? "no model";
  return provider === other.provider ? model : `${provider ?? "no provider"} ${model}`;
}
