"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";
import { BlockedReason } from "@/components/operations/blocked-reason";
import { findingsOf } from "@/components/operations/findings-of";
import { OperationProgress } from "@/components/operations/operation-progress";
import { useUndoOperation } from "@/components/operations/use-operation";
import { Button } from "@/components/ui/form/button";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import { ApiError, apiFetch } from "@/lib/api/client";
import { formatProviderName } from "@/lib/format";
import { type AgentRef, type ModelRecord, RetireOptions } from "@/lib/models/schema";
import { unknownUsersText } from "../model-labels";
import { ReplacementField } from "./replacement-field";

export type RetireDialogProps = {
  /** The model as of the dialog's opening, because a retired model leaves the list. */
  model: ModelRecord;
  models: readonly ModelRecord[];
  onClose: () => void;
};

const empty = { replacement: "", override_reason: "" };

/** Asks for a replacement if needed, retires the model, and shows the outcome of each agent. */
export function RetireDialog({ model, models, onClose }: RetireDialogProps) {
  const { retire, findings, lateUsers } = useRetire(model);
  const users = lateUsers ?? model.used_by;
  const isUsed = users.length > 0;
  const form = useApiForm({
    schema: z.pipe(
      z.transform(({ replacement, override_reason }: typeof empty) => ({
        ...(isUsed && { replacement }),
        ...(findings && { override_reason }),
      })),
      RetireOptions,
    ),
    defaultValues: empty,
  });
  const replacement = form.watch("replacement");
  // Not a form element: Enter in the search field must not submit.
  const confirm = form.submit(async (options) => {
    const { status } = await retire.mutateAsync(options);
    if (status === "done" && !isUsed) onClose();
  });

  if (retire.data) return <Retired operation={retire.data} onClose={onClose} />;
  return (
    <Dialog
      title={`Retire ${model.display_name}?`}
      description={<Consequence model={model} />}
      locked={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={form.isPending}
            disabled={isUsed && replacement === ""}
            onClick={confirm}
          >
            {findings ? "Switch and retire anyway" : isUsed ? "Switch and retire" : "Retire model"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {isUsed ? (
          <ReplacementField
            model={model}
            models={models}
            users={users}
            value={replacement}
            onChange={(next) => {
              form.setValue("replacement", next);
              // The findings belong to the previous replacement.
              if (findings) retire.reset();
            }}
          />
        ) : (
          <Unused model={model} />
        )}
        {findings && (
          <BlockedReason
            title="The next invocations would fail."
            findings={findings}
            hint="Written into the history of each agent."
            register={form.register("override_reason")}
            error={form.formState.errors.override_reason?.message}
          />
        )}
        {retire.error && form.refusal && !findings && (
          <Note tone="bad" title="Not retired." live>
            {form.refusal.text}
          </Note>
        )}
      </div>
    </Dialog>
  );
}

type RetiredProps = { operation: { operation_id: string; title: string }; onClose: () => void };

/** The outcome of each agent, and of the model. */
function Retired({ operation, onClose }: RetiredProps) {
  return (
    <Dialog
      title={operation.title}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <OperationProgress id={operation.operation_id} canWrite />
    </Dialog>
  );
}

function Unused({ model }: { model: ModelRecord }) {
  return (
    <p>
      {model.agents_unknown
        ? "Which agents use it is not known: the agents' table does not exist, and until it does no model can be retired."
        : model.users_unknown
          ? unknownUsersText(model.users_unknown)
          : "No agent uses it."}{" "}
      To only stop offering it, deactivate it instead.
    </p>
  );
}

function Consequence({ model }: { model: ModelRecord }) {
  return (
    <>
      Deletes <span className="font-mono text-sm wrap-anywhere text-ink">{model.pk}</span> from the
      registry with its prices. Can be undone.
      {model.is_default && ` ${formatProviderName(model.provider_id)} then has no default.`}
    </>
  );
}

/** Retires (deletes) a model after switching its agents, as one operation, which can be undone. */
function useRetire(model: ModelRecord) {
  const client = useQueryClient();
  const undo = useUndoOperation();
  const retire = useMutation({
    mutationFn: (options: RetireOptions) =>
      apiFetch("retireModel", {
        params: { provider: model.provider, modelId: model.model_id },
        query: options,
        ifMatch: model.etag,
      }),
    onSuccess: ({ status, operation_id }) => {
      if (status !== "done") return;
      showToast({
        tone: "good",
        title: `${model.display_name} was retired`,
        action: { label: "Undo", onClick: () => void undo(operation_id) },
      });
    },
    onSettled: () => client.invalidateQueries(),
  });
  return {
    retire,
    findings: findingsOf(retire.error),
    /** Agents switched to the model while the dialog was open. */
    lateUsers: lateUsersOf(retire.error),
  };
}

/** The agents that a 409 `model_in_use` names. */
function lateUsersOf(error: unknown): AgentRef[] | null {
  if (!(error instanceof ApiError) || error.problem.code !== "model_in_use") return null;
  const { agents } = error.problem;
  // Our API sends `agents` with this code.
  return Array.isArray(agents) ? (agents as AgentRef[]) : null;
}
