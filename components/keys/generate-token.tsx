"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import {
  type GeneratedKey,
  GenerateTokenRequest,
  type KeyTestResponse,
  type ProviderRecord,
} from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { describeKeyTest, keyIdentity } from "./key-labels";
import { changeKey, testStoredKey } from "./key-requests";
import { ExpiryTime } from "./key-times";
import { providerQueries } from "./queries";
import { RollBack } from "./saved-key";

const maxHours = 12;
const lifetimes = Array.from({ length: maxHours }, (_, index) => ({
  value: String(index + 1),
  label: index === 0 ? "1 hour" : `${index + 1} hours`,
}));

/** `test` is undefined while it runs, and null if the token could not be tested. */
type Generation = { key: GeneratedKey; test?: KeyTestResponse | null };

const defaultValues = { hours: String(maxHours) };
const Lifetime = z.pipe(
  z.transform(
    ({ hours }: typeof defaultValues): GenerateTokenRequest => ({ hours: Number(hours) }),
  ),
  GenerateTokenRequest,
);

type Props = {
  provider: ProviderRecord;
  region: string;
  /** Clears the form's result of an earlier key. */
  onGenerate: () => void;
};

/** Generates a token with the server's credentials. It is signed and saved there, never sent here. */
export function GenerateToken({ provider, region, onGenerate }: Props) {
  const form = useApiForm({ schema: Lifetime, defaultValues });
  const { generation, generate } = useGenerator(provider.id);
  const submit = form.submit((request) => {
    onGenerate();
    return generate(request);
  });

  return (
    <section
      aria-label="Generate a token"
      className="mt-4 flex flex-col gap-2 border-t border-line pt-3"
    >
      <p className="text-sm text-ink-2">
        Or have this server sign a token for <span className="font-mono">{region}</span> with its
        own AWS credentials. It replaces the stored one, which can be rolled back to.
      </p>
      <form method="post" noValidate onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <Field label="Lifetime" className="w-26">
          {(control) => <Select {...control} {...form.register("hours")} options={lifetimes} />}
        </Field>
        <Button type="submit" busy={form.isPending}>
          Generate a short-term token
        </Button>
      </form>
      {form.refusal && (
        <Note tone="bad" title="No token was generated." live>
          {form.refusal.text}
        </Note>
      )}
      {generation && keyIdentity(generation.key) === keyIdentity(provider.key) && (
        <Generated generation={generation} provider={provider} />
      )}
    </section>
  );
}

function useGenerator(id: ProviderId) {
  const client = useQueryClient();
  const [generation, setGeneration] = useState<Generation | null>(null);

  async function generate(body: GenerateTokenRequest) {
    setGeneration(null);
    const key = await changeKey(client, id, () =>
      apiFetch("generateKey", { params: { id }, body }),
    );
    setGeneration({ key });
    // Not awaited, because the token is already saved.
    void testStoredKey(id)
      .catch(() => null)
      .then((test) => {
        setGeneration({ key, test });
        return client.invalidateQueries({ queryKey: providerQueries.all });
      });
  }
  return { generation, generate };
}

type GeneratedProps = { generation: Generation; provider: ProviderRecord };

function Generated({ generation: { key: made, test }, provider }: GeneratedProps) {
  const { name, key } = provider;
  const description = test && describeKeyTest(test, name);
  const isBad = description?.tone === "bad";
  const tone = description?.tone === "good" || test === undefined ? "good" : "warn";
  return (
    <Note
      tone={tone}
      title="A new token is saved."
      live
      action={key.can_roll_back && <RollBack provider={provider} eventId={made.event_id} />}
    >
      {made.expires_at && (
        <>
          <ExpiryTime at={made.expires_at} mayEndEarlier />
          {made.ends_with_session && ": it ends with the server's session"}
          {made.ends_with_session && made.session_ends_at === null && ", whose end is not known"}.{" "}
        </>
      )}
      <span className="font-medium">
        {test === undefined && `Asking ${name} whether it accepts it…`}
        {test === null && "Couldn't test the token. Use Verify all to test it."}
        {description?.title}
      </span>{" "}
      {description?.detail}
      {isBad && " The earlier key is kept."}
    </Note>
  );
}
