"use client";

import { Note } from "@/components/ui/text/note";
import { useNow } from "@/components/ui/text/relative-time";
import { type BearerToken, tokenWarnings } from "@/lib/keys/rules/bearer-token";
import { EndTime } from "./end-time";

type Props = {
  token: BearerToken;
  /** Where agents call Bedrock. */
  runtimeRegion: string;
};

/** What the pasted token says of itself, before anything is sent. */
export function TokenFacts({ token, runtimeRegion }: Props) {
  const warnings = tokenWarnings(token, runtimeRegion, useNow());
  return (
    <div aria-live="polite" className="-mt-1 flex flex-col gap-1.5 text-sm">
      {token.kind === "short_term" && (
        <p>
          <strong className="font-medium">Short-term token</strong> for{" "}
          <span className="font-mono">{token.region}</span>
          {token.expires_at && (
            <>
              . <EndTime at={token.expires_at} atLatest />
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
      {warnings.map((words) => (
        <Note key={words} tone="warn">
          {words}
        </Note>
      ))}
    </div>
  );
}
