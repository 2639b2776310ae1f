import { NetworkError } from "@/lib/api/client";
import { signInSteps } from "@/lib/paths";

export type SignInOutcome = "signed_in" | "wrong_token";

/**
 * Signs in with the token of `npm start` through next-auth's own endpoints.
 * @throws NetworkError (no answer), Error with a message for people (unexpected answer)
 */
export async function signIn(token: string): Promise<SignInOutcome> {
  const response = await postForm(signInSteps.local, { token });
  if (response.status === 401) return "wrong_token";
  // next-auth answers a stale form token with 200 and the URL of its own page.
  const body: unknown = await response.json().catch(() => null);
  const address = typeof body === "object" && body && "url" in body ? String(body.url) : "";
  if (response.ok && !/[?&](csrf|error)=/.test(address)) return "signed_in";
  throw new Error(
    `The server answered ${response.status} and did not sign you in. Reload this page and try again.`,
  );
}

/**
 * The URL of the OIDC provider's sign-in; next-auth stores state, nonce and PKCE verifier in
 * cookies. Throws like `signIn`.
 * @param next the path to return to
 * @param prompt "login" asks for the password again, to switch accounts
 */
export async function providerAddress(next: string, prompt?: "login"): Promise<string> {
  const response = await postForm(signInSteps.oidc(prompt), { callbackUrl: next });
  const body: unknown = await response.json().catch(() => null);
  const address = typeof body === "object" && body && "url" in body ? String(body.url) : "";
  if (response.ok && /^https?:/.test(address) && !/[?&]csrf=/.test(address)) return address;
  throw new Error(
    `The server answered ${response.status} and did not begin the sign-in. Reload this page and try again.`,
  );
}

/** The user of the session. */
export type SessionPerson = { name: string; subject: string };

/** Renews the session's cookie and returns its user; null once it has ended. Throws without an answer. */
export async function renewSession(): Promise<SessionPerson | null> {
  const response = await fetch(signInSteps.session, { cache: "no-store" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const body: unknown = await response.json();
  const user = typeof body === "object" && body && "user" in body ? body.user : null;
  if (typeof user !== "object" || !user || !("name" in user) || !("subject" in user)) return null;
  return { name: String(user.name), subject: String(user.subject) };
}

/** Notifies the browser's other tabs that someone has signed in. */
export const openSignInChannel = () => new BroadcastChannel("switchboard-sign-in");

/**
 * Ends the session of this browser. Throws like `signIn`.
 * @returns whether the server ended it for every copy of the cookie
 */
export async function signOut(): Promise<boolean> {
  const response = await postForm(signInSteps.signOut, {});
  if (!response.ok)
    throw new Error(`The server answered ${response.status}: you are still signed in.`);
  return response.headers.get("x-session-ended") === "true";
}

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  try {
    const csrf: unknown = await (await fetch(signInSteps.csrf, { cache: "no-store" })).json();
    const csrfToken =
      typeof csrf === "object" && csrf && "csrfToken" in csrf ? String(csrf.csrfToken) : "";
    return await fetch(path, {
      method: "POST",
      body: new URLSearchParams({ ...fields, csrfToken, json: "true" }),
    });
  } catch (cause) {
    throw new NetworkError(cause);
  }
}
