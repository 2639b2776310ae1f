"use client";

import { Note, type NoteTone } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { KeyTestOutcome, ProviderRecord } from "@/lib/keys/schema";
import { ClockTime } from "./clock-time";
import { verdictInWords } from "./verdict-words";

type Props = {
  provider: ProviderRecord;
  /** What was just saved here, and what the provider had said of it; null when nothing was. */
  saved: { verdict: KeyTestOutcome | null } | null;
};

/** What became of the save: what the provider said, under which name, by whom, and from when on. */
export function SavedKey({ provider, saved }: Props) {
  const { key } = provider;
  const spreading = key.effective_at !== null && Date.parse(key.effective_at) > Date.now();
  return (
    <div role="status" className="empty:hidden">
      {saved ? (
        <Saved provider={provider} verdict={saved.verdict} />
      ) : (
        spreading && (
          <Note tone="info">
            A new key{key.updated_by && ` by ${key.updated_by}`} is on its way.{" "}
            <Effective at={key.effective_at} />
          </Note>
        )
      )}
    </div>
  );
}

function Saved({
  provider,
  verdict,
}: {
  provider: ProviderRecord;
  verdict: KeyTestOutcome | null;
}) {
  const { secret_key_name, name, key } = provider;
  const told = verdict && verdictInWords(verdict, name);
  const tone: NoteTone = told?.tone === "good" ? "good" : "warn";
  return (
    <Note tone={tone} title={`The key of ${name} is saved`}>
      as <span className="font-mono">{secret_key_name}</span>
      {key.updated_by && `, by ${key.updated_by}`}
      {key.updated_at && (
        <>
          , <RelativeTime at={key.updated_at} />
        </>
      )}
      .{" "}
      <span className="font-medium">
        {verdict?.outcome === "verified" && "Verified: "}
        {told ? told.title : "It was not tried: use Verify all to do so."}
      </span>{" "}
      {told?.detail} <Effective at={key.effective_at} />
    </Note>
  );
}

/** "Every running agent has it by 15:47 (in 4 minutes)…" */
function Effective({ at }: { at: string | null }) {
  if (at === null) return null;
  return (
    <>
      Every running agent has it by <ClockTime at={at} />: callers cache the secret for 5 minutes.
    </>
  );
}
