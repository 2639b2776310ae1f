"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import type { GeneratedKey, ProviderRecord, TriedKey } from "@/lib/keys/schema";
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

type State =
  | { at: "idle" | "working" }
  | { at: "failed"; words: string }
  /** `verdict`: null when trying it failed, undefined while it goes on. */
  | { at: "done"; made: GeneratedKey; verdict?: TriedKey | null };

type Props = {
  provider: ProviderRecord;
  region: string;
  /** What was told of an earlier key no longer holds. */
  onGenerate: () => void;
};

/** A token from the server's own credentials: signed and saved there, never sent here. */
export function GenerateToken({ provider: { id, name }, region, onGenerate }: Props) {
  const [hours, setHours] = useState(String(longest));
  const { state, generate } = useGenerator(id);

  return (
    <section
      aria-label="Generate a token"
      className="mt-4 flex flex-col gap-2 border-t border-line pt-3"
    >
      <p className="text-sm text-ink-2">
        Or have this server sign a token for <span className="font-mono">{region}</span> with its
        own AWS credentials. It replaces the stored one, which can be rolled back to.
      </p>
      <div className="flex flex-wrap items-end gap-2">
        <Field label="Lifetime" className="w-26">
          {(control) => (
            <Select
              {...control}
              value={hours}
              options={lifetimes}
              onChange={(event) => setHours(event.target.value)}
            />
          )}
        </Field>
        <Button
          busy={state.at === "working"}
          onClick={() => {
            onGenerate();
            void generate(Number(hours));
          }}
        >
          Generate a short-term token
        </Button>
      </div>
      {state.at === "failed" && (
        <Note tone="bad" title="No token was generated." live>
          {state.words}
        </Note>
      )}
      {state.at === "done" && <Generated {...state} name={name} />}
    </section>
  );
}

function useGenerator(id: ProviderId) {
  const client = useQueryClient();
  const [state, setState] = useState<State>({ at: "idle" });

  async function generate(hours: number) {
    setState({ at: "working" });
    try {
      const made = await changeKey(client, id, () =>
        apiFetch("generateKey", { params: { id }, body: { hours } }),
      );
      setState({ at: "done", made });
      const verdict = await tryStored(id).catch(() => null);
      setState({ at: "done", made, verdict });
      void client.invalidateQueries({ queryKey: providerQueries.all });
    } catch (error) {
      setState({ at: "failed", words: errorInWords(error).detail });
    }
  }
  return { state, generate };
}

type GeneratedProps = { made: GeneratedKey; verdict?: TriedKey | null; name: string };

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
