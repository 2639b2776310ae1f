"use client";

import type { AgentRow } from "@/components/agents/table/agent-rows";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { formatPricePair } from "@/components/prices/price-pair";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import type { ModelRecord } from "@/lib/models/schema";
import { type BulkSource, sourceModels, sourceProviders } from "./bulk-plan";
import type { ProviderChoice } from "./model-choice";
import { modelOptions, providerOptions } from "./model-options";

const chooseProviderFirst = { value: "", label: "Choose a provider first" };
const pair = "grid gap-x-2.5 gap-y-3 sm:grid-cols-[1fr_1.4fr]";

type SourceProps = {
  rows: readonly AgentRow[];
  source: BulkSource;
  onSource: (source: BulkSource) => void;
};

/** Selects agents by provider or model. */
export function SourceFields({ rows, source, onSource }: SourceProps) {
  const { providerId, modelId } = source;
  return (
    <fieldset className={pair}>
      <legend className="mb-1.5 font-medium">All agents on</legend>
      <Field label="From provider">
        {(control) => (
          <Select
            {...control}
            value={providerId}
            placeholder="Choose a provider"
            onChange={({ target }) => onSource({ providerId: target.value, modelId: "" })}
            options={sourceProviders(rows)}
          />
        )}
      </Field>
      <Field label="From model">
        {(control) => (
          <Select
            {...control}
            disabled={providerId === ""}
            value={modelId}
            onChange={({ target }) => onSource({ providerId, modelId: target.value })}
            options={providerId === "" ? [chooseProviderFirst] : sourceModels(rows, providerId)}
          />
        )}
      </Field>
    </fieldset>
  );
}

type TargetProps = {
  choices: readonly ProviderChoice[];
  target: ModelRecord | null;
  onTarget: (target: ModelRecord) => void;
  legend?: string;
  labels?: { provider: string; model: string };
};

const toLabels = { provider: "To provider", model: "To model" };

/** The target model. Choosing a provider chooses its default model. */
export function TargetFields(props: TargetProps) {
  const { choices, target, onTarget, legend = "Switch them to", labels = toLabels } = props;
  const providerId = target?.provider_id ?? "";
  const choice = choices.find(({ id }) => id === providerId);
  const choose = (model: ModelRecord | undefined) => model && onTarget(model);
  return (
    <fieldset className={pair}>
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <Field label={labels.provider}>
        {(control) => (
          <Select
            {...control}
            value={providerId}
            placeholder="Choose a provider"
            onChange={({ target: { value } }) =>
              choose(choices.find(({ id }) => id === value)?.models[0])
            }
            options={providerOptions(choices, providerId)}
          />
        )}
      </Field>
      <Field label={labels.model}>
        {(control) => (
          <Select
            {...control}
            disabled={target === null}
            value={target?.pk ?? ""}
            placeholder={chooseProviderFirst.label}
            onChange={({ target: { value } }) =>
              choose(choice?.models.find(({ pk }) => pk === value))
            }
            options={modelOptions(choice)}
          />
        )}
      </Field>
      {target && target.input_price !== null && (
        <p className="text-sm text-ink-3 sm:col-span-2">
          {formatPricePair(target)}. <PriceOriginText pk={target.pk} name="input_price" />
        </p>
      )}
    </fieldset>
  );
}
