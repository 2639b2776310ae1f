"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { PasswordInput } from "@/components/ui/password-input";
import { Select } from "@/components/ui/select";
import { type ProviderRecord, providerInfo } from "@/lib/providers/schema";
import { ExpiryField } from "./expiry-field";
import { keyLabel } from "./key-words";
import { SavedKey } from "./saved-key";
import { useKeyForm } from "./use-key-form";

type Props = {
  providers: ProviderRecord[];
  provider: ProviderRecord;
  onSelect: (id: string) => void;
};

/**
 * Puts a key in. The field is uncontrolled: React would write the value of a controlled one into
 * the page's HTML.
 */
export function KeyForm({ providers, provider, onSelect }: Props) {
  const { id } = provider;
  const form = useKeyForm(id);

  function choose(next: string) {
    form.forgetOutcome();
    onSelect(next);
  }

  return (
    <form
      method="post"
      noValidate
      autoComplete="off"
      onSubmit={form.submit}
      className="flex flex-col gap-3"
    >
      <Field label="Provider" hint={providerInfo(id).good_for}>
        {(control) => (
          <Select
            {...control}
            value={id}
            onChange={(event) => choose(event.target.value)}
            options={providers.map((entry) => ({ value: entry.id, label: entry.name }))}
          />
        )}
      </Field>
      <KeyField provider={provider} form={form} />
      <ExpiryField
        key={form.saves}
        error={form.errors.expires_at?.message}
        register={form.register("expires_at", { setValueAs: endOfDay })}
      />
      {form.refusal && (
        <Note
          tone="bad"
          title={form.refusal.isCertain ? "Not saved." : "It is not known whether it was saved."}
          live
        >
          {form.refusal.text}
        </Note>
      )}
      <div>
        <Button type="submit" variant="primary" busy={form.busy}>
          Update API Key
        </Button>
        <p className="mt-1.5 text-sm text-ink-3 wrap-anywhere">
          Saved as <span className="font-mono text-ink-2">{provider.secret_key_name}</span>
        </p>
      </div>
      <SavedKey provider={provider} justNow={form.isSaved} />
    </form>
  );
}

type KeyFieldProps = { provider: ProviderRecord; form: ReturnType<typeof useKeyForm> };

function KeyField({ provider: { id, name }, form }: KeyFieldProps) {
  const page = (
    <a
      href={providerInfo(id).links.keys}
      target="_blank"
      rel="noreferrer"
      className="underline underline-offset-2 hover:text-ink"
    >
      Where to get one from {name}
    </a>
  );
  return (
    <Field label={keyLabel(id)} required error={form.errors.api_key?.message} hint={page}>
      {(control) => (
        <PasswordInput
          {...control}
          {...form.register("api_key")}
          readOnly={form.busy}
          // This form loads late: the browser has looked for the fragment of the address before.
          autoFocus={location.hash === "#api-keys"}
        />
      )}
    </Field>
  );
}

/** A date field's value as the last second of that day, UTC; null when it is empty. */
function endOfDay(date: string | null): string | null {
  return date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T23:59:59Z` : date || null;
}
