"use client";

import { useState } from "react";
import type { ModelDialogKind } from "@/components/models/actions";
import { RetireDialog } from "@/components/models/retire/retire-dialog";
import { AgentLinks } from "@/components/models/sheet/model-details";
import { FindingsList } from "@/components/operations/findings-list";
import { findingsOf } from "@/components/operations/findings-of";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/textarea";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { showToast } from "@/components/ui/overlay/toast";
import type { Finding } from "@/lib/findings/schema";
import { formatProviderName, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { useToggleModel } from "./use-model-writes";

export type ModelDialogProps = {
  kind: ModelDialogKind;
  model: ModelRecord;
  models: readonly ModelRecord[];
  onClose: () => void;
};

/** Confirms a change of default, a deactivation or a retirement, and shows its effects. */
export function ModelDialogs(props: ModelDialogProps) {
  switch (props.kind) {
    case "default":
      return <DefaultQuestion {...props} />;
    case "deactivate":
      return <DeactivateQuestion {...props} />;
    case "retire":
      return <RetireDialog {...props} />;
  }
}

/** The mutation already shows the error. */
const ignoreShownError = () => undefined;

/** The API's own minimum. */
const minReasonLength = 3;

function DefaultQuestion({ model, models, onClose }: ModelDialogProps) {
  const toggle = useToggleModel();
  const provider = formatProviderName(model.provider_id);
  const formerDefaults = models
    .filter((other) => other.provider_id === model.provider_id && other.is_default)
    .map((other) => other.display_name);

  const [findings, setFindings] = useState<readonly Finding[] | null>(null);
  const [reason, setReason] = useState("");
  const isReasonMissing = findings !== null && reason.trim().length < minReasonLength;

  async function confirm() {
    const changes = { is_default: true, ...(findings && { override_reason: reason }) };
    await toggle.mutateAsync({ base: model, changes }).catch((error: unknown) => {
      setFindings(findingsOf(error));
      throw error;
    });
    showToast({ tone: "good", title: `${model.display_name} is the default of ${provider}` });
  }

  return (
    <ConfirmDialog
      title={`Make ${model.display_name} the default of ${provider}?`}
      confirmLabel={findings ? "Make default anyway" : "Make default"}
      blockedBy={isReasonMissing ? "Say why first" : undefined}
      onConfirm={confirm}
      onClose={onClose}
    >
      {formerDefaults.length === 0 ? (
        <p>{provider} has no default now.</p>
      ) : (
        <p>
          <strong className="font-semibold text-ink">{formerDefaults.join(", ")}</strong>{" "}
          {formerDefaults.length === 1 ? "loses" : "lose"} it.
        </p>
      )}
      <p className="mt-1">
        The default is what a switch to {provider} chooses first. Agents keep the models they have.
      </p>
      {findings && (
        <div className="mt-3 flex flex-col gap-3">
          <FindingsList findings={findings} />
          <Field
            label="Why it should go ahead"
            hint="Written into the history of the model."
            required
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
        </div>
      )}
    </ConfirmDialog>
  );
}

function DeactivateQuestion({ model, onClose }: ModelDialogProps) {
  const toggle = useToggleModel();
  const users = model.used_by;
  const wasDefault = model.is_default;

  function undo() {
    // The retry keeps other changes.
    const changes = { is_active: true, ...(wasDefault && { is_default: true }) };
    toggle.mutate({ base: { ...model, is_active: false, is_default: false }, changes });
  }

  function confirm() {
    const done = {
      tone: "good",
      title: `${model.display_name} is inactive`,
      action: { label: "Undo", onClick: undo },
    } as const;
    toggle
      .mutateAsync({ base: model, changes: { is_active: false } })
      .then(() => showToast(done), ignoreShownError);
    return undefined;
  }

  return (
    <ConfirmDialog
      title={`Deactivate ${model.display_name}?`}
      confirmLabel="Deactivate"
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>It is not offered any more when an agent's model is chosen. It stays in the registry.</p>
      {wasDefault && (
        <p className="mt-1">
          {formatProviderName(model.provider_id)} then has <strong>no default</strong>.
        </p>
      )}
      {users.length > 0 && (
        <div className="mt-2">
          <p className="mb-1">
            {pluralize(users.length, "agent")} {users.length === 1 ? "goes" : "go"} on using it:
          </p>
          <AgentLinks agents={users} />
        </div>
      )}
    </ConfirmDialog>
  );
}
