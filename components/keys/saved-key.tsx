"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Note, type NoteTone } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { ProviderRecord } from "@/lib/keys/schema";
import { describeKeyTest, keyIdentity } from "./key-labels";
import { ClockTime } from "./key-times";
import type { SavedChange } from "./use-key-form";
import { useRestoreKey } from "./use-restore-key";

type Props = {
  provider: ProviderRecord;
  saved: SavedChange | null;
};

/** The result of a save: name in the secret, test outcome, and when all agents will have it. */
export function SavedKey({ provider, saved: change }: Props) {
  const { key } = provider;
  // A rollback or another admin may have changed the key again.
  const saved = change?.identity === keyIdentity(key) ? change : null;
  const spreading = key.effective_at !== null && Date.parse(key.effective_at) > Date.now();
  return (
    <div role="status" className="empty:hidden">
      {saved ? (
        <Saved provider={provider} saved={saved} />
      ) : (
        spreading && (
          <Note tone="info">
            The key of {provider.name} was changed{key.updated_by && ` by ${key.updated_by}`}.{" "}
            <Effective at={key.effective_at} />
          </Note>
        )
      )}
    </div>
  );
}

function Saved({ provider, saved }: { provider: ProviderRecord; saved: SavedChange }) {
  const { secret_key_name, name, key } = provider;
  const { result, eventId } = saved;
  const description = result && describeKeyTest(result, name);
  const tone: NoteTone = description?.tone === "good" ? "good" : "warn";
  return (
    <Note
      tone={tone}
      title={`The key of ${name} is saved`}
      action={key.can_roll_back && <RollBack provider={provider} eventId={eventId} />}
    >
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
        {description ? description.title : "It wasn't tested. Use Verify all to test it."}
      </span>{" "}
      {description?.detail} <Effective at={key.effective_at} />
    </Note>
  );
}

type RollBackProps = { provider: ProviderRecord; eventId: string };

/** Rolls back one change, from the note that reports its success. */
export function RollBack({ provider, eventId }: RollBackProps) {
  const restoreKey = useRestoreKey();
  const [isPending, setIsPending] = useState(false);
  async function rollBack() {
    setIsPending(true);
    await restoreKey(provider, { event_id: eventId });
    setIsPending(false);
  }
  return (
    <Button size="sm" busy={isPending} onClick={rollBack}>
      Roll back
    </Button>
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
