"use client";

import dynamic from "next/dynamic";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { PasswordInput } from "@/components/ui/form/password-input";
import { Select } from "@/components/ui/form/select";
import { Skeleton } from "@/components/ui/skeleton";
import { Note } from "@/components/ui/text/note";
import { type ProviderRecord, providerInfo } from "@/lib/providers/schema";
import { ExpiryField } from "./expiry-field";
import { keyLabel } from "./key-words";
import { SavedKey } from "./saved-key";
import { TokenFacts } from "./token-facts";
import { useKeyForm } from "./use-key-form";
import { VerdictNote } from "./verdict-note";

const GenerateToken = dynamic(() => import("./generate-token").then((file) => file.GenerateToken), {
  ssr: false,
  loading: () => <Skeleton className="h-18 w-full" />,
});

type Props = {
  providers: ProviderRecord[];
  provider: ProviderRecord;
  bedrockRegion: string;
  onSelect: (id: string) => void;
};
type Form = ReturnType<typeof useKeyForm>;

/**
 * Puts a key in, after trying it. The field is uncontrolled: React would write the value of a
 * controlled one into the page's HTML.
 */
export function KeyForm({ providers, provider, bedrockRegion, onSelect }: Props) {
  const { id } = provider;
  const form = useKeyForm(id);
  const { step } = form;
  const token = id === "bedrock" ? form.token : null;

  function choose(next: string) {
    form.forgetOutcome();
    onSelect(next);
  }

  return (
    <>
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
              disabled={form.busy}
              onChange={(event) => choose(event.target.value)}
              options={providers.map((entry) => ({ value: entry.id, label: entry.name }))}
            />
          )}
        </Field>
        <KeyField provider={provider} form={form} />
        {token && <TokenFacts token={token} runtimeRegion={bedrockRegion} />}
        {token?.kind !== "short_term" && (
          <ExpiryField
            key={form.saves}
            error={form.errors.expires_at?.message}
            register={form.expiryField}
          />
        )}
        <Outcome provider={provider} form={form} />
        <SaveButtons provider={provider} form={form} />
        <SavedKey provider={provider} saved={step.at === "saved" && step.id === id ? step : null} />
      </form>
      {id === "bedrock" && (
        <GenerateToken provider={provider} region={bedrockRegion} onGenerate={form.forgetOutcome} />
      )}
    </>
  );
}

type PartProps = { provider: ProviderRecord; form: Form };

function KeyField({ provider: { id, name }, form }: PartProps) {
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
          {...form.keyField}
          readOnly={form.busy}
          // This form loads late: the browser has looked for the fragment of the address before.
          autoFocus={location.hash === "#api-keys"}
        />
      )}
    </Field>
  );
}

function Outcome({ provider, form: { step, saveAnyway } }: PartProps) {
  if (step.at === "asked") {
    return <VerdictNote verdict={step.verdict} name={provider.name} onSaveAnyway={saveAnyway} />;
  }
  if (step.at !== "refused") return null;
  const title = step.isCertain ? "Not saved." : "It is not known whether it was saved.";
  return (
    <Note tone="bad" title={title} live>
      {step.text}
    </Note>
  );
}

function SaveButtons({ provider, form }: PartProps) {
  const isTrying = form.step.at === "trying";
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" busy={form.busy}>
          Update API Key
        </Button>
        {isTrying && (
          <Button variant="ghost" onClick={form.stopTrying}>
            Save without waiting
          </Button>
        )}
      </div>
      <p className="mt-1.5 text-sm text-ink-3 wrap-anywhere" aria-live="polite">
        {isTrying ? (
          `Asking ${provider.name} whether it accepts this key…`
        ) : (
          <>
            Tried first, then saved as{" "}
            <span className="font-mono text-ink-2">{provider.secret_key_name}</span>
          </>
        )}
      </p>
    </div>
  );
}
