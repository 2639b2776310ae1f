"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Field } from "@/components/ui/form/field";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { ReasonField } from "@/components/ui/form/reason-field";
import { TextInput } from "@/components/ui/form/text-input";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api-client";
import { Dismiss, type Finding } from "@/lib/checks/schema";
import { api } from "@/lib/paths";
import { checkQueries } from "./queries";

type Props = { finding: Finding; onClose: () => void };

/** Takes a finding out of the list, with a reason and until a day. */
export function DismissDialog({ finding, onClose }: Props) {
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const dismiss = useDismiss(finding, onClose);

  function send() {
    const { code, subject } = finding;
    const given = Dismiss.safeParse({ code, subject, reason, until: until || null });
    const issues = given.error?.issues ?? [];
    setErrors(Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message])));
    if (given.success) dismiss.mutate(given.data);
  }

  return (
    <Dialog
      title="Dismiss this finding?"
      description={finding.title}
      locked={dismiss.isPending}
      onClose={onClose}
      footer={
        <FormButtons label="Dismiss" busy={dismiss.isPending} onCancel={onClose} onSubmit={send} />
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">
          Nothing is repaired by this. It leaves the list and the count, for everyone, and stays
          under Dismissed.
        </p>
        <ReasonField
          label="Reason"
          required
          error={errors.reason}
          hint="Stands in Activity."
          value={reason}
          onValue={setReason}
        />
        <UntilField value={until} error={errors.until} onValue={setUntil} />
        {dismiss.error && (
          <Note tone="bad" title="It was not dismissed." live>
            {errorInWords(dismiss.error).detail}
          </Note>
        )}
      </div>
    </Dialog>
  );
}

function useDismiss(finding: Finding, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Dismiss) => apiFetch(api.checksDismiss(), { method: "POST", body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: checkQueries.all });
      showToast({ tone: "good", title: "Dismissed", description: finding.title });
      onDone();
    },
  });
}

type UntilProps = { value: string; error: string | undefined; onValue: (day: string) => void };

function UntilField({ value, error, onValue }: UntilProps) {
  return (
    <Field
      label="Until"
      error={error}
      hint="On this day (UTC) it shows again. Empty: until somebody puts it back."
    >
      {(control) => (
        <TextInput
          {...control}
          type="date"
          className="w-44"
          value={value}
          onChange={({ target }) => onValue(target.value)}
        />
      )}
    </Field>
  );
}
