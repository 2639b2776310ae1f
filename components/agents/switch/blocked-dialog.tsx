"use client";

import * as z from "zod/mini";
import { FindingsList } from "@/components/operations/findings-list";
import { Button } from "@/components/ui/form/button";
import { ReasonField } from "@/components/ui/form/reason-field";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import { AgentChanges, type AgentKey } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";

const Reason = z.required(z.pick(AgentChanges, { override_reason: true }));

type Props = {
  agent: AgentKey;
  findings: Finding[];
  onOverride: (reason: string) => Promise<void>;
  onClose: () => void;
};

/** Explains why the next invocation would fail. Can switch anyway with a recorded reason. */
export function BlockedDialog({ agent, findings, onOverride, onClose }: Props) {
  const form = useApiForm({ schema: Reason, defaultValues: { override_reason: "" } });
  const submitOverride = form.submit(({ override_reason }) => onOverride(override_reason));

  return (
    <Dialog
      title={`The next invocation of ${agent.agent_name} would fail`}
      description="Nothing was saved."
      locked={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} disabled={form.isPending}>
            Keep it as it was
          </Button>
          <Button type="submit" form="override" variant="danger" busy={form.isPending}>
            Switch anyway
          </Button>
        </>
      }
    >
      <FindingsList findings={findings} />
      <form
        method="post"
        id="override"
        noValidate
        onSubmit={submitOverride}
        className="mt-4 flex flex-col gap-3 border-t border-line pt-3"
      >
        <ReasonField
          label="Why it should go ahead"
          required
          error={form.formState.errors.override_reason?.message}
          hint="Written into the agent's history."
          register={form.register("override_reason")}
        />
        {form.refusal && (
          <Note tone="bad" title="Not saved." live>
            {form.refusal.text}
          </Note>
        )}
      </form>
    </Dialog>
  );
}
