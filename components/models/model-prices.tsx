"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { errorInWords } from "@/components/ui/error-words";
import { Note } from "@/components/ui/note";
import { Skeleton } from "@/components/ui/skeleton";
import { showToast } from "@/components/ui/toast";
import { formatPriceUsd, type PriceUnit } from "@/lib/models/price";
import type { KnownModelOffer, ModelRecord } from "@/lib/models/schema";
import { fieldLabels } from "./field-words";
import { priceFields } from "./form-values";
import { modelQueries } from "./queries";
import { EditConflict } from "./save-model";
import { useSaveModel } from "./use-model-writes";

export type ModelPricesProps = { model: ModelRecord; unit: PriceUnit; canWrite: boolean };

/** Prices with who set them, beside those of the catalog. */
export function ModelPrices({ model, unit, canWrite }: ModelPricesProps) {
  const known = useQuery(modelQueries.known(model.provider_id));
  const offer = known.data?.models.find((entry) => entry.model_id === model.model_id);
  const cell = "border-b border-line py-1.25 pl-3 text-right group-last/price:border-b-0";
  return (
    <>
      {model.price_unit === "assumed" && (
        <AssumedNote model={model} unit={unit} canWrite={canWrite} />
      )}
      <table className="w-full border-separate border-spacing-0">
        <caption className="sr-only">Prices in USD per {unit} tokens</caption>
        <thead>
          <tr className="text-sm text-ink-3">
            <th scope="col" className="border-b border-line pb-1 text-left font-medium">
              USD per {unit} tokens
            </th>
            <th scope="col" className="border-b border-line pb-1 pl-3 text-right font-medium">
              Here
            </th>
            <th scope="col" className="border-b border-line pb-1 pl-3 text-right font-medium">
              Set by
            </th>
            <th scope="col" className="border-b border-line pb-1 pl-3 text-right font-medium">
              Catalog
            </th>
          </tr>
        </thead>
        <tbody>
          {priceFields.map((name) => (
            <tr key={name} className="group/price">
              <th
                scope="row"
                className="border-b border-line py-1.25 text-left font-normal group-last/price:border-b-0"
              >
                {fieldLabels[name].replace(" price", "")}
              </th>
              <td className={cell}>
                <Price price={model[name]} unit={unit} />
              </td>
              <td className={`${cell} text-sm text-ink-2`}>{sourceWords(model, name)}</td>
              <td className={`${cell} text-ink-2`}>
                {known.isPending ? (
                  <Skeleton className="ml-auto h-2.5 w-10" />
                ) : (
                  <Price price={offer?.prices?.[name] ?? null} unit={unit} none="—" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-sm text-ink-3">{catalogWords(known.error, known.isPending, offer)}</p>
    </>
  );
}

function catalogWords(error: Error | null, pending: boolean, offer: KnownModelOffer | undefined) {
  if (pending) return "Looking the model up in the catalog…";
  if (error) return `The catalog was not read. ${errorInWords(error).detail}`;
  const asOf = offer?.prices?.as_of;
  return asOf ? `Catalog of ${asOf}, base tier.` : "The catalog does not list this model.";
}

function Price({
  price,
  unit,
  none = "not priced",
}: {
  price: number | null;
  unit: PriceUnit;
  none?: string;
}) {
  if (price === null) return <span className="text-sm text-ink-3">{none}</span>;
  return formatPriceUsd(price, unit);
}

/** Only the base prices keep their source (CONTRACT §2). */
function sourceWords(model: ModelRecord, name: (typeof priceFields)[number]): string {
  if (model[name] === null) return "";
  if (name !== "input_price" && name !== "output_price") return "";
  const source = model[`${name}_source`];
  return source === null ? "older tool" : source;
}

function AssumedNote({ model, unit, canWrite }: ModelPricesProps) {
  const save = useSaveModel();
  const { input_price, output_price } = model;

  async function confirm() {
    const changes = {
      ...(input_price !== null && { input_price }),
      ...(output_price !== null && { output_price }),
    };
    try {
      await save.mutateAsync({ model, changes });
      showToast({ tone: "good", title: `The price of ${model.display_name} is confirmed` });
    } catch (error) {
      showToast({
        tone: "bad",
        title: "The price was not confirmed",
        description: error instanceof EditConflict ? error.message : errorInWords(error).detail,
      });
    }
  }

  return (
    <Note
      tone="warn"
      title="The unit of this price is assumed."
      className="mb-3"
      action={
        canWrite && (
          <Button size="sm" busy={save.isPending} onClick={confirm}>
            It is right
          </Button>
        )
      }
    >
      An older tool wrote it without saying whether it meant 1M or 1K tokens, and no catalog price
      settles it. Read here as {formatPriceUsd(input_price, unit)} in and{" "}
      {formatPriceUsd(output_price, unit)} out per {unit} tokens.
      {canWrite && " If that is wrong, edit the price."}
    </Note>
  );
}
