"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";
import { Button } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { Field } from "@/components/ui/form/field";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { CodeBlock } from "@/components/ui/text/code-block";
import { Note } from "@/components/ui/text/note";
import { addressOf } from "@/lib/addresses";
import { apiFetch } from "@/lib/api/client";
import { formatDay } from "@/lib/format";
import { type ApiToken, type NewApiToken, TokenDraft } from "@/lib/tokens/schema";
import { tokenQueries } from "./queries";

const roles = [
  { value: "viewer", label: "Viewer", description: "reads everything, changes nothing" },
  { value: "admin", label: "Admin", description: "may do all that an admin may" },
];
const lifetimes = [7, 30, 90, 180, 365].map((days) => ({
  value: String(days),
  label: `${days} days`,
}));

const defaultValues = { name: "", role: "viewer", expires_in_days: "90" };

const NewTokenForm = z.pipe(
  z.transform(({ name, role, expires_in_days }: typeof defaultValues) => ({
    name: name.trim(),
    role,
    expires_in_days: Number(expires_in_days),
  })),
  TokenDraft,
);

/** Creates a token for a script and shows it once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const form = useApiForm({ schema: NewTokenForm, defaultValues });
  const make = useMutation({
    mutationFn: (body: TokenDraft) => apiFetch("createToken", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokenQueries.all }),
  });
  if (make.data) return <NewToken token={make.data} onClose={onClose} />;
  const { register } = form;
  const { errors } = form.formState;
  return (
    <Dialog
      title="New API token"
      description="For one script or pipeline"
      size="sm"
      locked={form.isPending}
      onClose={onClose}
      footer={
        <FormButtons label="Make token" busy={form.isPending} form="new-token" onCancel={onClose} />
      }
    >
      <form
        method="post"
        id="new-token"
        noValidate
        className="flex flex-col gap-3"
        onSubmit={form.submit(make.mutateAsync)}
      >
        <Field
          label="Name"
          required
          error={errors.name?.message}
          hint={`Stands in Activity as token:${form.watch("name").trim() || "name"}.`}
        >
          {(control) => (
            <TextInput
              {...control}
              {...register("name")}
              mono
              autoComplete="off"
              placeholder="nightly-export"
            />
          )}
        </Field>
        <Field label="Role" error={errors.role?.message}>
          {(control) => <Select {...control} {...register("role")} options={roles} />}
        </Field>
        <Field label="Expires in" error={errors.expires_in_days?.message}>
          {(control) => (
            <Select
              {...control}
              {...register("expires_in_days")}
              className="w-32"
              options={lifetimes}
            />
          )}
        </Field>
        {form.refusal && (
          <Note tone="bad" title="No token was made." live>
            {form.refusal.text}
          </Note>
        )}
      </form>
    </Dialog>
  );
}

/** Shows a new token once. Neither Escape nor a click outside closes it. */
function NewToken({ token, onClose }: { token: NewApiToken; onClose: () => void }) {
  const example = `curl -H "Authorization: Bearer $SWITCHBOARD_TOKEN" ${window.location.origin}${addressOf("listModels")}`;
  return (
    <Dialog
      title={`The token ${token.name} was made`}
      size="md"
      locked
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Note tone="warn" title="Copy it now: it is not shown again.">
          Only a hash of it is stored. Keep it where the script keeps its secrets.
        </Note>
        <CodeBlock title="API token" what="API token" text={token.token} />
        <div>
          <p className="text-sm text-ink-3">
            With the token in the script's environment, for instance:
          </p>
          <Command text={example} />
        </div>
        <p className="text-sm text-ink-3">
          It works until {formatDay(token.expires_at.slice(0, 10))} (UTC) with the role {token.role}
          .
        </p>
      </div>
    </Dialog>
  );
}

/** Revokes a token after a confirmation. */
export function RevokeDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useQueryClient();

  async function revoke() {
    await apiFetch("revokeToken", { params: { id: token.id } });
    await client.invalidateQueries({ queryKey: tokenQueries.all });
    showToast({ tone: "good", title: `The token ${token.name} was revoked` });
  }

  return (
    <ConfirmDialog
      title={`Revoke the token ${token.name}?`}
      confirmLabel="Revoke token"
      danger
      onConfirm={revoke}
      onClose={onClose}
    >
      <p>
        Its next request is refused, on every copy of this console. This cannot be undone: a script
        that still needs access gets a new token.
      </p>
    </ConfirmDialog>
  );
}
