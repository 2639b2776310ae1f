"use client";

import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { Field } from "@/components/ui/form/field";
import { RichSelect } from "@/components/ui/form/rich-select";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { ApiError } from "@/lib/api/client";
import type { AvailableModels } from "@/lib/discovery/schema";
import { formatProviderName, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { providerDetails } from "@/lib/providers/rules/details";
import { isProviderId, providers } from "@/lib/providers/schema";
import { OfferList } from "./add-model-list";
import { offersFromTable } from "./add-model-offers";
import { UnlistedModels } from "./add-model-unlisted";

const providerOptions = providers.map(({ id, name }) => ({
  value: id,
  label: name,
  description: providerDetails[id].good_for,
}));

type ProviderChoiceProps = { provider: string; onChoose: (provider: string) => void };

export function ProviderChoice({ provider, onChoose }: ProviderChoiceProps) {
  const hint = isProviderId(provider) ? providerDetails[provider].good_for : undefined;
  return (
    <Field label="Provider" hint={hint} required>
      {(control) => (
        <RichSelect
          {...control}
          value={provider}
          placeholder="Choose a provider"
          options={providerOptions}
          onValueChange={onChoose}
        />
      )}
    </Field>
  );
}

export type ModelSourceProps = {
  provider: string;
  available: UseQueryResult<AvailableModels>;
  models: readonly ModelRecord[];
  unit: PriceUnit;
  selected: ReadonlySet<string>;
  onPick: (modelId: string, picked: boolean) => void;
  onByHand: () => void;
};

/** The provider's list of models. */
export function ModelSource(props: ModelSourceProps) {
  const { provider, available, models, ...list } = props;
  const name = formatProviderName(provider);
  if (available.isPending) return <ListSkeleton name={name} />;
  if (available.isError && !available.data) return <NoList {...props} error={available.error} />;
  const { data } = available;
  const where = data.bedrock ? `${name} in ${data.bedrock.region}` : name;
  return (
    <div className="flex flex-col gap-3">
      {available.isError && (
        <Note tone="warn" title="The list could not be read again." live>
          {describeError(available.error).detail}
        </Note>
      )}
      <UnlistedModels
        name={where}
        isBedrock={data.bedrock !== null}
        unlisted={data.gone}
        models={models}
      />
      {data.models.length === 0 ? (
        <NothingListed name={name} onByHand={list.onByHand} />
      ) : (
        <OfferList label={`Models that ${name} lists`} models={data.models} {...list} />
      )}
      <ListAge provider={provider} where={where} available={available} data={data} />
    </div>
  );
}

function NothingListed({ name, onByHand }: { name: string; onByHand: () => void }) {
  return (
    <div className="rounded-md border border-line">
      <EmptyState
        title={`${name} lists no models to this key`}
        action={<Button onClick={onByHand}>Type an ID</Button>}
      >
        Look at what the key may use on the provider's pages, or type an ID that you know.
      </EmptyState>
    </div>
  );
}

/** Bypasses the console's cache of the provider's list. */
function useReadAgain(provider: ModelSourceProps["provider"]) {
  const client = useQueryClient();
  // The query on screen shows the failure.
  return () => void client.fetchQuery(modelQueries.available(provider, true)).catch(() => {});
}

type ListAgeProps = Pick<ModelSourceProps, "available" | "provider"> & {
  where: string;
  data: AvailableModels;
};

function ListAge({ provider, where, available, data }: ListAgeProps) {
  const readAgain = useReadAgain(provider);
  return (
    <p className="text-sm text-ink-3">
      {pluralize(data.models.length, "model")} listed by {where} <RelativeTime at={data.as_of} />.{" "}
      <button
        type="button"
        className="underline underline-offset-2"
        disabled={available.isFetching}
        onClick={readAgain}
      >
        {available.isFetching ? "Reading…" : "Read again"}
      </button>
    </p>
  );
}

function ListSkeleton({ name }: { name: string }) {
  return (
    <Loading label={`Asking ${name} which models it has`}>
      <p aria-hidden="true" className="mb-2 text-sm text-ink-3">
        Asking {name} which models it has…
      </p>
      <Skeleton className="mb-2 h-7.5 w-full" />
      <div className="flex flex-col gap-3 rounded-md border border-line p-2.5">
        {["w-2/3", "w-1/2", "w-3/5", "w-2/5"].map((width) => (
          <div key={width} className="flex flex-col gap-1.5">
            <Skeleton className={`h-4 ${width}`} />
            <Skeleton className="h-3 w-11/12" />
          </div>
        ))}
      </div>
    </Loading>
  );
}

/** Members of a problem that come from a provider failure. */
function failureOf(error: unknown) {
  const problem = error instanceof ApiError ? error.problem : null;
  const textOf = (name: string) => {
    const value = problem?.[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  return {
    code: problem?.code ?? null,
    cause: textOf("cause") ?? describeError(error).detail,
    fix: textOf("fix"),
    providerMessage: textOf("provider_message"),
  };
}

const keyFailures = ["bad_key", "key_missing", "key_expired"];

/** Why the list can't be read, with the next steps. */
function NoList(props: ModelSourceProps & { error: unknown }) {
  const { provider, available, models: _, error, ...list } = props;
  const known = useQuery(modelQueries.known(provider));
  const readAgain = useReadAgain(provider);
  const name = formatProviderName(provider);
  return (
    <div className="flex flex-col gap-3">
      <FailureNote provider={provider} error={error}>
        <Button size="sm" busy={available.isFetching} onClick={readAgain}>
          Try again
        </Button>
        {!known.data && (
          <Button size="sm" onClick={list.onByHand}>
            Type an ID
          </Button>
        )}
      </FailureNote>
      {known.data && (
        <>
          <p className="text-sm text-ink-3">
            Until {name} can be asked, here is what the console knows by itself. Whether your
            account has these models was not checked.
          </p>
          <OfferList
            label={`Models of ${name} that the console knows`}
            models={offersFromTable(known.data)}
            {...list}
          />
        </>
      )}
    </div>
  );
}

type FailureNoteProps = { provider: string; error: unknown; children: ReactNode };

function FailureNote({ provider, error, children }: FailureNoteProps) {
  const { code, cause, fix, providerMessage } = failureOf(error);
  return (
    <Note
      tone="bad"
      live
      title={cause}
      action={
        <>
          {code && keyFailures.includes(code) && (
            <Link href={pages.apiKeys(provider)} className={buttonClass("primary", "sm")}>
              Update API Key
            </Link>
          )}
          {children}
        </>
      }
    >
      {fix}
      {providerMessage && (
        <>
          {" "}
          {formatProviderName(provider)} said: <span className="font-mono">{providerMessage}</span>
        </>
      )}
    </Note>
  );
}
