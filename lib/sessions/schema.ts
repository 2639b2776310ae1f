import * as z from "zod/mini";

const text = z.optional(z.string().check(z.maxLength(8_000)));

/** What a step of sign-in takes; other fields are ignored. */
export const SignInForm = z.object({
  csrfToken: text,
  callbackUrl: text,
  token: text,
  json: text,
});
export type SignInForm = z.infer<typeof SignInForm>;
