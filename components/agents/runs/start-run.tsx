"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { Field } from "@/components/ui/form/field";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { type Run, type RunStart, RunWithMessage } from "@/lib/runs/schema";
import { paramsOf, runQueries } from "./queries";

type DialogProps = {
  agent: AgentRecord;
  /** True if the page has unsaved changes. */
  hasDraft: boolean;
  onStarted: (id: string) => void;
  onClose: () => void;
};

function useStart(agent: AgentRecord, onStarted: (id: string) => void) {
  const client = useQueryClient();
  return async (body: RunStart) => {
    const { id } = await apiFetch("startRun", { params: paramsOf(agent), body });
    await client.invalidateQueries({ queryKey: runQueries.of(agent) });
    onStarted(id);
  };
}

/** Asks for a message and starts a run with it. */
export function RunNowDialog({ agent, hasDraft, onStarted, onClose }: DialogProps) {
  const formId = useId();
  const form = useApiForm({ schema: RunWithMessage, defaultValues: { message: "" } });
  const start = useStart(agent, onStarted);
  return (
    <Dialog
      title={`Run ${agent.agent_name} now`}
      description="Starts an execution of its state machine with one user message."
      locked={form.isPending}
      onClose={onClose}
      footer={
        <FormButtons label="Start run" busy={form.isPending} onCancel={onClose} form={formId} />
      }
    >
      <form
        method="post"
        id={formId}
        noValidate
        onSubmit={form.submit(start)}
        className="flex flex-col gap-3"
      >
        <Field label="Message" required error={form.formState.errors.message?.message}>
          {(control) => <Textarea {...control} {...form.register("message")} rows={4} />}
        </Field>
        <Consequences agent={agent} hasDraft={hasDraft} />
        {form.refusal && (
          <Note tone="bad" title="Couldn't start the run." live>
            {form.refusal.text}
          </Note>
        )}
      </form>
    </Dialog>
  );
}

/** Asks for confirmation before a run is repeated. */
export function RerunDialog({ run, ...props }: DialogProps & { run: Run }) {
  const start = useStart(props.agent, props.onStarted);
  return (
    <ConfirmDialog
      title="Run again with the same input?"
      confirmLabel="Run again"
      onConfirm={() => start({ rerun: run.id })}
      onClose={props.onClose}
    >
      <p className="mb-2">
        Starts a new execution with the input of{" "}
        <span className="font-mono text-sm wrap-anywhere">{run.id}</span>, on the agent's present
        model and prompt.
      </p>
      <Consequences {...props} />
    </ConfirmDialog>
  );
}

/** Asks for confirmation before a run is stopped. */
export function StopDialog({
  agent,
  run,
  onClose,
}: {
  agent: AgentRecord;
  run: Run;
  onClose: () => void;
}) {
  const client = useQueryClient();
  async function stop() {
    await apiFetch("stopRun", { params: { ...paramsOf(agent), id: run.id } });
    await client.invalidateQueries({ queryKey: runQueries.of(agent) });
  }
  return (
    <ConfirmDialog
      title="Stop this run?"
      confirmLabel="Stop run"
      danger
      onConfirm={stop}
      onClose={onClose}
    >
      The state machine ends where it is, without an answer. What its tools have done so far stays
      done.
    </ConfirmDialog>
  );
}

function Consequences({ agent, hasDraft }: Pick<DialogProps, "agent" | "hasDraft">) {
  const tools = agentTools(agent.tools).map(({ name }) => name);
  return (
    <div className="flex flex-col gap-2">
      <Note
        tone="warn"
        title={tools.length > 0 ? "Its tools act for real." : "This is a real run."}
      >
        {tools.length > 0 ? (
          <>
            It may call <span className="font-mono">{tools.join(", ")}</span>. The model's tokens
            cost money.
          </>
        ) : (
          "It has no tools. The model's tokens cost money."
        )}
      </Note>
      {hasDraft && (
        <Note tone="info" title="The run uses what is saved.">
          Your unsaved changes are not part of it.
        </Note>
      )}
    </div>
  );
}
