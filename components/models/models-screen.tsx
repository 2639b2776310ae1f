"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean } from "nuqs/server";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { Menu } from "@/components/ui/overlay/menu";
import type { MenuItem } from "@/components/ui/overlay/menu-content";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { saveFile } from "@/components/ui/save-file";
import { Split } from "@/components/ui/split";
import type { ColumnChoice } from "@/components/ui/table/column-choice";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { useUrlState } from "@/components/ui/url-state";
import { addressOf } from "@/lib/addresses";
import { formatCount, pluralize } from "@/lib/format";
import type { ModelList, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { ModelActionsProvider } from "./actions";
import { AssumedDialog, ImportDialog, PriceSyncDialog } from "./lazy-dialogs";
import { ModelOverlays, type ModelOverlaysProps, useModelOverlays } from "./model-overlays";
import { modelQueries } from "./queries";
import { ModelsList } from "./table/models-list";
import { useSelection } from "./table/selection";
import { useViewState } from "./table/view-state";

// Loaded only if there are defective rows.
const DefectiveRows = lazy(async () => ({
  default: (await import("./repair/defective-rows")).DefectiveRows,
}));

const none: readonly ModelRecord[] = [];

export type ModelsScreenProps = {
  canWrite: boolean;
  /** The API keys, beside or below the table. */
  aside: ReactNode;
  testPanel: ModelOverlaysProps["testPanel"];
  history: ModelOverlaysProps["history"];
  capabilities: ModelOverlaysProps["capabilities"];
  /** Actions on the selected models. */
  bulkActions: (models: readonly ModelRecord[]) => ReactNode;
  /** The status of a bulk test, in the header. */
  bulkStatus: ReactNode;
  columnChoice: ColumnChoice;
};

/** The Models page: header, keys and the list. */
export function ModelsScreen(props: ModelsScreenProps) {
  const { canWrite, aside, testPanel, history, capabilities } = props;
  const query = useQuery(modelQueries.list());
  const { data } = query;
  const [view, setView] = useViewState();
  const overlays = useModelOverlays(setView);
  const selection = useSelection(data?.models ?? none, props.bulkActions);
  const addButton = canWrite && (
    <Button variant="primary" onClick={() => overlays.add()}>
      Add model
    </Button>
  );
  const assumed = data?.models.filter((model) => model.price_unit === "assumed") ?? none;
  const noRows = data?.models.length === 0;

  return (
    <ModelActionsProvider value={overlays.actions}>
      <PageHeader
        title="Model Management"
        description={data ? summary(data) : "Models, their prices, and who uses them"}
        actions={
          <>
            {props.bulkStatus}
            {canWrite && data && !noRows && (
              <span className="max-sm:hidden">{selection.button}</span>
            )}
            <ModelTransfer canWrite={canWrite} unit={view.unit} />
            {addButton}
          </>
        }
      />
      <Split aside={aside}>
        <QueryBoundary
          query={query}
          skeleton={<TableSkeleton label="Loading the models" rows={12} />}
          errorTitle="The models could not be read"
        >
          {({ models, defective }) => (
            <>
              {defective.length > 0 && (
                <Suspense>
                  <DefectiveRows rows={defective} unit={view.unit} canWrite={canWrite} />
                </Suspense>
              )}
              {canWrite && assumed.length > 0 && (
                <AssumedPrices models={assumed} unit={view.unit} />
              )}
              {models.length === 0 ? (
                <NoModels action={addButton} />
              ) : (
                <ModelsList
                  models={models}
                  canWrite={canWrite}
                  view={view}
                  setView={setView}
                  columnChoice={props.columnChoice}
                  selected={selection.selected}
                  onSelect={selection.setSelected}
                />
              )}
              {selection.bar}
            </>
          )}
        </QueryBoundary>
      </Split>
      <ModelOverlays
        models={data?.models ?? null}
        view={view}
        setView={setView}
        overlays={overlays}
        canWrite={canWrite}
        testPanel={testPanel}
        history={history}
        capabilities={capabilities}
      />
    </ModelActionsProvider>
  );
}

const save = (format: "csv" | "json") => () =>
  saveFile(addressOf("exportModels", { query: { format } }));

const exports: MenuItem[] = [
  { label: "All models as CSV", onSelect: save("csv") },
  { label: "All models as JSON", onSelect: save("json") },
];

const closed = parseAsBoolean.withDefault(false);
const parsers = { import: closed, sync: closed };

type ModelTransferProps = { canWrite: boolean; unit: PriceUnit };

/** Export; for admins also import and price sync. */
function ModelTransfer({ canWrite, unit }: ModelTransferProps) {
  // In the URL, so that links and the palette can open it.
  const [open, setOpen] = useUrlState(parsers);
  const startImport = () => setOpen({ import: true });
  const startSync = () => setOpen({ sync: true });
  const imports: MenuItem[] = [
    { label: "Import", onSelect: startImport },
    { label: "Sync prices", onSelect: startSync },
  ];
  return (
    <>
      <span className="contents max-sm:hidden">
        <Menu label="Export" items={exports} />
        {canWrite && <Button onClick={startImport}>Import</Button>}
        {canWrite && <Button onClick={startSync}>Sync prices</Button>}
      </span>
      <span className="sm:hidden">
        <Menu label="More" items={canWrite ? [...exports, ...imports] : exports} />
      </span>
      {canWrite && open.import && <ImportDialog onClose={() => setOpen({ import: null })} />}
      {canWrite && open.sync && (
        <PriceSyncDialog unit={unit} onClose={() => setOpen({ sync: null })} />
      )}
    </>
  );
}

function NoModels({ action }: { action: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState title="No models yet" action={action}>
        Agents look a model up here at each invocation: its prices, whether it takes tools, whether
        it is offered. Add one, or fill the registry with the current models of all providers by{" "}
        <code className="font-mono text-sm">npm run populate</code>.
      </EmptyState>
    </div>
  );
}

/** "21 models of 6 providers · 9 in use by agents · 2 not priced" */
function summary({ models }: ModelList): string {
  const providers = new Set(models.map((model) => model.provider_id)).size;
  const used = models.filter((model) => model.used_by.length > 0).length;
  const unpriced = models.filter(
    ({ input_price, output_price }) => input_price === null || output_price === null,
  ).length;
  return [
    `${pluralize(models.length, "model")} of ${pluralize(providers, "provider")}`,
    models.some((model) => model.agents_unknown)
      ? "their agents are not known"
      : `${formatCount(used)} in use by agents`,
    unpriced > 0 && `${formatCount(unpriced)} not priced`,
  ]
    .filter(Boolean)
    .join(" · ");
}

type AssumedPricesProps = { models: readonly ModelRecord[]; unit: PriceUnit };

/** Shows how many prices have an assumed unit, and opens the list that confirms them. */
function AssumedPrices({ models, unit }: AssumedPricesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Note
        tone="warn"
        title={`The price unit of ${pluralize(models.length, "model")} is assumed.`}
        className="mb-3"
        action={
          <Button size="sm" onClick={() => setOpen(true)}>
            Look at {models.length === 1 ? "it" : "them"}
          </Button>
        }
      >
        An older tool did not say whether it meant 1M or 1K tokens.
      </Note>
      {isOpen && <AssumedDialog models={models} unit={unit} onClose={() => setOpen(false)} />}
    </>
  );
}
