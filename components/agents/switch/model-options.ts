import type { SelectOption } from "@/components/ui/form/select";
import type { AgentRecord } from "@/lib/agents/schema";
import { availabilityLabel, isGone, unsuitableBecause } from "@/lib/models/rules/availability";
import type { ModelRecord } from "@/lib/models/schema";
import type { ProviderChoice } from "./model-choice";

/** Provider options. Those without selectable models say so. */
export function providerOptions(
  choices: readonly ProviderChoice[],
  chosenId: string,
): SelectOption[] {
  const options = choices.map(({ id, name, models }): SelectOption => {
    const empty = models.length === 0 && id !== chosenId;
    return { value: id, label: name, ...(empty && { disabledReason: "no active model" }) };
  });
  if (chosenId === "" || choices.some(({ id }) => id === chosenId)) return options;
  return [{ value: chosenId, label: chosenId, disabledReason: "unknown provider" }, ...options];
}

/** A provider's active models, default first, with any problem after the name. */
export function modelOptions(choice: ProviderChoice | undefined): SelectOption[] {
  return (choice?.models ?? []).map((model) => {
    const facts = [model.is_default && "default", unsuitableBecause(model)].filter(Boolean);
    const description = facts.join(" · ");
    return { value: model.pk, label: model.display_name, ...(description && { description }) };
  });
}

/** The current model as a disabled option, because it can't be chosen again. */
export function storedOption(agent: AgentRecord, model: ModelRecord | undefined): SelectOption {
  if (agent.llm_model === null) return { value: storedValue, label: "not set" };
  return {
    value: storedValue,
    label: model?.display_name ?? agent.llm_model,
    id: model?.pk ?? agent.llm_model,
    disabledReason: model ? storedReason(model) : "not registered",
  };
}

const storedReason = (model: ModelRecord) =>
  isGone(model.availability) ? availabilityLabel(model.availability) : "inactive";

export const storedValue = "stored";
