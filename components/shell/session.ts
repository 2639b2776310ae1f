import { NetworkError } from "@/lib/api-client";
import { api } from "@/lib/paths";

export type SignInOutcome = "signed_in" | "wrong_token";

/**
 * Signs in with the token of `npm start` through next-auth's own endpoints.
 * @throws NetworkError when the server cannot be reached, Error in words when it answers nonsense
 */
export async function signIn(token: string): Promise<SignInOutcome> {
  const response = await postForm(api.signIn(), { token });
  if (response.status === 401) return "wrong_token";
  // next-auth answers a stale form token with 200 and the address of its own page.
  const body: unknown = await response.json().catch(() => null);
  const address = typeof body === "object" && body && "url" in body ? String(body.url) : "";
  if (response.ok && !/[?&](csrf|error)=/.test(address)) return "signed_in";
  throw new Error(
    `The server answered ${response.status} and did not sign you in. Reload this page and try again.`,
  );
}

/** Ends the session of this browser. Throws as `signIn` does. */
export async function signOut(): Promise<void> {
  const response = await postForm(api.signOut(), {});
  if (!response.ok)
    throw new Error(`The server answered ${response.status}: you are still signed in.`);
}

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  try {
    const csrf: unknown = await (await fetch(api.csrf(), { cache: "no-store" })).json();
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
