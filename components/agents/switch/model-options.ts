import type { SelectOption } from "@/components/ui/form/select";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatPrice } from "@/lib/format";
import { unsuitableBecause } from "@/lib/models/rules/suggestible";
import type { ModelRecord } from "@/lib/models/schema";
import type { ProviderChoice } from "./model-choice";

/** Provider options; those without selectable models say so. */
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

/** A provider's active models, default first, each with its price per 1M tokens and its purpose. */
export function modelOptions(choice: ProviderChoice | undefined): SelectOption[] {
  return (choice?.models ?? []).map((model) => ({
    value: model.pk,
    label: model.display_name,
    description: modelSummary(model),
  }));
}

/** "0.80 / 3.20 per 1M · default · Small and fast" */
export function modelSummary(model: ModelRecord): string {
  const unsuitable = unsuitableBecause(model, Date.now());
  const facts = [pricePair(model), model.is_default && "default", unsuitable, model.purpose];
  return facts.filter(Boolean).join(" · ");
}

/** "0.80 / 3.20 per 1M", or "not priced". */
export function pricePair({ input_price, output_price }: ModelRecord): string {
  if (input_price === null && output_price === null) return "not priced";
  const [input, output] = [formatPrice(input_price, "1M"), formatPrice(output_price, "1M")];
  return `${input} / ${output} per 1M`;
}

/** The current model as a disabled option, because it can't be chosen again. */
export function storedOption(agent: AgentRecord, model: ModelRecord | undefined): SelectOption {
  if (agent.llm_model === null) return { value: storedValue, label: "not set" };
  return {
    value: storedValue,
    label: model?.display_name ?? agent.llm_model,
    id: model?.pk ?? agent.llm_model,
    disabledReason: model ? "inactive" : "not registered",
  };
}

export const storedValue = "stored";
