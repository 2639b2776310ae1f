"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton";
import { errorInWords } from "@/components/ui/text/error-words";
import { RetryNote } from "@/components/ui/text/retry-note";
import { formatDay, formatPriceUsd, formatUtc } from "@/lib/format";
import type { ModelRecord, PriceName } from "@/lib/models/schema";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { AssumedNote } from "./assumed-note";
import { priceFields } from "./form-values";
import { differenceWords, priceLabel, sourceOf } from "./price-words";
import { modelQueries } from "./queries";

const PriceTiers = dynamic(() => import("./price-tiers").then((file) => file.PriceTiers));
const PriceHistory = dynamic(() => import("./price-history").then((file) => file.PriceHistory));

export type ModelPricesProps = { model: ModelRecord; unit: PriceUnit; canWrite: boolean };

/** Prices with who set them and since when, beside those of the catalog; their history. */
export function ModelPrices({ model, unit, canWrite }: ModelPricesProps) {
  const { data, error, refetch, isFetching } = useQuery(
    modelQueries.prices(model.provider, model.model_id),
  );
  const head = "border-b border-line pb-1 pl-3 text-right font-medium";
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
            <th scope="col" className={head}>
              Here
            </th>
            <th scope="col" className={head}>
              Catalog
            </th>
          </tr>
        </thead>
        <tbody className="align-top">
          {priceFields.map((name) => (
            <PriceRow key={name} {...{ model, unit, name }} facts={data} failed={error !== null} />
          ))}
        </tbody>
      </table>
      {!data && error ? (
        <RetryNote
          title="The catalog and the history of prices were not read."
          className="mt-2"
          onRetry={() => refetch()}
          retrying={isFetching}
        >
          {errorInWords(error).detail}
        </RetryNote>
      ) : (
        <p className="mt-1 text-sm text-ink-3">{catalogWords(data)}</p>
      )}
      {data?.catalog && data.catalog.tiers.length > 0 && (
        <PriceTiers tiers={data.catalog.tiers} unit={unit} />
      )}
      {data && data.history.length > 1 && <PriceHistory entries={data.history} unit={unit} />}
    </>
  );
}

type PriceRowProps = {
  model: ModelRecord;
  unit: PriceUnit;
  name: PriceName;
  facts: ModelPriceFacts | undefined;
  failed: boolean;
};

function PriceRow({ model, unit, name, facts, failed }: PriceRowProps) {
  const listed = facts?.catalog?.[name] ?? null;
  const since = facts?.since[name] ?? null;
  const difference = differenceWords(model[name], listed);
  const cell = "border-b border-line py-1.25 pl-3 text-right group-last/price:border-b-0";
  return (
    <tr className="group/price">
      <th
        scope="row"
        className="border-b border-line py-1.25 text-left font-normal group-last/price:border-b-0"
      >
        {priceLabel(name)}
      </th>
      <td className={cell}>
        <Price price={model[name]} unit={unit} />
        {model[name] !== null && (
          <span className="block text-sm text-ink-3">
            {sourceOf(model, name)}{" "}
            {since && (
              <span className="inline-block">
                since{" "}
                <time dateTime={since} title={formatUtc(since)}>
                  {formatDay(since.slice(0, 10))}
                </time>
              </span>
            )}
          </span>
        )}
      </td>
      <td className={`${cell} text-ink-2`}>
        {facts || failed ? (
          <Price price={listed} unit={unit} none="—" />
        ) : (
          <Skeleton className="ml-auto h-2.5 w-10" />
        )}
        {difference && (
          <span
            className={`block text-sm ${difference === "same" ? "text-ink-3" : "text-warn"}`}
            title="This price, compared with the catalog's"
          >
            {difference === "same" ? difference : `ours ${difference}`}
          </span>
        )}
      </td>
    </tr>
  );
}

function catalogWords(facts: ModelPriceFacts | undefined): string {
  if (!facts) return "Looking the model up in the catalog…";
  const { catalog } = facts;
  if (!catalog) return "The catalog does not list this model.";
  return [
    `Catalog of ${catalog.as_of}, base tier.`,
    catalog.since && `Its price holds since ${formatDay(catalog.since)}.`,
    catalog.varies_by_hour &&
      "The provider's price varies by the hour: this one holds for most of the day.",
  ]
    .filter(Boolean)
    .join(" ");
}

type PriceProps = { price: number | null; unit: PriceUnit; none?: string };

function Price({ price, unit, none = "not priced" }: PriceProps) {
  if (price === null) return <span className="text-sm text-ink-3">{none}</span>;
  return formatPriceUsd(price, unit);
}
