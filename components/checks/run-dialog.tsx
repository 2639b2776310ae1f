"use client";

import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import { type RunDiagnosis, RunText } from "@/lib/checks/schema";
import { FindingItem } from "./finding-item";

type Props = {
  /** The initial text: an error or an ARN. */
  text: string;
  canWrite: boolean;
  onClose: () => void;
};

/** Explains the error of a failed run. */
export function RunDialog({ text, canWrite, onClose }: Props) {
  const formId = useId();
  const form = useApiForm({ schema: RunText, defaultValues: { text } });
  const diagnose = useMutation({
    mutationFn: (body: RunText) => apiFetch("diagnoseRun", { body }),
  });

  return (
    <Dialog
      title="Why did a run fail?"
      description="Paste the error of the execution, as Step Functions shows it."
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isPending}>
            Find the cause
          </Button>
        </>
      }
    >
      <form method="post" id={formId} noValidate onSubmit={form.submit(diagnose.mutateAsync)}>
        <Field
          label="Error of the failed run, or its ARN"
          required
          error={form.formState.errors.text?.message}
          hint="It is only compared with what is wrong now, and not kept."
        >
          {(control) => (
            <Textarea
              {...control}
              {...form.register("text")}
              rows={5}
              className="font-mono text-sm"
              placeholder="Missing field `endpoint`"
            />
          )}
        </Field>
      </form>
      <div aria-live="polite" className="mt-3 flex flex-col gap-3">
        {form.refusal && (
          <Note tone="bad" title="The text could not be compared.">
            {form.refusal.text}
          </Note>
        )}
        {diagnose.data && <Diagnoses diagnoses={diagnose.data.diagnoses} canWrite={canWrite} />}
      </div>
    </Dialog>
  );
}

function Diagnoses({ diagnoses, canWrite }: { diagnoses: RunDiagnosis[]; canWrite: boolean }) {
  if (diagnoses.length === 0) {
    return (
      <Note tone="info" title="Nothing in this text is known.">
        Paste the part with the error itself, and the agent's name if it is there. The trace on the
        agent's page shows what its next run would do.
      </Note>
    );
  }
  return diagnoses.map(({ name, cause, fix, findings }) => (
    <section key={name} aria-label={name} className="rounded-lg border border-line">
      <div className="px-4 py-3">
        <h3 className="font-semibold">{name}</h3>
        <p className="text-ink-2">{cause}</p>
        <p>{fix}</p>
        {findings.length === 0 && (
          <p className="mt-1 text-ink-3">
            No present finding explains it: it may be put right already, or lie at the provider.
            Test the model in the Playground.
          </p>
        )}
      </div>
      {findings.length > 0 && (
        <ul className="border-t border-line">
          {findings.slice(0, 20).map((finding) => (
            <FindingItem
              key={`${finding.code} ${finding.subject.id}`}
              finding={finding}
              canWrite={canWrite}
            />
          ))}
        </ul>
      )}
    </section>
  ));
}
