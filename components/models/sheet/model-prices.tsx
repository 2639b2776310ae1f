"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { priceFields } from "@/components/models/edit/form-values";
import { useSaveModel } from "@/components/models/edit/use-model-writes";
import { describeCatalog } from "@/components/models/prices/catalog-facts";
import { PriceHistory } from "@/components/models/prices/price-history";
import { describeDifference, priceLabel, sourceOf } from "@/components/models/prices/price-labels";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { SaveConflict } from "@/components/ui/form/versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import { Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RetryNote } from "@/components/ui/text/retry-note";
import { formatContextWindow, formatDay, formatPriceUsd, formatUtc } from "@/lib/format";
import type { ModelRecord, PriceName } from "@/lib/models/schema";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";

export type ModelPricesProps = { model: ModelRecord; unit: PriceUnit; canWrite: boolean };

/** Prices with their source and start, beside the catalog's prices, and their history. */
export function ModelPrices({ model, unit, canWrite }: ModelPricesProps) {
  const { data, error, refetch, isFetching } = useQuery(
    modelQueries.prices(model.provider, model.model_id),
  );
  const head = "border-b border-line pb-1 pl-3 text-right font-medium";
  return (
    <>
      {model.price_unit === "assumed" && (
        <UnconfirmedNote
          model={model}
          names={["input_price", "output_price"]}
          canWrite={canWrite}
          title="The unit of this price is assumed."
        >
          An older tool wrote it without saying whether it meant 1M or 1K tokens, and no catalog
          price settles it. Read here as {formatPriceUsd(model.input_price, unit)} in and{" "}
          {formatPriceUsd(model.output_price, unit)} out per {unit} tokens.
        </UnconfirmedNote>
      )}
      {model.priced_by_family && (
        <UnconfirmedNote
          model={model}
          names={model.priced_by_family}
          canWrite={canWrite}
          title={
            model.price_region_may_differ
              ? "This is the base model's price; this region may differ."
              : "This is the price of the model's family."
          }
        >
          {data?.catalog.matched
            ? `The catalog lists ${data.catalog.matched}, not ${model.model_id}.`
            : `No catalog lists ${model.model_id}.`}{" "}
          Compare it with the provider's page.
        </UnconfirmedNote>
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
          {describeError(error).detail}
        </RetryNote>
      ) : (
        <p className="mt-1 text-sm text-ink-3">{describeCatalog(data)}</p>
      )}
      {data && data.catalog.tiers.length > 0 && (
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
  const listed = facts?.catalog[name] ?? null;
  const since = facts?.since[name] ?? null;
  const difference = describeDifference(model[name], listed);
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

type PriceProps = { price: number | null; unit: PriceUnit; none?: string };

function Price({ price, unit, none = "not priced" }: PriceProps) {
  if (price === null) return <span className="text-sm text-ink-3">{none}</span>;
  return formatPriceUsd(price, unit);
}

type Tiers = ModelPriceFacts["catalog"]["tiers"];

/** Prices for long inputs, which apply to the entire request. */
function PriceTiers({ tiers, unit }: { tiers: Tiers; unit: PriceUnit }) {
  return (
    <section aria-label="Long context" className="mt-2 rounded-md bg-sunken px-2.5 py-2 text-sm">
      <h4 className="font-medium">Long context, in the catalog</h4>
      <ul>
        {tiers.map((tier) => (
          <li key={tier.above_input_tokens} className="text-ink-2">
            Above {formatContextWindow(tier.above_input_tokens)} input tokens the whole request
            costs{" "}
            {priceFields
              .flatMap((name) => {
                const price = tier[name];
                const label = priceLabel(name).toLowerCase();
                return price === null ? [] : `${formatPriceUsd(price, unit)} ${label}`;
              })
              .join(", ")}{" "}
            per {unit}.
          </li>
        ))}
      </ul>
      <p className="mt-1 text-ink-3">
        Single calls (playground, trials, runs) cost these prices. Sums from metrics, which don't
        say how long a call was, are at the base price: too low.
      </p>
    </section>
  );
}

type UnconfirmedNoteProps = {
  model: ModelRecord;
  names: readonly PriceName[];
  canWrite: boolean;
  title: string;
  children: ReactNode;
};

/** Explains why a price is in doubt, with a button that confirms it. */
function UnconfirmedNote({ model, names, canWrite, title, children }: UnconfirmedNoteProps) {
  const save = useSaveModel();

  async function confirm() {
    const priced = names.filter((name) => model[name] !== null);
    const changes = Object.fromEntries(priced.map((name) => [name, model[name]]));
    try {
      await save.mutateAsync({ base: model, changes });
      showToast({ tone: "good", title: `The price of ${model.display_name} is confirmed` });
    } catch (error) {
      showToast({
        tone: "bad",
        title: "The price was not confirmed",
        description:
          error instanceof SaveConflict
            ? `${model.display_name} was changed by someone else in the same fields.`
            : describeError(error).detail,
      });
    }
  }

  return (
    <Note
      tone="warn"
      title={title}
      className="mb-3"
      action={
        canWrite && (
          <Button size="sm" busy={save.isPending} onClick={confirm}>
            Confirm price
          </Button>
        )
      }
    >
      {children}
      {canWrite && " If it is wrong, edit the price."}
    </Note>
  );
}
