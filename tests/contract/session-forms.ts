type Sent = {
  /** Replaces the CSRF token that the form carries. */
  csrf?: string;
  /** The Cookie header that the browser has already. */
  session?: string;
};

/** A form of next-auth as a browser sends it, such as `signout`. */
export async function sendForm(
  url: string,
  step: string,
  fields: Record<string, string>,
  { csrf, session }: Sent = {},
): Promise<Response> {
  const response = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await response.json()) as { csrfToken: string }; // next-auth's own answer.
  const cookies = response.headers.getSetCookie().map((entry) => entry.split(";")[0] ?? "");
  const answer = await fetch(`${url}/api/auth/${step}`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: [...cookies, ...(session ? [session] : [])].join("; ") },
    body: new URLSearchParams({ csrfToken: csrf ?? csrfToken, ...fields, json: "true" }),
  });
  await answer.arrayBuffer();
  return answer;
}

/** Signs out of a session; `x-session-ended` of the answer says whether it is over for every copy. */
export const signOut = (url: string, session: string, sent: Sent = {}) =>
  sendForm(url, "signout", {}, { ...sent, session });

/** The session cookie that an answer sets, with its attributes; empty when it sets none. */
export const sessionCookie = (answer: Response): string =>
  answer.headers.getSetCookie().find((entry) => entry.includes("session-token")) ?? "";
