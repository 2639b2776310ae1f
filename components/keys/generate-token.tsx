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
import { EndTime } from "./end-time";
import { changeKey } from "./key-cache";
import { providerQueries } from "./queries";
import { tryStored } from "./try-stored";
import { verdictInWords } from "./verdict-words";

const longest = 12;
const lifetimes = Array.from({ length: longest }, (_, index) => ({
  value: String(index + 1),
  label: index === 0 ? "1 hour" : `${index + 1} hours`,
}));

/** A token that was made; the verdict is null when it could not be tested. */
type Generation = { made: GeneratedKey; verdict?: KeyTestResponse | null };

const defaultValues = { hours: String(longest) };
const Lifetime = z.pipe(
  z.transform(
    ({ hours }: typeof defaultValues): GenerateTokenRequest => ({ hours: Number(hours) }),
  ),
  GenerateTokenRequest,
);

type Props = {
  provider: ProviderRecord;
  region: string;
  /** What was told of an earlier key no longer holds. */
  onGenerate: () => void;
};

/** A token from the server's own credentials: signed and saved there, never sent here. */
export function GenerateToken({ provider: { id, name }, region, onGenerate }: Props) {
  const form = useApiForm({ schema: Lifetime, defaultValues });
  const { generation, generate } = useGenerator(id);
  const submit = form.submit((wish) => {
    onGenerate();
    return generate(wish);
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
      {generation && <Generated {...generation} name={name} />}
    </section>
  );
}

function useGenerator(id: ProviderId) {
  const client = useQueryClient();
  const [generation, setGeneration] = useState<Generation | null>(null);

  async function generate(wish: GenerateTokenRequest) {
    setGeneration(null);
    const made = await changeKey(client, id, () =>
      apiFetch("generateKey", { params: { id }, body: wish }),
    );
    setGeneration({ made });
    // It is saved: whoever waits need not wait for the provider's answer.
    void tryStored(id)
      .catch(() => null)
      .then((verdict) => {
        setGeneration({ made, verdict });
        return client.invalidateQueries({ queryKey: providerQueries.all });
      });
  }
  return { generation, generate };
}

type GeneratedProps = Generation & { name: string };

function Generated({ made, verdict, name }: GeneratedProps) {
  const told = verdict && verdictInWords(verdict, name);
  const isBad = told?.tone === "bad";
  const tone = told?.tone === "good" || verdict === undefined ? "good" : "warn";
  return (
    <Note tone={tone} title="A new token is saved." live>
      {made.expires_at && (
        <>
          <EndTime at={made.expires_at} atLatest />
          {made.ends_with_session && ": it ends with the server's session"}
          {made.ends_with_session && made.session_ends_at === null && ", whose end is not known"}.{" "}
        </>
      )}
      <span className="font-medium">
        {verdict === undefined && `Asking ${name} whether it accepts it…`}
        {verdict === null && "It could not be tried: use Verify all to do so."}
        {told?.title}
      </span>{" "}
      {told?.detail}
      {isBad && " The earlier key is kept: roll back to it below."}
    </Note>
  );
}
