"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { ForeignKey, ProviderRecord } from "@/lib/keys/schema";
import { useRestoreKey } from "./use-restore-key";

type Props = {
  providers: readonly ProviderRecord[];
  foreignKeys: readonly ForeignKey[];
  canWrite: boolean;
};

/** Changes by other writers of the secret that affect agents. */
export function SecretFindings({ providers, foreignKeys, canWrite }: Props) {
  return (
    <div className="mt-3 flex flex-col gap-2 empty:hidden">
      {providers.map((provider) => (
        <Overwritten key={provider.id} provider={provider} canWrite={canWrite} />
      ))}
      {foreignKeys.map((entry) => (
        <Slip key={entry.name} entry={entry} />
      ))}
    </div>
  );
}

function Overwritten({ provider, canWrite }: { provider: ProviderRecord; canWrite: boolean }) {
  const restoreKey = useRestoreKey();
  const [busy, setBusy] = useState(false);
  const { overwritten_since: since } = provider.key;
  if (since === null) return null;
  async function repair() {
    setBusy(true);
    await restoreKey(provider, "repair");
    setBusy(false);
  }
  return (
    <Note
      tone="warn"
      title={`The key of ${provider.name} was overwritten.`}
      action={
        canWrite && (
          <Button size="sm" busy={busy} onClick={repair}>
            Put it back
          </Button>
        )
      }
    >
      Another writer put an older value over the one saved here <RelativeTime at={since} />.
    </Note>
  );
}

/** Shows foreign entries only if agents may look them up under another name. */
function Slip({ entry: { name, is_string, meant_as } }: { entry: ForeignKey }) {
  if (meant_as !== null) {
    return (
      <Note tone="warn" title="A key has another name than agents look for.">
        The secret holds <span className="font-mono">{name}</span>; agents take{" "}
        <span className="font-mono">{meant_as}</span>. Put the key in above.
      </Note>
    );
  }
  if (is_string) return null;
  return (
    <Note tone="warn" title="An entry of the secret is not text.">
      Agents ignore <span className="font-mono">{name}</span>: its value is not a string.
    </Note>
  );
}
