"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorInWords } from "@/components/ui/error-words";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { TextInput } from "@/components/ui/text-input";
import { Textarea } from "@/components/ui/textarea";
import { showToast } from "@/components/ui/toast";
import { apiFetch } from "@/lib/api-client";
import { Dismiss, type Finding } from "@/lib/checks/schema";
import { api } from "@/lib/paths";
import { checkQueries } from "./queries";

/** Takes a finding out of the list, with a reason and until a day. */
export function DismissDialog({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const dismiss = useMutation({
    mutationFn: (body: Dismiss) => apiFetch(api.checksDismiss(), { method: "POST", body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: checkQueries.all });
      showToast({ tone: "good", title: "Dismissed", description: finding.title });
      onClose();
    },
  });

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
        <>
          <Button disabled={dismiss.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={dismiss.isPending} onClick={send}>
            Dismiss
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">
          Nothing is repaired by this. It leaves the list and the count, for everyone, and stays
          under Dismissed.
        </p>
        <Field label="Reason" required error={errors.reason} hint="Stands in Activity.">
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
        <Field
          label="Until"
          error={errors.until}
          hint="On this day (UTC) it shows again. Empty: until somebody puts it back."
        >
          {(control) => (
            <TextInput
              {...control}
              type="date"
              className="w-44"
              value={until}
              onChange={({ target }) => setUntil(target.value)}
            />
          )}
        </Field>
        {dismiss.error && (
          <Note tone="bad" title="It was not dismissed." live>
            {errorInWords(dismiss.error).detail}
          </Note>
        )}
      </div>
    </Dialog>
  );
}
