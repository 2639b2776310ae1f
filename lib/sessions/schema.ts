import * as z from "zod/mini";

const text = z.optional(z.string().check(z.maxLength(8_000)));

/** The fields of a sign-in step. Other fields are ignored. */
export const SignInForm = z.object({
  csrfToken: text,
  callbackUrl: text,
  token: text,
  json: text,
});
export type SignInForm = z.infer<typeof SignInForm>;
