"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import type { ButtonVariant } from "@/components/ui/form/button-class";
import { Note } from "@/components/ui/text/note";
import { providerAddress } from "./session";

export type OidcButtonProps = {
  label: string;
  /** The path to return to. */
  next: string;
  /** Asks for the password even if the provider has a session. */
  promptsLogin?: boolean;
  variant?: ButtonVariant;
};

/** Starts the sign-in at the OIDC provider. */
export function OidcButton({ label, next, promptsLogin, variant = "primary" }: OidcButtonProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function leave() {
    setBusy(true);
    setError(null);
    try {
      window.location.assign(await providerAddress(next, promptsLogin ? "login" : undefined));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-col gap-3">
      {error && (
        <Note tone="bad" title="Not signed in." live>
          {error}
        </Note>
      )}
      <Button variant={variant} busy={busy} onClick={leave} className="w-full">
        {label}
      </Button>
    </div>
  );
}
