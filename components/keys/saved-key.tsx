"use client";

import { Note } from "@/components/ui/note";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ProviderRecord } from "@/lib/providers/schema";
import { ClockTime } from "./clock-time";

type Props = { provider: ProviderRecord; justNow: boolean };

/** What became of the save: under which name, by whom, and when every agent has it. */
export function SavedKey({ provider, justNow }: Props) {
  const { secret_key_name, name, key } = provider;
  const spreading = key.effective_at !== null && Date.parse(key.effective_at) > Date.now();
  return (
    <div role="status" className="empty:hidden">
      {justNow ? (
        <Note tone="good" title={`The key of ${name} is saved`}>
          as <span className="font-mono">{secret_key_name}</span>
          {key.updated_by && `, by ${key.updated_by}`}
          {key.updated_at && (
            <>
              , <RelativeTime at={key.updated_at} />
            </>
          )}
          . <Effective at={key.effective_at} />
        </Note>
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

function Effective({ at }: { at: string | null }) {
  if (at === null) return null;
  return (
    <>
      Every running agent has it by <ClockTime at={at} />: callers cache the secret for 5 minutes.
    </>
  );
}
