"use client";

import type { ReactNode } from "react";
import { Availability } from "@/components/model-facts/availability";
import { EditForm } from "@/components/models/edit/edit-form";
import { NameTags } from "@/components/models/table/model-cells";
import { ModelMenu } from "@/components/models/table/model-menu";
import type { SheetView } from "@/components/models/table/view-state";
import { Segmented } from "@/components/ui/form/segmented";
import { Sheet } from "@/components/ui/overlay/sheet";
import { CopyButton } from "@/components/ui/text/copy-button";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { ModelDetails } from "./model-details";
import { Section } from "./model-facts";

export type ModelSheetProps = {
  pk: string;
  /** Undefined if the model isn't registered. */
  model: ModelRecord | undefined;
  flags: readonly string[];
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  canWrite: boolean;
  show: SheetView;
  onShow: (show: SheetView) => void;
  /** Called after the form was saved or canceled. */
  onDone: () => void;
  onClose: () => void;
  /** Called with whether there are unsaved edits. */
  onUnsaved: (unsaved: boolean) => void;
  testPanel: (key: { provider: string; modelId: string }) => ReactNode;
  history: (pk: string, etag: string | null) => ReactNode;
  capabilities: (model: ModelRecord) => ReactNode;
};

const views = [
  { value: "details", label: "Details" },
  { value: "edit", label: "Edit" },
  { value: "test", label: "Test" },
] as const;

/** One model beside the table: its details, form and test. */
export function ModelSheet(props: ModelSheetProps) {
  const { pk, model, canWrite, onClose } = props;
  if (!model) {
    return (
      <Sheet title="Not in the registry" onClose={onClose}>
        <EmptyState title="There is no such model">
          <span className="font-mono text-sm wrap-anywhere">{pk}</span> is not registered: it was
          retired, or the link is wrong.
        </EmptyState>
        <Section title="History">{props.history(pk, null)}</Section>
      </Sheet>
    );
  }
  return (
    <Sheet
      title={
        <span className="flex flex-wrap items-center gap-1.5">
          {model.display_name} <NameTags model={model} /> <Availability model={model} />
        </span>
      }
      description={
        <span className="flex items-start gap-0.5">
          <span className="font-mono text-sm wrap-anywhere">{model.model_id}</span>
          <CopyButton value={model.model_id} what="model ID" className="-my-0.75" />
        </span>
      }
      actions={canWrite && <ModelMenu model={model} />}
      onClose={onClose}
    >
      <SheetBody {...props} model={model} />
    </Sheet>
  );
}

function SheetBody(props: ModelSheetProps & { model: ModelRecord }) {
  const { model, flags, unit, canWrite, show, onShow, onDone, onUnsaved } = props;
  const details = (
    <div className="flex flex-col gap-5">
      <ModelDetails model={model} flags={flags} unit={unit} canWrite={canWrite} />
      <Section title="Capabilities">{props.capabilities(model)}</Section>
      <Section title="History">{props.history(model.pk, model.etag)}</Section>
    </div>
  );
  if (!canWrite) return details;
  return (
    <>
      <Segmented
        label="What to show of the model"
        value={show}
        options={views}
        onChange={onShow}
        className="mb-4"
      />
      {show === "details" && details}
      {show === "edit" && (
        <EditForm
          key={model.pk}
          model={model}
          unit={unit}
          onUnitChange={props.onUnitChange}
          onTyped={() => onUnsaved(true)}
          onDone={onDone}
        />
      )}
      {show === "test" && (
        <div className="flex flex-col gap-5">
          {props.testPanel({ provider: model.provider, modelId: model.model_id })}
          <Section title="Capabilities">{props.capabilities(model)}</Section>
        </div>
      )}
    </>
  );
}
