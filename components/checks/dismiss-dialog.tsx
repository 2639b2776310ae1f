"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import * as z from "zod/mini";
import { Field } from "@/components/ui/form/field";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { ReasonField } from "@/components/ui/form/reason-field";
import { TextInput } from "@/components/ui/form/text-input";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import { Dismiss } from "@/lib/checks/schema";
import type { Finding } from "@/lib/findings/schema";
import { checkQueries } from "./queries";

type Props = { finding: Finding; onClose: () => void };

const empty = { reason: "", until: "" };

/** Dismisses a finding with a reason, until a day or until someone restores it. */
export function DismissDialog({ finding, onClose }: Props) {
  const formId = useId();
  const { code, subject } = finding;
  const form = useApiForm({
    schema: z.pipe(
      z.transform(
        ({ reason, until }: typeof empty): Dismiss => ({
          code,
          subject,
          reason,
          until: until || null,
        }),
      ),
      Dismiss,
    ),
    defaultValues: empty,
  });
  const { errors } = form.formState;
  const dismiss = useDismiss(finding, onClose);

  return (
    <Dialog
      title="Dismiss this finding?"
      description={finding.title}
      locked={form.isPending}
      onClose={onClose}
      footer={
        <FormButtons label="Dismiss" busy={form.isPending} form={formId} onCancel={onClose} />
      }
    >
      <form
        method="post"
        id={formId}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={form.submit(dismiss.mutateAsync)}
      >
        <p className="text-ink-2">
          Nothing is repaired by this. It leaves the list and the count, for everyone, and stays
          under Dismissed.
        </p>
        <ReasonField
          label="Reason"
          required
          error={errors.reason?.message}
          hint="Stands in Activity."
          register={form.register("reason")}
        />
        <Field
          label="Until"
          error={errors.until?.message}
          hint="On this day (UTC) it shows again. Empty: until somebody puts it back."
        >
          {(control) => (
            <TextInput {...control} {...form.register("until")} type="date" className="w-44" />
          )}
        </Field>
        {form.refusal && (
          <Note tone="bad" title="It was not dismissed." live>
            {form.refusal.text}
          </Note>
        )}
      </form>
    </Dialog>
  );
}

function useDismiss(finding: Finding, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Dismiss) => apiFetch("dismissFinding", { body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: checkQueries.all });
      showToast({ tone: "good", title: "Dismissed", description: finding.title });
      onDone();
    },
  });
}
