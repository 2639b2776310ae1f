"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { Field } from "@/components/ui/form/field";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { Dialog } from "@/components/ui/overlay/dialog";
import { CodeBlock } from "@/components/ui/text/code-block";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { ApiError, apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import { type NewApiToken, TokenDraft } from "@/lib/tokens/schema";
import { tokenQueries } from "./queries";

const roles = [
  { value: "viewer", label: "Viewer", description: "reads everything, changes nothing" },
  { value: "admin", label: "Admin", description: "may do all that an admin may" },
];
const lifetimes = [7, 30, 90, 180, 365].map((days) => ({
  value: String(days),
  label: `${days} days`,
}));

type Values = { name: string; role: string; expires_in_days: string };
type Errors = Partial<Record<string, string>>;

/** Makes a token for a script and shows it, once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ name: "", role: "viewer", expires_in_days: "90" });
  const [errors, setErrors] = useState<Errors>({});
  const make = useMutation({
    mutationFn: (body: TokenDraft) => apiFetch<NewApiToken>(api.tokens(), { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokenQueries.all }),
    onError: (error) => setErrors(errorsOf(error)),
  });
  if (make.data) return <NewToken token={make.data} onClose={onClose} />;

  function send() {
    const expires_in_days = Number(values.expires_in_days);
    const draft = TokenDraft.safeParse({ ...values, name: values.name.trim(), expires_in_days });
    const issues = draft.error?.issues ?? [];
    setErrors(Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message])));
    if (draft.success) make.mutate(draft.data);
  }

  return (
    <Dialog
      title="New API token"
      description="For one script or pipeline"
      size="sm"
      locked={make.isPending}
      onClose={onClose}
      footer={
        <FormButtons label="Make token" busy={make.isPending} form="new-token" onCancel={onClose} />
      }
    >
      <form
        id="new-token"
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TokenFields values={values} errors={errors} onChange={setValues} />
        {make.error && !errors.name && (
          <Note tone="bad" title="No token was made." live>
            {errorInWords(make.error).detail}
          </Note>
        )}
      </form>
    </Dialog>
  );
}

type FieldsProps = { values: Values; errors: Errors; onChange: (values: Values) => void };

function TokenFields({ values, errors, onChange }: FieldsProps) {
  const { name, role, expires_in_days } = values;
  return (
    <>
      <Field
        label="Name"
        required
        error={errors.name}
        hint={`Stands in Activity as token:${name.trim() || "name"}.`}
      >
        {(control) => (
          <TextInput
            {...control}
            mono
            autoComplete="off"
            placeholder="nightly-export"
            value={name}
            onChange={({ target }) => onChange({ ...values, name: target.value })}
          />
        )}
      </Field>
      <Field label="Role" error={errors.role}>
        {(control) => (
          <Select
            {...control}
            options={roles}
            value={role}
            onChange={({ target }) => onChange({ ...values, role: target.value })}
          />
        )}
      </Field>
      <Field label="Expires in" error={errors.expires_in_days}>
        {(control) => (
          <Select
            {...control}
            className="w-32"
            options={lifetimes}
            value={expires_in_days}
            onChange={({ target }) => onChange({ ...values, expires_in_days: target.value })}
          />
        )}
      </Field>
    </>
  );
}

function errorsOf(error: unknown): Errors {
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return Object.fromEntries(fields.map(({ path, message }) => [path, message]));
}

/** The only sight of a new token. Neither Escape nor a click beside it closes it by accident. */
function NewToken({ token, onClose }: { token: NewApiToken; onClose: () => void }) {
  const example = `curl -H "Authorization: Bearer $SWITCHBOARD_TOKEN" ${window.location.origin}${api.models()}`;
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
          It works until {token.expires_at.slice(0, 10)} (UTC) with the role {token.role}.
        </p>
      </div>
    </Dialog>
  );
}
