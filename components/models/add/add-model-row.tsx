"use client";

import { useModelActions } from "@/components/models/actions";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Tag } from "@/components/ui/text/tag";
import type { AvailableModel } from "@/lib/discovery/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import {
  canBeAdded,
  describeFacts,
  describePriceOrigin,
  formatPricePair,
} from "./add-model-offers";

export type OfferRowProps = {
  model: AvailableModel;
  unit: PriceUnit;
  isSelected: boolean;
  onPick: (modelId: string, picked: boolean) => void;
  /** Profiles that can be added instead of this base model. */
  profiles: readonly string[];
};

/** One model of the provider's list. */
export function OfferRow({ model, unit, isSelected, onPick, profiles }: OfferRowProps) {
  const { model_id, display_name } = model;
  const facts = <OfferFacts model={model} unit={unit} />;
  return (
    <li className="flex items-start gap-2 border-b border-line px-2.5 py-2 [contain-intrinsic-size:auto_4.5rem] [content-visibility:auto] last:border-b-0">
      {canBeAdded(model) ? (
        <Checkbox
          className="min-w-0 flex-1"
          checked={isSelected}
          onChange={({ target }) => onPick(model_id, target.checked)}
          label={<span className="font-medium wrap-anywhere">{display_name}</span>}
          description={facts}
        />
      ) : (
        <div className="min-w-0 flex-1 pl-6">
          <span className="font-medium wrap-anywhere text-ink-2">{display_name}</span>
          <span className="block text-sm text-ink-3">{facts}</span>
          {model.state === "new" && (
            <ProfileInstead modelId={model_id} profiles={profiles} onPick={onPick} />
          )}
        </div>
      )}
      <StateTag model={model} />
    </li>
  );
}

/** ID, price, limits and capabilities, shared by the list and the progress. */
export function OfferFacts({ model, unit }: { model: AvailableModel; unit: PriceUnit }) {
  const facts = [...describePriceOrigin(model), ...describeFacts(model)];
  return (
    <>
      <span className="block font-mono text-xs wrap-anywhere">{model.model_id}</span>
      <span className="block">
        <span className={model.price_known ? "text-ink-2" : "text-warn"}>
          {formatPricePair(model, unit)}
        </span>
        {facts.length > 0 && " · "}
        {facts.map((fact, index) => (
          <span key={fact}>
            <span className="whitespace-nowrap">
              {fact}
              {index < facts.length - 1 && " ·"}
            </span>{" "}
          </span>
        ))}
      </span>
      {model.purpose && <span className="block">{model.purpose}</span>}
      {model.runtime_refuses.length > 0 && (
        <span className="block text-warn">
          The runtime can't call it: it refuses {model.runtime_refuses.join(" and ")}.
        </span>
      )}
    </>
  );
}

function StateTag({ model }: { model: AvailableModel }) {
  const { open } = useModelActions();
  const { state, kind, writes_text, needs_profile, pk, display_name } = model;
  return (
    <span className="flex shrink-0 flex-col items-end gap-1">
      {state === "new" && !needs_profile && <Tag tone="accent">New</Tag>}
      {state === "registered" && <Tag>Already here</Tag>}
      {kind === "inference_profile" && <Tag>Profile</Tag>}
      {!writes_text && <Tag tone="warn">No text model</Tag>}
      {needs_profile && <Tag tone="warn">Needs a profile</Tag>}
      {pk !== null && (
        <Button size="sm" aria-label={`Open ${display_name}`} onClick={() => open(pk)}>
          Open
        </Button>
      )}
    </span>
  );
}

type InsteadProps = Pick<OfferRowProps, "profiles" | "onPick"> & { modelId: string };

function ProfileInstead({ modelId, profiles, onPick }: InsteadProps) {
  const [best, ...others] = profiles;
  if (!best) {
    return (
      <p className="mt-0.5 text-sm text-ink-3">
        It does not run by this ID here, and each listed profile of it is registered or missing.
      </p>
    );
  }
  return (
    <div className="mt-1 flex flex-wrap gap-1.5">
      {[best, ...others].map((profile) => (
        <Button
          key={profile}
          size="sm"
          className="max-w-full"
          aria-label={`Choose ${profile} instead of ${modelId}`}
          onClick={() => onPick(profile, true)}
        >
          <span className="truncate">
            Choose <span className="font-mono text-xs">{profile}</span>
          </span>
        </Button>
      ))}
    </div>
  );
}
