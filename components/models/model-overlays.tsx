"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { ModelRecord } from "@/lib/models/schema";
import type { ModelActions, ModelDialogKind } from "./actions";
import { AddModel, ConfirmDialog, loadDialogs, ModelDialogs, ModelSheet } from "./lazy-dialogs";
import { flagsOf } from "./table/model-filter";
import type { SetViewState, ViewState } from "./table/view-state";

/** The model when the dialog opened; a retired one leaves the list. */
type Question = { kind: ModelDialogKind; model: ModelRecord };

/** The open overlays and the actions that open them. */
export function useModelOverlays(setView: SetViewState) {
  const guard = useUnsavedGuard();
  const [question, setQuestion] = useState<Question | null>(null);
  const client = useQueryClient();
  const { leave } = guard;
  const actions = useMemo<ModelActions>(
    () => ({
      // Pushes a history entry, so that Back closes the sheet.
      open: (pk, show = "details") =>
        leave(() => setView({ model: pk, show, add: null }, { history: "push" })),
      confirm: (kind, model) => setQuestion({ kind, model }),
      activate: async (model) => (await loadDialogs()).activateModel(client, model),
    }),
    [leave, setView, client],
  );
  const add = () =>
    leave(() => setView({ add: true, model: null, show: null }, { history: "push" }));
  return { actions, add, guard, question, closeQuestion: () => setQuestion(null) };
}

export type ModelOverlaysProps = {
  /** Null while loading. */
  models: readonly ModelRecord[] | null;
  view: ViewState;
  setView: SetViewState;
  overlays: ReturnType<typeof useModelOverlays>;
  canWrite: boolean;
  testPanel: (key: { provider: string; modelId: string }) => ReactNode;
  /** The model's history, also for retired models. */
  history: (pk: string, etag: string | null) => ReactNode;
  /** A model's probe results. */
  capabilities: (model: ModelRecord) => ReactNode;
};

/** The model sheet, the add form and the dialogs, each loaded when opened. */
export function ModelOverlays(props: ModelOverlaysProps) {
  const { models, view, setView, overlays, canWrite, testPanel, history, capabilities } = props;
  const { guard, question } = overlays;
  if (!models) return null;
  const questionModel =
    question && (models.find((model) => model.pk === question.model.pk) ?? question.model);
  const opened = models.find((model) => model.pk === view.model);
  const isAdding = view.add && canWrite;
  const close = () => guard.leave(() => setView({ model: null, show: null, add: null }));

  return (
    <>
      {view.model !== null && !isAdding && (
        <ModelSheet
          pk={view.model}
          model={opened}
          flags={(opened && flagsOf(models).get(opened.pk)) ?? []}
          unit={view.unit}
          onUnitChange={(unit) => setView({ unit })}
          canWrite={canWrite}
          show={view.show}
          onShow={(show) => guard.leave(() => setView({ show }))}
          onDone={() => {
            guard.setUnsaved(false);
            setView({ show: null });
          }}
          onClose={close}
          onUnsaved={guard.setUnsaved}
          testPanel={testPanel}
          history={history}
          capabilities={capabilities}
        />
      )}
      {isAdding && (
        <AddModel
          key={view.model}
          pk={view.model}
          provider={view.provider}
          models={models}
          unit={view.unit}
          onUnitChange={(unit) => setView({ unit })}
          onUnsaved={guard.setUnsaved}
          onClose={close}
          onAdded={(pk) => {
            guard.setUnsaved(false);
            setView({ add: null, model: pk, show: null });
          }}
        />
      )}
      {questionModel && question && canWrite && (
        <ModelDialogs
          key={`${question.kind} ${question.model.pk}`}
          kind={question.kind}
          model={questionModel}
          models={models}
          onClose={overlays.closeQuestion}
        />
      )}
      {guard.question}
    </>
  );
}

/** Guards unsaved edits: `leave(go)` asks for confirmation if there are any. Render `question`. */
function useUnsavedGuard() {
  const [unsaved, setUnsaved] = useState(false);
  const [pendingLeave, setPendingLeave] = useState<(() => void) | null>(null);
  const leave = useCallback(
    (go: () => void) => (unsaved ? setPendingLeave(() => go) : go()),
    [unsaved],
  );
  const question = pendingLeave && (
    <ConfirmDialog
      title="Leave without saving?"
      confirmLabel="Discard what I typed"
      cancelLabel="Keep editing"
      danger
      onConfirm={async () => {
        setUnsaved(false);
        pendingLeave();
      }}
      onClose={() => setPendingLeave(null)}
    >
      What you typed for this model is not saved.
    </ConfirmDialog>
  );
  return { leave, setUnsaved, question };
}
