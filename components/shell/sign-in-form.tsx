"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { PasswordInput } from "@/components/ui/form/password-input";
import { Note } from "@/components/ui/text/note";
import { signIn } from "./session";

/** The token after `#token=`. URL fragments never reach a server's log. */
function takeTokenFromAddress(): string | null {
  const { hash, pathname, search } = window.location;
  const written = /^#token=(.+)$/.exec(hash)?.[1];
  if (!written) return null;
  window.history.replaceState(window.history.state, "", pathname + search);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

const wrongToken =
  "This token is not valid. Each start of the console makes a new one: use the newest “Sign in” link in its terminal.";

/** Signs in with the link's token, or with a pasted one. */
export function SignInForm({ next, isSecond }: { next: string; isSecond?: boolean }) {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function attempt(pasted: string) {
    setBusy(true);
    setError(null);
    try {
      if ((await signIn(pasted)) === "signed_in") {
        // A full page load, so that the server renders the page for the new session.
        return window.location.replace(next);
      }
      setError(wrongToken);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  }

  const onAddress = useEffectEvent(() => {
    const pasted = takeTokenFromAddress();
    if (pasted) void attempt(pasted);
  });
  // The external system is the address bar: a link opened in this tab changes only the fragment.
  useEffect(() => {
    onAddress();
    window.addEventListener("hashchange", onAddress);
    return () => window.removeEventListener("hashchange", onAddress);
  }, []);

  function onSubmit(event: React.FormEvent) {
    event.preventDefault();
    const pasted = token.trim();
    if (pasted) void attempt(pasted);
    else setError("Paste the token: the part of the link after “#token=”.");
  }

  return (
    <form method="post" onSubmit={onSubmit} noValidate className="flex flex-col gap-3">
      {error && (
        <Note tone="bad" title="Not signed in." live>
          {error}
        </Note>
      )}
      <Field
        label="Token"
        hint="Or open the link that “npm start” prints after “Sign in:”."
        required
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="token"
            value={token}
            readOnly={busy}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        variant={isSecond ? "secondary" : "primary"}
        busy={busy}
        className="w-full"
      >
        {busy ? "Signing in" : isSecond ? "Sign in with the token" : "Sign in"}
      </Button>
    </form>
  );
}
