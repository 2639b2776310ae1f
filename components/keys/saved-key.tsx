"use client";

import { Note, type NoteTone } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { KeyTestOutcome, ProviderRecord } from "@/lib/keys/schema";
import { ClockTime } from "./key-times";
import { describeKeyTest } from "./key-words";

type Props = {
  provider: ProviderRecord;
  /** The save that just happened here, with the outcome of the test before it. */
  saved: { result: KeyTestOutcome | null } | null;
};

/** The result of a save: name in the secret, test outcome, and when all agents will have it. */
export function SavedKey({ provider, saved }: Props) {
  const { key } = provider;
  const spreading = key.effective_at !== null && Date.parse(key.effective_at) > Date.now();
  return (
    <div role="status" className="empty:hidden">
      {saved ? (
        <Saved provider={provider} result={saved.result} />
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

function Saved({ provider, result }: { provider: ProviderRecord; result: KeyTestOutcome | null }) {
  const { secret_key_name, name, key } = provider;
  const description = result && describeKeyTest(result, name);
  const tone: NoteTone = description?.tone === "good" ? "good" : "warn";
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
        {result?.outcome === "verified" && "Verified: "}
        {description ? description.title : "It was not tried: use Verify all to do so."}
      </span>{" "}
      {description?.detail} <Effective at={key.effective_at} />
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
