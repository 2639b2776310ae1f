"use client";

import { useState } from "react";
import { Availability } from "@/components/model-facts/availability";
import { formatPricePair } from "@/components/prices/price-pair";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Field } from "@/components/ui/form/field";
import { TextInput } from "@/components/ui/form/text-input";
import { Dialog } from "@/components/ui/overlay/dialog";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Tag } from "@/components/ui/text/tag";
import { formatProviderName } from "@/lib/format";
import { isGone } from "@/lib/models/rules/availability";
import type { ModelRecord } from "@/lib/models/schema";
import { maxModels } from "@/lib/playground/rules/limits";
import { modelLabels } from "./model-names";

type Props = {
  models: readonly ModelRecord[];
  chosen: readonly string[];
  /** The pk that the next choice replaces; null to add and remove freely. */
  replacedPk: string | null;
  onChange: (pks: readonly string[]) => void;
  onClose: () => void;
};

/** The most rows rendered at once. The search finds the others. */
const maxShown = 200;

/** Models by provider, defaults first. */
export function ModelPicker({ models, chosen, replacedPk, onChange, onClose }: Props) {
  const [search, setSearch] = useState("");
  const matching = findModels(models, search);
  const groups = groupByProvider(matching.slice(0, maxShown));
  const isFull = replacedPk === null && chosen.length >= maxModels;

  function toggle(pk: string, isOn: boolean) {
    if (replacedPk !== null && isOn) {
      onChange(chosen.map((other) => (other === replacedPk ? pk : other)));
      onClose();
    } else onChange(isOn ? [...chosen, pk] : chosen.filter((other) => other !== pk));
  }

  return (
    <Dialog
      title={replacedPk === null ? "Choose models" : "Choose another model"}
      description={
        replacedPk === null
          ? `${chosen.length} of ${maxModels} chosen${isFull ? ". Take one away to choose another." : ""}`
          : `In place of ${modelLabels(replacedPk, models).name}`
      }
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {replacedPk === null ? "Done" : "Keep it"}
        </Button>
      }
    >
      <Field label="Search models" hideLabel className="mb-3">
        {(control) => (
          <TextInput
            {...control}
            type="search"
            autoFocus
            placeholder="Search by name, ID or provider"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        )}
      </Field>
      {groups.map(([provider, members]) => (
        <fieldset key={provider} className="mb-3">
          <legend className="pb-1 text-sm text-ink-3">{provider}</legend>
          {members.map((model) => (
            <Choice
              key={model.pk}
              model={model}
              isChosen={chosen.includes(model.pk)}
              isDisabled={chosen.includes(model.pk) ? replacedPk !== null : isFull}
              onToggle={(isOn) => toggle(model.pk, isOn)}
            />
          ))}
        </fieldset>
      ))}
      {matching.length === 0 && (
        <EmptyState title="No model is called that">
          {models.length === 0
            ? "No models are registered yet. Add one on the Models page."
            : "Try a part of its name, its ID or its provider."}
        </EmptyState>
      )}
      <p role="status" className="text-sm text-ink-3">
        {matching.length > maxShown && `The first ${maxShown} of ${matching.length} are shown.`}
      </p>
    </Dialog>
  );
}

type ChoiceProps = {
  model: ModelRecord;
  isChosen: boolean;
  isDisabled: boolean;
  onToggle: (isOn: boolean) => void;
};

function Choice({ model, isChosen, isDisabled, onToggle }: ChoiceProps) {
  return (
    <Checkbox
      className="flex! w-full rounded-md px-1.5 py-1.25 hover:bg-sunken"
      checked={isChosen}
      disabled={isDisabled}
      onChange={({ target }) => onToggle(target.checked)}
      label={
        <span className="inline-flex flex-wrap items-center gap-1.5">
          {model.display_name}
          {model.is_default && <Tag tone="accent">Default</Tag>}
          {!model.is_active && <Tag>Inactive</Tag>}
          <Availability model={model} />
        </span>
      }
      description={
        <>
          <span className="font-mono wrap-anywhere">
            {model.provider === model.provider_id ? model.model_id : model.pk}
          </span>{" "}
          · {formatPricePair(model)}
          {model.supports_vision && " · vision"}
          {model.supports_tools && " · tools"}
        </>
      }
    />
  );
}

/** Models whose name, ID or provider contains every word of the search. */
function findModels(models: readonly ModelRecord[], search: string): ModelRecord[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text =
      `${model.display_name} ${model.pk} ${formatProviderName(model.provider_id)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function groupByProvider(models: readonly ModelRecord[]): [string, ModelRecord[]][] {
  const groups = new Map<string, ModelRecord[]>();
  for (const model of models) {
    const provider = formatProviderName(model.provider_id);
    groups.set(provider, [...(groups.get(provider) ?? []), model]);
  }
  const rank = (model: ModelRecord) => {
    if (isGone(model.availability)) return 3;
    return model.is_default ? 0 : model.is_active ? 1 : 2;
  };
  const order = (a: ModelRecord, b: ModelRecord) =>
    rank(a) - rank(b) || a.display_name.localeCompare(b.display_name);
  return [...groups].map(([provider, members]) => [provider, members.sort(order)]);
}
