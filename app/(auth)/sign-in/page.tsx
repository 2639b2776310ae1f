import type { Metadata } from "next";
import { AuthCard } from "@/components/shell/auth-card";
import { OidcButton } from "@/components/shell/oidc-button";
import { SignInForm } from "@/components/shell/sign-in-form";
import { SignInRefused } from "@/components/shell/sign-in-refused";
import { Note } from "@/components/ui/text/note";
import { roleSettings } from "@/lib/auth/oidc";
import { signInMethods } from "@/lib/auth/options";
import { unsealSignInRefusal } from "@/lib/auth/refusal";
import { env } from "@/lib/env";
import { ownPath, pages } from "@/lib/paths";

export const metadata: Metadata = { title: "Sign in" };

const unfinished =
  "The sign-in did not come to its end: it took too long, was begun in another window, or the provider refused it. Try again.";

const signInErrors: Record<string, string> = {
  OAuthSignin:
    "The sign-in provider cannot be reached, or does not answer as an OIDC provider should. Try again; the server's log says what it answered.",
  OAuthCallback: unfinished,
  Callback: unfinished,
  Configuration: "The console's sign-in is not configured as it should be: see the server's log.",
};

/** next-auth's error codes as messages. */
function describeSignInError(code: string): string {
  return signInErrors[code] ?? unfinished;
}

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const params = await searchParams;
  const parameter = (name: string) => (typeof params[name] === "string" ? params[name] : null);
  const next = ownPath(parameter("callbackUrl"), env().NEXTAUTH_URL) ?? pages.home();
  const refusal = await unsealSignInRefusal(parameter("refused") ?? "");
  const error = parameter("error");
  const { ENV_NAME, AWS_REGION, CONSOLE_LABEL } = env();
  const methods = signInMethods();
  const subtitle = `${ENV_NAME} · ${AWS_REGION} · ${CONSOLE_LABEL}`;
  if (refusal) {
    return (
      <AuthCard title="No access" subtitle={subtitle}>
        <SignInRefused {...roleSettings()} {...refusal} next={next} />
      </AuthCard>
    );
  }
  return (
    <AuthCard title="Sign in" subtitle={subtitle}>
      <div className="flex flex-col gap-4">
        {error && (
          <Note tone="bad" title="Not signed in." live>
            {describeSignInError(error)}
          </Note>
        )}
        {parameter("signed_out") === "here" && <SignedOutHere />}
        {methods.oidc && <OidcButton label="Sign in with single sign-on" next={next} />}
        {methods.oidc && methods.local && <hr className="border-line" />}
        {methods.local && <SignInForm next={next} isSecond={methods.oidc} />}
        {!methods.oidc && !methods.local && (
          <Note tone="warn" title="There is no way to sign in.">
            The server needs OIDC_ISSUER and OIDC_CLIENT_ID.
          </Note>
        )}
      </div>
    </AuthCard>
  );
}

function SignedOutHere() {
  return (
    <Note tone="warn" title="Signed out in this browser only." live>
      The server could not end the session itself: DynamoDB did not take the note. A copy of its
      cookie, if anybody has one, works until it is left idle for{" "}
      {Math.ceil(env().SESSION_IDLE_SECONDS / 60)} minutes.
    </Note>
  );
}
