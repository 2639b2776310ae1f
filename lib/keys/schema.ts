import * as z from "zod/mini";
import type { ProviderRecord } from "@/lib/providers/schema";

export const KeyUpdate = z.strictObject({
  /** White space around a pasted key is never part of it. */
  api_key: z
    .string({ error: "Paste the key" })
    .check(
      z.trim(),
      z.minLength(1, "Paste the key"),
      z.maxLength(8192, "Longer than any key of a provider: paste the key alone"),
      z.regex(/^[\x21-\x7e]*$/, "A key has no spaces or line breaks inside: copy it again"),
    ),
  expires_at: z.optional(
    z.nullable(z.iso.datetime({ error: "Must be a UTC time such as 2026-12-31T00:00:00Z" })),
  ),
});
export type KeyUpdate = z.infer<typeof KeyUpdate>;

/** A name in the secret that is no key of ours, or one of ours whose value agents cannot read. */
export type ForeignKey = {
  name: string;
  /** Callers ignore values that are not strings. */
  is_string: boolean;
  /** The name that agents look up, when this looks like a slip of it. */
  meant_as: string | null;
};

export type ProviderList = { providers: ProviderRecord[]; foreign_keys: ForeignKey[] };
