const unfinished =
  "The sign-in did not come to its end: it took too long, was begun in another window, or the provider refused it. Try again.";

const words: Record<string, string> = {
  OAuthSignin:
    "The sign-in provider cannot be reached, or does not answer as an OIDC provider should. Try again; the server's log says what it answered.",
  OAuthCallback: unfinished,
  Callback: unfinished,
  Configuration: "The console's sign-in is not configured as it should be: see the server's log.",
};

/** next-auth's error codes as messages. */
export function signInErrorWords(code: string): string {
  return words[code] ?? unfinished;
}
