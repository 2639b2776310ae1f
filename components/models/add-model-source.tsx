"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { errorInWords } from "@/components/ui/error-words";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { RichSelect } from "@/components/ui/rich-select";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { formatPriceUsd } from "@/lib/models/price";
import type { KnownModelList, KnownModelOffer } from "@/lib/models/schema";
import { providers } from "@/lib/providers/schema";
import { lifecycleWords } from "./model-words";

/** The choice that stands for typing an ID; no model ID has a space. */
export const byHand = "by hand";

export type ModelSourceProps = {
  provider: string;
  /** A model ID, `byHand`, or "" for nothing yet. */
  choice: string;
  known: UseQueryResult<KnownModelList>;
  error?: string;
  onChoose: (next: { provider: string; choice: string }) => void;
};

const providerOptions = providers.map(({ id, name, good_for }) => ({
  value: id,
  label: name,
  description: good_for,
}));

/** The provider, then one of its models that is not registered yet, or an ID by hand. */
export function ModelSource({ provider, choice, known, error, onChoose }: ModelSourceProps) {
  const chosen = providers.find((info) => info.id === provider);
  return (
    <>
      <Field label="Provider" hint={chosen?.good_for} error={error} required>
        {(control) => (
          <RichSelect
            {...control}
            value={provider}
            placeholder="Choose a provider"
            options={providerOptions}
            onValueChange={(next) => onChoose({ provider: next, choice: "" })}
          />
        )}
      </Field>
      {provider !== "" && <KnownModels {...{ provider, choice, known, onChoose }} />}
    </>
  );
}

function KnownModels({ provider, choice, known, onChoose }: Omit<ModelSourceProps, "error">) {
  const pick = (next: string) => onChoose({ provider, choice: next });
  if (known.isPending) {
    return (
      <Loading label="Loading the known models">
        <Skeleton className="h-7.5 w-full" />
      </Loading>
    );
  }
  if (known.isError) {
    return (
      <Note
        tone="bad"
        title="The known models could not be read."
        live
        action={
          <>
            <Button size="sm" busy={known.isFetching} onClick={() => known.refetch()}>
              Try again
            </Button>
            <Button size="sm" onClick={() => pick(byHand)}>
              Type an ID
            </Button>
          </>
        }
      >
        {errorInWords(known.error).detail}
      </Note>
    );
  }
  const offers = known.data.models.filter((model) => !model.registered);
  const offer = offers.find((model) => model.model_id === choice);
  const everything = offers.length === 0 ? "Every model that is known here is registered." : null;
  return (
    <Field label="Model" hint={offer?.purpose ?? everything} required>
      {(control) => (
        <RichSelect
          {...control}
          value={choice}
          placeholder="Choose a model"
          options={[...offers.map(toOption), handOption]}
          onValueChange={pick}
        />
      )}
    </Field>
  );
}

const handOption = {
  value: byHand,
  label: "Another model…",
  description: "Type its ID, prices and limits yourself",
};

function toOption(offer: KnownModelOffer) {
  const { prices } = offer;
  const priced = prices
    ? `${formatPriceUsd(prices.input_price, "1M")} in, ${formatPriceUsd(prices.output_price, "1M")} out per 1M`
    : "not priced";
  const facts = [offer.purpose, priced, lifecycleWords(offer)].filter(Boolean).join(" · ");
  return { value: offer.model_id, label: offer.display_name, description: facts };
}
