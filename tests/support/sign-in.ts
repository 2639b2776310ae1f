import * as z from "zod";

const CsrfResponse = z.object({ csrfToken: z.string() });

function cookiesOf(response: Response): string[] {
  return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
}

/**
 * Signs in without a browser (docs/contract.md, Local stand-ins).
 * @returns the value of a Cookie header
 * @throws Error if the token is rejected
 */
export async function signInWithToken(url: string, token: string): Promise<string> {
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = CsrfResponse.parse(await csrf.json());
  const response = await fetch(`${url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookiesOf(csrf).join("; ") },
    body: new URLSearchParams({ csrfToken, token, json: "true" }),
  });
  await response.arrayBuffer();
  const session = cookiesOf(response).find((cookie) => cookie.includes("session-token"));
  if (!session) throw new Error(`Sign-in answered ${response.status} without a session cookie.`);
  return session;
}
