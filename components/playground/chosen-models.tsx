"use client";

import X from "lucide-react/icons/x";
import { useId } from "react";
import { Button } from "@/components/ui/form/button";
import type { ModelRecord } from "@/lib/models/schema";
import { maxModels } from "@/lib/playground/rules/limits";
import { modelLabels } from "./model-names";
import type { Playground } from "./use-playground";

type Props = { playground: Playground; models: readonly ModelRecord[]; onChoose: () => void };

/** The chosen models, with buttons to remove them and to choose others. */
export function ChosenModels({ playground, models, onChoose }: Props) {
  const { models: chosen, choose, errors } = playground;
  const id = useId();
  const defaults = defaultsOf(models);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-1 text-sm text-ink-2">
        Models, up to {maxModels}
      </h2>
      <ul className="flex flex-wrap items-center gap-2">
        {chosen.map((pk) => (
          <li key={pk}>
            <ChosenModel
              name={modelLabels(pk, models).name}
              onRemove={() => choose(chosen.filter((other) => other !== pk))}
            />
          </li>
        ))}
        <li className="flex flex-wrap gap-2">
          <Button size="sm" data-invalid={errors.models ? "" : undefined} onClick={onChoose}>
            {chosen.length === 0 ? "Choose models" : "Change models"}
          </Button>
          {chosen.length === 0 && defaults.length > 0 && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => choose(defaults.map((model) => model.pk))}
            >
              Take default models
            </Button>
          )}
        </li>
      </ul>
      {errors.models && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {errors.models}
        </p>
      )}
    </section>
  );
}

/** One default of each provider, up to the limit of columns. */
function defaultsOf(models: readonly ModelRecord[]): ModelRecord[] {
  const defaults = models.filter((model) => model.is_default && model.is_active);
  const byProvider = new Map(defaults.map((model) => [model.provider_id, model]));
  return [...byProvider.values()].slice(0, maxModels);
}

function ChosenModel({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-6 max-w-full items-center gap-0.5 rounded-full border border-accent bg-accent-wash pr-0.5 pl-2.5 text-sm text-accent">
      <span className="truncate">{name}</span>
      <button
        type="button"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
        className="grid size-5 place-items-center rounded-full hover:bg-panel"
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </span>
  );
}
