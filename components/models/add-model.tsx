"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import type { AvailableModel } from "@/lib/discovery/schema";
import type { PriceUnit } from "@/lib/models/price";
import type { ModelRecord } from "@/lib/models/schema";
import { SheetFooter } from "./add-model-footer";
import { AddModelForm } from "./add-model-form";
import { canBeAdded, offersFromTable } from "./add-model-offers";
import { AddProgress } from "./add-model-progress";
import { ModelSource, ProviderChoice } from "./add-model-source";
import { counted } from "./model-words";
import { modelQueries } from "./queries";
import { useAddMany } from "./use-add-many";

export type AddModelProps = {
  /** The provider to begin with: that of the open tab. */
  provider: string | null;
  models: readonly ModelRecord[];
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Whether something was typed that would be lost. */
  onUnsaved: (unsaved: boolean) => void;
  onClose: () => void;
  /** With the `pk` of the new model. */
  onAdded: (pk: string) => void;
};

/** The form, and of which listed model; null for an ID that is typed by hand. */
type Form = { offer: AvailableModel | null };

const nothing: ReadonlySet<string> = new Set();

/** Registers models: those that the provider lists, one or many at once, or any ID by hand. */
export function AddModel(props: AddModelProps) {
  const { models, unit, onUnitChange, onUnsaved, onClose, onAdded } = props;
  const [provider, setProvider] = useState(props.provider ?? "");
  const [picked, setPicked] = useState(nothing);
  const [form, setForm] = useState<Form | null>(null);
  const adding = useAddMany();
  const available = useQuery({ ...modelQueries.available(provider), enabled: provider !== "" });
  const known = useQuery({ ...modelQueries.known(provider), enabled: available.isError });
  const offers = available.data?.models ?? (known.data ? offersFromTable(known.data) : []);
  const chosen = offers.filter((model) => picked.has(model.model_id) && canBeAdded(model));

  function leaveForm() {
    setForm(null);
    onUnsaved(false);
  }

  function pick(modelId: string, isPicked: boolean) {
    const next = new Set(picked);
    if (isPicked) next.add(modelId);
    else next.delete(modelId);
    setPicked(next);
  }

  return (
    <Sheet title="Add model" modal onClose={onClose}>
      <div className="flex flex-col gap-4">
        {adding.asked ? (
          <>
            <AddProgress asked={adding.asked} add={adding.add} unit={unit} />
            <SheetFooter>
              <Button variant="primary" disabled={adding.add.isPending} onClick={onClose}>
                Close
              </Button>
            </SheetFooter>
          </>
        ) : (
          <>
            <ProviderChoice
              provider={provider}
              onChoose={(next) => {
                setProvider(next);
                setPicked(nothing);
                leaveForm();
              }}
            />
            {provider !== "" && !form && (
              <ModelSource
                key={provider}
                onByHand={() => setForm({ offer: null })}
                onPick={pick}
                {...{ provider, available, models, unit, picked }}
              />
            )}
            {form && (
              <AddModelForm
                key={provider}
                offer={form.offer}
                onTyped={() => onUnsaved(true)}
                onBack={leaveForm}
                {...{ provider, available, models, unit, onUnitChange, onAdded }}
              />
            )}
            {!form && (
              <ChosenFooter
                chosen={chosen}
                onEdit={(offer) => setForm({ offer })}
                onAdd={() => adding.begin(provider, chosen)}
                onClose={onClose}
              />
            )}
          </>
        )}
      </div>
    </Sheet>
  );
}

type ChosenFooterProps = {
  chosen: readonly AvailableModel[];
  onEdit: (model: AvailableModel) => void;
  onAdd: () => void;
  onClose: () => void;
};

function ChosenFooter({ chosen, onEdit, onAdd, onClose }: ChosenFooterProps) {
  const [only, ...others] = chosen;
  return (
    <SheetFooter>
      <Button onClick={onClose}>Cancel</Button>
      {only && others.length === 0 && (
        <Button onClick={() => onEdit(only)}>Edit before adding</Button>
      )}
      <Button variant="primary" disabled={!only} onClick={onAdd}>
        {only ? `Add ${counted(chosen.length, "model")}` : "Choose models"}
      </Button>
    </SheetFooter>
  );
}
