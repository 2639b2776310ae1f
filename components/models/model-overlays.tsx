"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { ModelRecord } from "@/lib/models/schema";
import type { ModelActions, ModelQuestionKind } from "./actions";
import { useToggleModel } from "./edit/use-model-writes";
import { flagsOf } from "./table/model-filter";
import type { SetViewState, ViewState } from "./table/view-state";

const AddModel = dynamic(() => import("./add/add-model").then((file) => file.AddModel), {
  ssr: false,
});
const ModelSheet = dynamic(() => import("./sheet/model-sheet").then((file) => file.ModelSheet), {
  ssr: false,
});
const ModelQuestion = dynamic(
  () => import("./edit/model-questions").then((file) => file.ModelQuestion),
  { ssr: false },
);

/** The model as it was when the question was asked: a retired one is in no list any more. */
type Question = { kind: ModelQuestionKind; model: ModelRecord };

/** What is open above the list, and what may open it. */
export function useModelOverlays(setView: SetViewState) {
  const guard = useUnsavedGuard();
  const [question, setQuestion] = useState<Question | null>(null);
  const { mutate: toggle } = useToggleModel();
  const { leave } = guard;
  const actions = useMemo<ModelActions>(
    () => ({
      // Its own step of the history: Back closes the sheet.
      open: (pk, show = "details") =>
        leave(() => setView({ model: pk, show, add: null }, { history: "push" })),
      ask: (kind, model) => setQuestion({ kind, model }),
      activate: (model) => toggle({ base: model, changes: { is_active: true } }),
    }),
    [leave, setView, toggle],
  );
  const add = () =>
    leave(() => setView({ add: true, model: null, show: null }, { history: "push" }));
  return { actions, add, guard, question, closeQuestion: () => setQuestion(null) };
}

export type ModelOverlaysProps = {
  /** Null until they are here. */
  models: readonly ModelRecord[] | null;
  view: ViewState;
  setView: SetViewState;
  overlays: ReturnType<typeof useModelOverlays>;
  canWrite: boolean;
  testPanel: (key: { provider: string; modelId: string }) => ReactNode;
  /** Who changed the model; of one that is not registered any more too. */
  history: (pk: string, etag: string | null) => ReactNode;
  /** What probes have shown of a model. */
  capabilities: (model: ModelRecord) => ReactNode;
};

/** The sheet of a model, the form that adds one, and the questions. Each loads when it is opened. */
export function ModelOverlays(props: ModelOverlaysProps) {
  const { models, view, setView, overlays, canWrite, testPanel, history, capabilities } = props;
  const { guard, question } = overlays;
  if (!models) return null;
  const asked =
    question && (models.find((model) => model.pk === question.model.pk) ?? question.model);
  const opened = models.find((model) => model.pk === view.model);
  const close = () => guard.leave(() => setView({ model: null, show: null, add: null }));

  return (
    <>
      {view.model !== null && !view.add && (
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
      {view.add && canWrite && (
        <AddModel
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
      {asked && question && canWrite && (
        <ModelQuestion
          key={`${question.kind} ${question.model.pk}`}
          kind={question.kind}
          model={asked}
          models={models}
          onClose={overlays.closeQuestion}
        />
      )}
      {guard.question}
    </>
  );
}

const ConfirmDialog = dynamic(
  () => import("@/components/ui/overlay/confirm-dialog").then((file) => file.ConfirmDialog),
  { ssr: false },
);

/**
 * Guards what is typed in a sheet: `leave(go)` goes at once, or asks first while something is not
 * saved. Render `question`.
 */
function useUnsavedGuard() {
  const [unsaved, setUnsaved] = useState(false);
  const [wanted, setWanted] = useState<(() => void) | null>(null);
  const leave = useCallback((go: () => void) => (unsaved ? setWanted(() => go) : go()), [unsaved]);
  const question = wanted && (
    <ConfirmDialog
      title="Leave without saving?"
      confirmLabel="Discard what I typed"
      cancelLabel="Keep editing"
      danger
      onConfirm={async () => {
        setUnsaved(false);
        wanted();
      }}
      onClose={() => setWanted(null)}
    >
      What you typed for this model is not saved.
    </ConfirmDialog>
  );
  return { leave, setUnsaved, question };
}
