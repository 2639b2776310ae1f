"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { FindingsList } from "@/components/operations/findings-list";
import { OperationProgress } from "@/components/operations/operation-progress";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorInWords } from "@/components/ui/error-words";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { RichSelect } from "@/components/ui/rich-select";
import { Textarea } from "@/components/ui/textarea";
import { type AgentRef, type ModelRecord, RetireOptions } from "@/lib/models/schema";
import { AgentLinks } from "./model-details";
import { counted, providerName } from "./model-words";
import { fixedAgents, replacementOptions } from "./replacement-options";
import { useRetire } from "./use-retire";

export type RetireDialogProps = {
  /** As it was when the question was asked: it is gone from the list once it is retired. */
  model: ModelRecord;
  models: readonly ModelRecord[];
  onClose: () => void;
};

/** Asks what its agents run on instead, then retires a model; says what happened to each of them. */
export function RetireDialog({ model, models, onClose }: RetireDialogProps) {
  const { retire, findings, lateUsers } = useRetire(model);
  const [replacement, setReplacement] = useState("");
  const [reason, setReason] = useState("");
  const [reasonError, setReasonError] = useState<string>();
  const users = lateUsers ?? model.used_by;
  const isUsed = users.length > 0;

  function confirm() {
    const given = RetireOptions.safeParse({
      ...(isUsed && { replacement }),
      ...(findings && { override_reason: reason }),
    });
    setReasonError(given.error?.issues[0]?.message);
    if (!given.success) return;
    retire.mutate(given.data, {
      onSuccess: ({ status }) => status === "done" && !isUsed && onClose(),
    });
  }

  if (retire.data) {
    return (
      <Dialog
        title={retire.data.title}
        onClose={onClose}
        footer={
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <OperationProgress id={retire.data.operation_id} canWrite />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Retire ${model.display_name}?`}
      description={<Consequence model={model} />}
      locked={retire.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={retire.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={retire.isPending}
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
          <Replacement
            model={model}
            models={models}
            users={users}
            value={replacement}
            onChange={(next) => {
              setReplacement(next);
              // What stood against another replacement says nothing of this one.
              if (findings) retire.reset();
            }}
          />
        ) : (
          <p>No agent uses it. To only stop offering it, deactivate it instead.</p>
        )}
        {findings && (
          <>
            <Note tone="warn" title="The next invocations would fail." live>
              Nothing was changed yet.
            </Note>
            <FindingsList findings={findings} />
            <Field
              label="Why it should go ahead"
              required
              error={reasonError}
              hint="Written into the history of each agent."
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
          </>
        )}
        {retire.error && !findings && (
          <Note tone="bad" title="Not retired." live>
            {errorInWords(retire.error).detail}
          </Note>
        )}
      </div>
    </Dialog>
  );
}

function Consequence({ model }: { model: ModelRecord }) {
  return (
    <>
      Deletes <span className="font-mono text-sm wrap-anywhere text-ink">{model.pk}</span> from the
      registry with its prices. Can be undone.
      {model.is_default && ` ${providerName(model.provider_id)} then has no default.`}
    </>
  );
}

type ReplacementProps = {
  model: ModelRecord;
  models: readonly ModelRecord[];
  users: readonly AgentRef[];
  value: string;
  onChange: (pk: string) => void;
};

function Replacement({ model, models, users, value, onChange }: ReplacementProps) {
  const agents = useQuery(agentQueries.list());
  const fixed = fixedAgents(users, agents.data?.agents ?? []);
  const chosen = models.find(({ pk }) => pk === value);
  const they = users.length === 1 ? "it" : "them";
  return (
    <>
      <div>
        <p className="mb-1">
          {counted(users.length, "agent")} {users.length === 1 ? "uses" : "use"} it and would fail
          without it:
        </p>
        <AgentLinks agents={users} />
      </div>
      <Field
        label={`Switch ${they} to`}
        hint={
          chosen
            ? `Takes effect on the next invocation. One undo brings the model back and switches ${they} back.`
            : "Active models only"
        }
        required
      >
        {(control) => (
          <RichSelect
            {...control}
            value={value}
            placeholder="Choose the replacement"
            options={replacementOptions(model, models, fixed)}
            onValueChange={onChange}
          />
        )}
      </Field>
    </>
  );
}
