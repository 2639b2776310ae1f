"use client";

import { useState } from "react";
import { OperationProgressDialog } from "@/components/operations/operation-dialogs";
import { Button } from "@/components/ui/form/button";
import { FileDrop } from "@/components/ui/form/file-drop";
import { Switch } from "@/components/ui/form/switch";
import { Dialog } from "@/components/ui/overlay/dialog";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { pluralize } from "@/lib/format";
import type { ImportResult } from "@/lib/models/rules/transfer-schema";
import { ImportPreview } from "./import-preview";
import { ImportUnits } from "./import-units";
import { useImport } from "./use-import";

/** Imports models from a file: choose, preview, import, undo. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const flow = useImport();
  const [skipsRejected, setSkipsRejected] = useState(false);
  const { plan, operationId, compare, write } = flow;

  if (operationId) {
    return (
      <OperationProgressDialog
        title="Import models"
        description={flow.file?.name}
        operationId={operationId}
        isWriting={write.isPending}
        isAnswerLost={write.isError}
        onClose={onClose}
      />
    );
  }
  if (plan) {
    return (
      <Dialog
        title="Import models"
        description={`${flow.file?.name}: nothing is written yet`}
        size="lg"
        onClose={onClose}
        footer={
          <>
            <Button className="sm:mr-auto" onClick={flow.startOver}>
              Another file
            </Button>
            <Button onClick={onClose}>Cancel</Button>
            <ImportButton
              plan={plan}
              skipsRejected={skipsRejected}
              unanswered={flow.units.isOpen || compare.isPending}
              onImport={() => flow.start(skipsRejected ? "partial" : "atomic")}
            />
          </>
        }
      >
        {write.error && (
          <Note tone="bad" title="Nothing was written." live className="mb-3">
            {describeError(write.error).detail}
          </Note>
        )}
        <ImportPreview result={plan} />
        {flow.units.suspects.length > 0 && (
          <ImportUnits
            suspects={flow.units.suspects}
            unit={flow.units.unit}
            onUnit={flow.units.answer}
          />
        )}
        <Outcome plan={plan} skipsRejected={skipsRejected} onSkip={setSkipsRejected} />
      </Dialog>
    );
  }
  return <ChooseFile flow={flow} onClose={onClose} />;
}

type ChooseFileProps = { flow: ReturnType<typeof useImport>; onClose: () => void };

function ChooseFile({ flow: { compare, open }, onClose }: ChooseFileProps) {
  return (
    <Dialog
      title="Import models"
      description="Models that are not there are added, those that differ are changed, and no model is removed. First you see what would happen."
      onClose={onClose}
    >
      <div className="flex flex-col gap-3 pb-3">
        <FileDrop
          accept=".csv,.json,text/csv,application/json"
          hint="CSV or JSON, as the export writes it"
          busyLabel="Comparing with the registry"
          busy={compare.isPending}
          onFile={open}
        />
        {compare.error && (
          <Note tone="bad" title="The file could not be read." live>
            {describeError(compare.error).detail}
          </Note>
        )}
        <p className="text-sm text-ink-3">
          Prices are USD per 1M tokens. A column that is left out, or a field that is missing,
          leaves what is stored as it is.
        </p>
      </div>
    </Dialog>
  );
}

type ImportButtonProps = {
  plan: ImportResult;
  skipsRejected: boolean;
  /** True until the unit is chosen and its preview is loaded. */
  unanswered: boolean;
  onImport: () => void;
};

function ImportButton({ plan, skipsRejected, unanswered, onImport }: ImportButtonProps) {
  const count = plan.created.length + plan.updated.length;
  if (count === 0) return null;
  return (
    <Button
      variant="primary"
      disabled={unanswered || (plan.rejected.length > 0 && !skipsRejected)}
      onClick={onImport}
    >
      Import {pluralize(count, "model")}
    </Button>
  );
}

type OutcomeProps = {
  plan: ImportResult;
  skipsRejected: boolean;
  onSkip: (skips: boolean) => void;
};

function Outcome({ plan, skipsRejected, onSkip }: OutcomeProps) {
  const { created, updated, rejected } = plan;
  if (created.length + updated.length === 0) {
    const unchanged =
      rejected.length === 0
        ? "Every row is in the registry as it stands in the file."
        : "No row that could be read differs from the registry.";
    return (
      <Note tone="info" title="Nothing to import." live className="mt-3">
        {plan.message ?? unchanged}
      </Note>
    );
  }
  if (rejected.length === 0) return null;
  return (
    <div className="mt-3 flex flex-col gap-2">
      {!skipsRejected && (
        <Note tone="warn" title={`${pluralize(rejected.length, "row")} rejected.`} live>
          As long as a row is rejected, nothing is written. Put the file right, or leave those rows
          out.
        </Note>
      )}
      <Switch
        label={`Leave the rejected ${rejected.length === 1 ? "row" : "rows"} out and import the rest`}
        checked={skipsRejected}
        onChange={({ target }) => onSkip(target.checked)}
      />
    </div>
  );
}
