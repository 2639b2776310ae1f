"use client";

import { useMemo, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { TextInput } from "@/components/ui/form/text-input";
import { Chip } from "@/components/ui/text/chip";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { AvailableModel } from "@/lib/discovery/schema";
import { formatCount } from "@/lib/format";
import type { PriceUnit } from "@/lib/prices/rules/price";
import {
  canBeAdded,
  hasState,
  matchesSearch,
  type OfferState,
  offerStates,
} from "./add-model-offers";
import { OfferRow } from "./add-model-row";

const stateLabels: Record<OfferState, string> = {
  new: "new",
  registered: "already here",
  unpriced: "price not known",
};

export type OfferListProps = {
  /** The list's accessible name. */
  label: string;
  models: readonly AvailableModel[];
  unit: PriceUnit;
  selected: ReadonlySet<string>;
  onPick: (modelId: string, picked: boolean) => void;
  onByHand: () => void;
};

/** Search, filter, and the models to choose from. */
export function OfferList({ label, models, unit, selected, onPick, onByHand }: OfferListProps) {
  const [search, setSearch] = useState(() => (selected.size === 1 ? [...selected].join() : ""));
  const [stateFilter, setStateFilter] = useState<OfferState | null>(null);
  const addable = useMemo(
    () => new Set(models.filter(canBeAdded).map(({ model_id }) => model_id)),
    [models],
  );
  const matching = models.filter(
    (model) => (!stateFilter || hasState(model, stateFilter)) && matchesSearch(model, search),
  );
  function showAll() {
    setSearch("");
    setStateFilter(null);
  }
  return (
    <section aria-label={label} className="flex flex-col gap-2">
      <div className="flex gap-2">
        <TextInput
          type="search"
          aria-label="Search the list"
          placeholder="Search by name or ID"
          className="flex-1"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <Button onClick={onByHand}>Type an ID</Button>
      </div>
      <StateChips models={models} stateFilter={stateFilter} onShow={setStateFilter} />
      {matching.length === 0 ? (
        <NothingFound count={models.length} onShowAll={showAll} />
      ) : (
        <ul className="rounded-md border border-line">
          {matching.map((model) => (
            <OfferRow
              key={model.model_id}
              model={model}
              unit={unit}
              isSelected={selected.has(model.model_id)}
              onPick={onPick}
              profiles={model.profiles.filter((profile) => addable.has(profile))}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

type StateChipsProps = {
  models: readonly AvailableModel[];
  stateFilter: OfferState | null;
  onShow: (state: OfferState | null) => void;
};

function StateChips({ models, stateFilter, onShow }: StateChipsProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Show only</legend>
      {offerStates.map((state) => {
        const count = models.filter((model) => hasState(model, state)).length;
        return (
          <Chip
            key={state}
            pressed={stateFilter === state}
            disabled={count === 0}
            onToggle={(on) => onShow(on ? state : null)}
          >
            {formatCount(count)} {stateLabels[state]}
          </Chip>
        );
      })}
    </fieldset>
  );
}

function NothingFound({ count, onShowAll }: { count: number; onShowAll: () => void }) {
  return (
    <div className="rounded-md border border-line">
      <EmptyState
        title="No model fits"
        action={<Button onClick={onShowAll}>Show all {formatCount(count)}</Button>}
      >
        Nothing in this list has these words. An ID that you know can be typed by hand.
      </EmptyState>
    </div>
  );
}
