import { OidcButton } from "./oidc-button";

export type SignInRefusedProps = {
  name: string;
  /** The claim that decides the role. */
  claim: string;
  /** Its values in this sign-in; null if it was missing. */
  found: readonly string[] | null;
  /** The values that grant a role. */
  admin: readonly string[];
  viewer: readonly string[];
  next: string;
};

/** Shown to a person who signed in but has no role: which claim was read, and what to request. */
export function SignInRefused(props: SignInRefusedProps) {
  const { name, claim, found, admin, viewer, next } = props;
  const isOpenToSomebody = admin.length + viewer.length > 0;
  return (
    <div role="alert">
      <p className="wrap-anywhere">
        You are <strong className="font-semibold">{name}</strong> to the sign-in provider. Nothing
        in your sign-in says that you may use this console.
      </p>
      <dl className="mt-3 flex flex-col gap-2 text-sm">
        <div>
          <dt className="text-ink-3">The claim that was looked at</dt>
          <dd className="font-mono wrap-anywhere">{claim}</dd>
        </div>
        <div>
          <dt className="text-ink-3">What it says of you</dt>
          <dd>{found === null ? "It is not there." : <Values values={found} none="Nothing." />}</dd>
        </div>
        <div>
          <dt className="text-ink-3">What to ask your administrator for</dt>
          {!isOpenToSomebody && (
            <dd>
              Nobody has access yet: the server needs{" "}
              <span className="font-mono">OIDC_ADMIN_VALUES</span> or{" "}
              <span className="font-mono">OIDC_VIEWER_VALUES</span>.
            </dd>
          )}
          {viewer.length > 0 && (
            <dd>
              To read: <Values values={viewer} />
            </dd>
          )}
          {admin.length > 0 && (
            <dd>
              To change things: <Values values={admin} />
            </dd>
          )}
        </div>
      </dl>
      <p className="mt-3 mb-4 text-sm text-ink-3">A new group counts from the next sign-in on.</p>
      <OidcButton label="Sign in again, or as somebody else" next={next} promptsLogin />
    </div>
  );
}

function Values({ values, none }: { values: readonly string[]; none?: string }) {
  if (values.length === 0) return none;
  return <span className="font-mono wrap-anywhere">{values.join(", ")}</span>;
}
