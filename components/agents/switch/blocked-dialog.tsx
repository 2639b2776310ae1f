"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { FindingsList } from "@/components/operations/findings-list";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { showServerErrors } from "@/components/ui/form/server-errors";
import { Textarea } from "@/components/ui/form/textarea";
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

/** The next invocation would fail: why, and a way to switch all the same, with a reason on record. */
export function BlockedDialog({ agent, findings, onOverride, onClose }: Props) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const form = useForm({ resolver: zodResolver(Reason), defaultValues: { override_reason: "" } });
  const { errors, isSubmitting } = form.formState;

  async function goAhead({ override_reason }: z.infer<typeof Reason>) {
    setRefusal(null);
    try {
      await onOverride(override_reason);
    } catch (error) {
      setRefusal(showServerErrors(error, ["override_reason"], form.setError));
    }
  }

  return (
    <Dialog
      title={`The next invocation of ${agent.agent_name} would fail`}
      description="Nothing was saved."
      locked={isSubmitting}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} disabled={isSubmitting}>
            Keep it as it was
          </Button>
          <Button type="submit" form="override" variant="danger" busy={isSubmitting}>
            Switch anyway
          </Button>
        </>
      }
    >
      <FindingsList findings={findings} />
      <form
        id="override"
        noValidate
        onSubmit={form.handleSubmit(goAhead)}
        className="mt-4 flex flex-col gap-3 border-t border-line pt-3"
      >
        <Field
          label="Why it should go ahead"
          required
          error={errors.override_reason?.message}
          hint="Written into the agent's history."
        >
          {(control) => <Textarea {...control} {...form.register("override_reason")} rows={2} />}
        </Field>
        {refusal && (
          <Note tone="bad" title="Not saved." live>
            {refusal}
          </Note>
        )}
      </form>
    </Dialog>
  );
}
