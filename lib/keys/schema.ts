import * as z from "zod/mini";
import type { KeyVerdict, ProviderKey, ProviderRecord } from "@/lib/providers/schema";

/** White space around a pasted key is never part of it. */
const ApiKey = z
  .string({ error: "Paste the key" })
  .check(
    z.trim(),
    z.minLength(1, "Paste the key"),
    z.maxLength(8192, "Longer than any key of a provider: paste the key alone"),
    z.regex(/^[\x21-\x7e]*$/, "A key has no spaces or line breaks inside: copy it again"),
  );

export const KeyUpdate = z.strictObject({
  api_key: ApiKey,
  expires_at: z.optional(
    z.nullable(z.iso.datetime({ error: "Must be a UTC time such as 2026-12-31T00:00:00Z" })),
  ),
  /** What trying this key answered: its outcome is then noted with the key. */
  receipt: z.optional(z.string({ error: "Must be text" }).check(z.maxLength(200, "Too long"))),
});
export type KeyUpdate = z.infer<typeof KeyUpdate>;

/** The key to try; without it the stored one. */
export const KeyTrial = z.strictObject({ api_key: z.optional(ApiKey) });

export type TriedKey = KeyVerdict & {
  /** For saving the same key within ten minutes; null when the outcome is not known. */
  receipt: string | null;
};

const wholeHours = "Must be a whole number of hours, 1 to 12";
export const TokenWish = z.strictObject({
  hours: z.int({ error: wholeHours }).check(z.gte(1, wholeHours), z.lte(12, wholeHours)),
});
export type TokenWish = z.infer<typeof TokenWish>;

/** The state of a key that was just generated, with its lifetime; `expires_at` is the latest end. */
export type GeneratedKey = ProviderKey & {
  issued_at: string | null;
  /** True when the server's credentials are temporary: the token ends with their session. */
  ends_with_session: boolean;
  /** Null when it is not known, or the credentials do not end. */
  session_ends_at: string | null;
};

/** A name in the secret that is no key of ours, or one of ours whose value agents cannot read. */
export type ForeignKey = {
  name: string;
  /** Callers ignore values that are not strings. */
  is_string: boolean;
  /** The name that agents look up, when this looks like a slip of it. */
  meant_as: string | null;
};

/** Neither agents nor the console can read a key from the secret. */
export type SecretFault = {
  /** The secret's. */
  name: string;
  /** It is no JSON object, or is scheduled for deletion. */
  kind: "not_json" | "deleted";
  /** The AWS CLI command that puts it right; null when the version before it is no better. */
  command: string | null;
};

export type ProviderList = {
  providers: ProviderRecord[];
  foreign_keys: ForeignKey[];
  secret_fault: SecretFault | null;
  /** Where agents call Bedrock. */
  bedrock_region: string;
  /** The names of providers that the agents' runtime maps (RUNTIME_PROVIDERS). */
  runtime_providers: readonly string[];
};
