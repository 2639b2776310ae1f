"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { SheetFooter } from "@/components/models/sheet/sheet-footer";
import { Button } from "@/components/ui/form/button";
import { Sheet } from "@/components/ui/overlay/sheet";
import type { AvailableModel } from "@/lib/discovery/schema";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { providerIdOf } from "@/lib/providers/schema";
import { AddModelForm } from "./add-model-form";
import { canBeAdded, offersFromTable } from "./add-model-offers";
import { AddProgress } from "./add-model-progress";
import { ModelSource, ProviderChoice } from "./add-model-source";
import { useAddModels } from "./use-add-many";

export type AddModelProps = {
  /** The initially selected model, such as one that an agent names. */
  pk: string | null;
  /** The initially selected provider, from the open tab. */
  provider: string | null;
  models: readonly ModelRecord[];
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Called with whether there are unsaved edits. */
  onUnsaved: (unsaved: boolean) => void;
  onClose: () => void;
  /** Called with the new model's `pk`. */
  onAdded: (pk: string) => void;
};

/** The model to add; null for an ID typed by hand. */
type Form = { offer: AvailableModel | null };

const noneSelected: ReadonlySet<string> = new Set();

/** Registers one or many listed models, or any typed ID. */
export function AddModel(props: AddModelProps) {
  const { unit, onClose } = props;
  const adding = useAddModels();
  return (
    <Sheet title="Add model" modal onClose={onClose}>
      <div className="flex min-h-full flex-col gap-4">
        {adding.request ? (
          <>
            <AddProgress request={adding.request} add={adding.add} unit={unit} />
            <SheetFooter>
              <Button variant="primary" disabled={adding.add.isPending} onClick={onClose}>
                Close
              </Button>
            </SheetFooter>
          </>
        ) : (
          <ChooseModels {...props} onAdd={adding.start} />
        )}
      </div>
    </Sheet>
  );
}

type ChooseModelsProps = AddModelProps & {
  onAdd: (provider: string, models: readonly AvailableModel[]) => void;
};

/** The provider and its list, or the form of one model. */
function ChooseModels({ models, unit, onUnsaved, onAdd, onClose, ...props }: ChooseModelsProps) {
  const [first = "", ...modelId] = (props.pk ?? "").split("#");
  const [provider, setProvider] = useState(providerIdOf(first) ?? props.provider ?? "");
  const [selected, setSelected] = useState(
    modelId.length > 0 ? new Set([modelId.join("#")]) : noneSelected,
  );
  const [form, setForm] = useState<Form | null>(null);
  const { available, offers } = useOffers(provider);
  const chosen = offers.filter((model) => selected.has(model.model_id) && canBeAdded(model));
  function leaveForm() {
    setForm(null);
    onUnsaved(false);
  }
  function choose(next: string) {
    setProvider(next);
    setSelected(noneSelected);
    leaveForm();
  }
  return (
    <>
      <ProviderChoice provider={provider} onChoose={choose} />
      {form ? (
        <AddModelForm
          key={provider}
          offer={form.offer}
          onTyped={() => onUnsaved(true)}
          onBack={leaveForm}
          onUnitChange={props.onUnitChange}
          onAdded={props.onAdded}
          {...{ provider, available, models, unit }}
        />
      ) : (
        <>
          {provider !== "" && (
            <ModelSource
              key={provider}
              onByHand={() => setForm({ offer: null })}
              onPick={(modelId, isPicked) => setSelected(withPick(selected, modelId, isPicked))}
              {...{ provider, available, models, unit, selected }}
            />
          )}
          <ChosenFooter
            chosen={chosen}
            onEdit={(offer) => setForm({ offer })}
            onAdd={() => onAdd(provider, chosen)}
            onClose={onClose}
          />
        </>
      )}
    </>
  );
}

/** The provider's list; the known models if the list can't be read. */
function useOffers(provider: string) {
  const available = useQuery({ ...modelQueries.available(provider), enabled: provider !== "" });
  const known = useQuery({ ...modelQueries.known(provider), enabled: available.isError });
  const fromOurs = known.data ? offersFromTable(known.data) : [];
  return { available, offers: available.data?.models ?? fromOurs };
}

function withPick(selected: ReadonlySet<string>, modelId: string, isPicked: boolean) {
  const others = [...selected].filter((id) => id !== modelId);
  return new Set(isPicked ? [...others, modelId] : others);
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
        {only ? `Add ${pluralize(chosen.length, "model")}` : "Choose models"}
      </Button>
    </SheetFooter>
  );
}
