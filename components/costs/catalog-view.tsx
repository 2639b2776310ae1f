"use client";

import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { FileDrop } from "@/components/ui/form/file-drop";
import { useAttempt } from "@/components/ui/form/use-attempt";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import { formatCount, formatDay, formatUtcMinute, pluralize } from "@/lib/format";
import type { Coverage, PriceCatalog, PriceCatalogPreview } from "@/lib/price-sync/schema";
import { CatalogChanges } from "./catalog-changes";
import { PanelSkeleton } from "./costs-skeleton";
import { costQueries } from "./queries";

const catalogQuery = queryOptions({
  queryKey: [...costQueries.all, "catalog"],
  queryFn: ({ signal }) => apiFetch("getPriceCatalog", { signal }),
});

type Props = { canWrite: boolean; onBack: () => void };

/** The price catalogs: their age, their coverage, and the catalog that an admin uploads. */
export function CatalogView({ canWrite, onBack }: Props) {
  return (
    <>
      <Button size="sm" onClick={onBack} className="mb-3">
        Back to prices
      </Button>
      <QueryBoundary
        query={useQuery(catalogQuery)}
        skeleton={<PanelSkeleton />}
        errorTitle="The price catalogs could not be read"
      >
        {(catalog) => (
          <div className="space-y-4">
            <Layers catalog={catalog} />
            {catalog.remote ? (
              <RemoteNote remote={catalog.remote} />
            ) : (
              canWrite && <Upload hasCatalog={catalog.admin !== null} />
            )}
          </div>
        )}
      </QueryBoundary>
    </>
  );
}

const layerNames = {
  admin: "Your catalog",
  table: "Switchboard's table of models",
  npm: "genai-prices (npm package)",
} as const;

const formatLabels: Record<PriceCatalogPreview["format"], string> = {
  "genai-prices": "genai-prices",
  litellm: "LiteLLM",
  "models.dev": "models.dev",
};

/** The age in days from which a catalog counts as old. */
const oldDays = 30;

function Layers({ catalog }: { catalog: PriceCatalog }) {
  const { layers, coverage, admin } = catalog;
  return (
    <section aria-label="Catalogs in use">
      <p className="mb-2">
        {coverageSentence(coverage)} Of each fact the newest counts. A catalog changes no price: a
        sync does, on the Models page.
      </p>
      <div className="overflow-x-auto rounded-lg border border-line bg-panel">
        <table aria-label="Price catalogs" className="w-full text-left">
          <thead>
            <tr className="text-sm text-ink-3">
              {["Catalog", "As of", "Models"].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 font-medium last:text-right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map(({ layer, as_of, age_days, models }) => (
              <tr key={layer} className="border-t border-line">
                <th scope="row" className="px-3 py-2 font-medium">
                  {layerNames[layer]}
                  {layer === "admin" && admin && (
                    <span className="block text-sm font-normal text-ink-3">
                      {formatLabels[admin.format]}, from {admin.brought_by} on{" "}
                      {formatUtcMinute(admin.brought_at)}
                    </span>
                  )}
                </th>
                <td className="px-3 py-2 whitespace-nowrap">
                  {formatDay(as_of)}
                  <span
                    className={
                      age_days >= oldDays ? "block text-sm text-warn" : "block text-sm text-ink-3"
                    }
                  >
                    {age_days === 0 ? "today" : `${pluralize(age_days, "day")} old`}
                  </span>
                </td>
                <td className="px-3 py-2 text-right tabular-nums">{formatCount(models)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Such as "61 of 65 models are listed exactly, 3 by family, and 1 is unknown." */
export function coverageSentence({ models, exact, dated, family, none }: Coverage): string {
  const listed = exact + dated;
  const verb = listed === 1 ? "is" : "are";
  const unknown = `${none} ${none === 1 ? "is" : "are"} unknown`;
  return `${listed} of ${pluralize(models, "model")} ${verb} listed exactly, ${family} by family, and ${unknown}.`;
}

function RemoteNote({ remote }: { remote: NonNullable<PriceCatalog["remote"]> }) {
  const { address, checked_at, failure, failing_since } = remote;
  const checked = checked_at
    ? `Last checked on ${formatUtcMinute(checked_at)}.`
    : "Not checked yet.";
  if (failure === null) {
    return (
      <Note tone="info" title={`Your catalog comes from ${address}.`}>
        {checked}
      </Note>
    );
  }
  const since = failing_since ? ` since ${formatUtcMinute(failing_since)}` : "";
  return (
    <Note tone="warn" title={`${address} couldn't be taken${since}.`}>
      {failure} The last good catalog stays in use. {checked}
    </Note>
  );
}

type Chosen = { file: File; preview: PriceCatalogPreview };

function Upload({ hasCatalog }: { hasCatalog: boolean }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const { attempt, isPending, refusal } = useAttempt();
  const put = (file: File, dry_run: boolean) =>
    apiFetch("savePriceCatalog", {
      query: { dry_run },
      file: new Blob([file], { type: "application/json" }),
    });
  const compare = (file: File) =>
    attempt(async () => setChosen({ file, preview: await put(file, true) }));
  const save = ({ file }: Chosen) =>
    attempt(async () => {
      await put(file, false);
      setChosen(null);
      await client.invalidateQueries();
    });
  async function remove() {
    await apiFetch("deletePriceCatalog", {});
    await client.invalidateQueries();
  }
  return (
    <section aria-label="Upload a catalog" className="space-y-3">
      {refusal && (
        <Note tone="bad" title="The file wasn't taken; the catalog before it stays." live>
          {refusal.text}
        </Note>
      )}
      {chosen ? (
        <>
          <p>
            <strong className="font-medium wrap-anywhere">{chosen.file.name}</strong>:{" "}
            {formatLabels[chosen.preview.format]}, {pluralize(chosen.preview.models, "model")} of
            the six providers
            {chosen.preview.skipped > 0 && `, ${chosen.preview.skipped} skipped as unreadable`}.{" "}
            {coverageSentence(chosen.preview.coverage)} Before:{" "}
            {coverageSentence(chosen.preview.coverage_before)}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" busy={isPending} onClick={() => save(chosen)}>
              Use this catalog
            </Button>
            <Button disabled={isPending} onClick={() => setChosen(null)}>
              Choose another file
            </Button>
          </div>
          <CatalogChanges changes={chosen.preview.changes} />
        </>
      ) : (
        <FileDrop
          accept=".json,application/json"
          hint="genai-prices, LiteLLM's model_prices_and_context_window.json, or api.json of models.dev"
          busyLabel="Comparing with the catalogs in use"
          busy={isPending}
          onFile={compare}
        />
      )}
      {hasCatalog && !chosen && (
        <Button size="sm" onClick={() => setRemoving(true)}>
          Remove your catalog
        </Button>
      )}
      {isRemoving && (
        <ConfirmDialog
          title="Remove your price catalog?"
          confirmLabel="Remove catalog"
          danger
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          The built-in catalogs stay in use. No model's price changes. To undo this, upload the file
          again.
        </ConfirmDialog>
      )}
    </section>
  );
}
