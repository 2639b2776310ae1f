"use client";

import { useState } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { PasswordInput } from "@/components/ui/form/password-input";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { Note } from "@/components/ui/text/note";
import { useNow } from "@/components/ui/text/relative-time";
import { formatProviderName } from "@/lib/format";
import { type BearerToken, tokenWarnings } from "@/lib/keys/rules/bearer-token";
import { describeShape } from "@/lib/keys/rules/key-shape";
import type { KeyStatus, ProviderRecord } from "@/lib/keys/schema";
import { providerDetails } from "@/lib/providers/rules/details";
import type { ProviderId } from "@/lib/providers/schema";
import { GenerateToken } from "./generate-token";
import { describeKeyTest, keyLabel } from "./key-labels";
import { ExpiryTime } from "./key-times";
import { SavedKey } from "./saved-key";
import { type Doubt, useKeyForm } from "./use-key-form";

type Props = {
  providers: ProviderRecord[];
  provider: ProviderRecord;
  bedrockRegion: string;
  onSelect: (id: string) => void;
};
type Form = ReturnType<typeof useKeyForm>;

/**
 * Saves a key after testing it. The field is uncontrolled: React would write the value of a
 * controlled one into the page's HTML.
 */
export function KeyForm({ providers, provider, bedrockRegion, onSelect }: Props) {
  const { id } = provider;
  const form = useKeyForm(provider);
  const { step } = form;
  const token = id === "bedrock" ? form.token : null;

  function choose(next: string) {
    form.clearOutcome();
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
        <Field label="Provider" hint={providerDetails[id].good_for}>
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
        <Outcome provider={provider} form={form} onSelect={choose} />
        <SaveButtons provider={provider} form={form} />
        <SavedKey provider={provider} saved={step.at === "saved" && step.id === id ? step : null} />
      </form>
      {id === "bedrock" && (
        <GenerateToken provider={provider} region={bedrockRegion} onGenerate={form.clearOutcome} />
      )}
    </>
  );
}

type PartProps = { provider: ProviderRecord; form: Form };

function KeyField({ provider: { id, name }, form }: PartProps) {
  const page = (
    <a
      href={providerDetails[id].links.keys}
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
          // The form is loaded after the browser has handled the URL fragment.
          autoFocus={location.hash === "#api-keys"}
        />
      )}
    </Field>
  );
}

type OutcomeProps = PartProps & { onSelect: (id: ProviderId) => void };

function Outcome({ provider, form, onSelect }: OutcomeProps) {
  const { step, refusal } = form;
  if (step.at === "confirming" && step.id === provider.id) {
    const { shape } = step.doubt;
    const isOtherProvider = shape !== null && shape !== "masked" && shape !== "placeholder";
    return isOtherProvider ? (
      <OtherProvider provider={provider} other={shape} form={form} onSelect={onSelect} />
    ) : (
      <Unverified provider={provider} doubt={step.doubt} onReplace={form.replace} />
    );
  }
  if (!refusal) return null;
  const title = refusal.isOutcomeUnknown ? "It is not known whether it was saved." : "Not saved.";
  return (
    <Note tone="bad" title={title} live>
      {refusal.text}
    </Note>
  );
}

function SaveButtons({ provider, form }: PartProps) {
  const isTesting = form.step.at === "testing";
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" busy={form.busy}>
          Update API Key
        </Button>
        {isTesting && (
          <Button variant="ghost" onClick={form.stopTesting}>
            Stop
          </Button>
        )}
      </div>
      <p className="mt-1.5 text-sm text-ink-3 wrap-anywhere" aria-live="polite">
        {isTesting ? (
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

type OtherProviderProps = OutcomeProps & { other: ProviderId };

/** The key looks like one of another provider, and hasn't been sent to any provider. */
function OtherProvider({ provider, other, form, onSelect }: OtherProviderProps) {
  const name = formatProviderName(other);
  return (
    <Note
      tone="warn"
      live
      title={describeShape(other)}
      action={
        <>
          <Button size="sm" variant="primary" onClick={() => onSelect(other)}>
            Switch to {name}
          </Button>
          <Button size="sm" onClick={form.testAnyway}>
            Test it with {provider.name}
          </Button>
        </>
      }
    >
      Nothing was sent or saved.
    </Note>
  );
}

type UnverifiedProps = { provider: ProviderRecord; doubt: Doubt; onReplace: () => void };

/** The key isn't verified: the admin corrects it, or saves it anyway. */
function Unverified({ provider, doubt: { shape, result }, onReplace }: UnverifiedProps) {
  const { name, key } = provider;
  const isKnownBad = result?.outcome === "rejected" || result?.outcome === "expired";
  const description = result && describeKeyTest(result, name);
  const reason = shape
    ? describeShape(shape)
    : isKnownBad
      ? description?.title
      : `Couldn't verify with ${name}.`;
  return (
    <Note
      tone="bad"
      live
      title={`${reason} ${replaceQuestion(key.status)}`}
      action={
        <Button size="sm" onClick={onReplace}>
          {key.status === "missing" ? "Save" : "Replace"}
        </Button>
      }
    >
      {description?.detail} Not saved.
      {(shape || isKnownBad) && " Agents will fail with it."}
    </Note>
  );
}

function replaceQuestion(status: KeyStatus): string {
  if (status === "missing") return "Save it anyway?";
  return status === "verified" ? "Replace the key that works?" : "Replace the stored key?";
}

type ExpiryFieldProps = { register: UseFormRegisterReturn; error?: string };

/** The expiry date of a key; a button until it is opened. */
function ExpiryField({ register, error }: ExpiryFieldProps) {
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen && !error) {
    return (
      <Button
        variant="ghost"
        size="sm"
        className="-mt-1 -ml-2 self-start"
        onClick={() => setIsOpen(true)}
      >
        Add an expiry date
      </Button>
    );
  }
  return (
    <Field
      label="Expires on"
      error={error}
      hint="The console warns 14 days before. The end of that day, UTC; empty: not known."
    >
      {(control) => (
        <TextInput {...control} {...register} type="date" autoComplete="off" autoFocus={isOpen} />
      )}
    </Field>
  );
}

type TokenFactsProps = {
  token: BearerToken;
  /** The region in which agents call Bedrock. */
  runtimeRegion: string;
};

/** Kind, region and expiry of the pasted token, read without a request. */
function TokenFacts({ token, runtimeRegion }: TokenFactsProps) {
  const warnings = tokenWarnings(token, runtimeRegion, useNow());
  return (
    <div aria-live="polite" className="-mt-1 flex flex-col gap-1.5 text-sm">
      {token.kind === "short_term" && (
        <p>
          <strong className="font-medium">Short-term token</strong> for{" "}
          <span className="font-mono">{token.region}</span>
          {token.expires_at && (
            <>
              . <ExpiryTime at={token.expires_at} mayEndEarlier />
            </>
          )}
          .
        </p>
      )}
      {token.kind === "long_term" && (
        <p>
          <strong className="font-medium">Long-term key.</strong> It does not say when it ends: add
          the date if you know it.
        </p>
      )}
      {warnings.map((warning) => (
        <Note key={warning} tone="warn">
          {warning}
        </Note>
      ))}
    </div>
  );
}
