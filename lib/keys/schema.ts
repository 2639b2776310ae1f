import * as z from "zod/mini";
import { completionCodes } from "@/lib/providers/rules/codes";
import { providerIds } from "@/lib/providers/schema";
import { isMasked, keyShapes } from "./rules/key-shape";
import { cleanPastedKey } from "./rules/pasted-key";

export const keyStatuses = [
  "missing",
  "placeholder",
  "stored",
  "verified",
  "rejected",
  "expired",
] as const;
export type KeyStatus = (typeof keyStatuses)[number];

export const ProviderKey = z.strictObject({
  status: z.enum(keyStatuses),
  last_four: z.nullable(z.string()),
  /** What the value looks like instead of a key of this provider; null if it may be one. */
  looks_like: z.nullable(z.enum(keyShapes)),
  updated_at: z.nullable(z.string()),
  updated_by: z.nullable(z.string()),
  /** `api_key`, or for Bedrock `short_term` | `long_term`. */
  kind: z.nullable(z.string()),
  region: z.nullable(z.string()),
  expires_at: z.nullable(z.string()),
  /** When every running agent will have the key: callers cache the secret for 5 minutes. */
  effective_at: z.nullable(z.string()),
  /** True if the previous value is stored. */
  can_roll_back: z.boolean(),
  /** When the console wrote the key, if an older value has replaced it since. */
  overwritten_since: z.nullable(z.string()),
});
export type ProviderKey = z.infer<typeof ProviderKey>;

/** The state of a key after a change, and the event that records it. */
export const ChangedKey = z.strictObject({ ...ProviderKey.shape, event_id: z.string() });
export type ChangedKey = z.infer<typeof ChangedKey>;

/** If absent, the last change is rolled back. */
export const KeyRollback = z.strictObject({
  event_id: z.optional(z.string({ error: "Must be text" }).check(z.maxLength(100, "Too long"))),
});
export type KeyRollback = z.infer<typeof KeyRollback>;

export const ProviderRecord = z.strictObject({
  id: z.enum(providerIds),
  name: z.string(),
  secret_key_name: z.string(),
  models: z.number(),
  agents: z.number(),
  /** Set if the table of agents doesn't exist. */
  agents_unknown: z.optional(z.literal(true)),
  key: ProviderKey,
});
export type ProviderRecord = z.infer<typeof ProviderRecord>;

/** The outcome of a key test. */
export const KeyTestOutcome = z.strictObject({
  /** `not_known`: no answer, or an answer that proves nothing about the key. */
  outcome: z.enum(["verified", "rejected", "expired", "not_known"]),
  code: z.nullable(z.enum(completionCodes)),
  cause: z.nullable(z.string()),
  fix: z.nullable(z.string()),
  provider_status: z.nullable(z.number()),
  /** The provider's message, with the key removed. */
  provider_message: z.nullable(z.string()),
  simulated: z.boolean(),
});
export type KeyTestOutcome = z.infer<typeof KeyTestOutcome>;

function describeCharacters(value: string): string {
  if (isMasked(value)) return "This is a masked key, as screens show it: copy the key itself";
  return "A key has no spaces or line breaks inside: copy it again";
}

/** Stripped of everything that is certainly not part of the key, such as `export NAME=` and quotes. */
const ApiKey = z
  .string({ error: "Paste the key" })
  .check(
    z.overwrite(cleanPastedKey),
    z.minLength(1, "Paste the key"),
    z.maxLength(8192, "Longer than any key of a provider: paste the key alone"),
    z.regex(/^[\x21-\x7e]*$/, { error: ({ input }) => describeCharacters(String(input)) }),
  );

export const KeyUpdate = z.strictObject({
  api_key: ApiKey,
  expires_at: z.optional(
    z.nullable(z.iso.datetime({ error: "Must be a UTC time such as 2026-12-31T00:00:00Z" })),
  ),
  /** The receipt of a test of this key, whose outcome is then saved with it. */
  receipt: z.optional(z.string({ error: "Must be text" }).check(z.maxLength(200, "Too long"))),
});
export type KeyUpdate = z.infer<typeof KeyUpdate>;

/** The key to test; the stored key by default. */
export const KeyTestRequest = z.strictObject({
  api_key: z.optional(ApiKey),
  /** Sends the key even if it looks like another provider's, such as a gateway's. */
  anyway: z.optional(z.boolean()),
});
export type KeyTestRequest = z.infer<typeof KeyTestRequest>;

export const KeyTestResponse = z.strictObject({
  ...KeyTestOutcome.shape,
  /** For saving the same key within ten minutes; null if the outcome is unknown. */
  receipt: z.nullable(z.string()),
});
export type KeyTestResponse = z.infer<typeof KeyTestResponse>;

const wholeHours = "Must be a whole number of hours, 1 to 12";
export const GenerateTokenRequest = z.strictObject({
  hours: z.int({ error: wholeHours }).check(z.gte(1, wholeHours), z.lte(12, wholeHours)),
});
export type GenerateTokenRequest = z.infer<typeof GenerateTokenRequest>;

/** The state and lifetime of a generated key. It may end before `expires_at`. */
export const GeneratedKey = z.strictObject({
  ...ChangedKey.shape,
  issued_at: z.nullable(z.string()),
  /** True if the server's credentials are temporary. The token then ends with their session. */
  ends_with_session: z.boolean(),
  /** Null if unknown or if the credentials don't expire. */
  session_ends_at: z.nullable(z.string()),
});
export type GeneratedKey = z.infer<typeof GeneratedKey>;

/** A name in the secret that isn't one of our keys, or one whose value agents can't read. */
export const ForeignKey = z.strictObject({
  name: z.string(),
  /** Callers ignore values that aren't strings. */
  is_string: z.boolean(),
  /** The name that agents look up, if this name is a common variant of it. */
  meant_as: z.nullable(z.string()),
});
export type ForeignKey = z.infer<typeof ForeignKey>;

/** Why agents or the console can't read the secret. */
export const SecretFault = z.strictObject({
  name: z.string(),
  /** The secret isn't a JSON object, or it is scheduled for deletion. */
  kind: z.enum(["not_json", "deleted"]),
  /** The AWS CLI command that fixes it; null if the previous version is defective too. */
  command: z.nullable(z.string()),
});
export type SecretFault = z.infer<typeof SecretFault>;

/** What the secret holds for the agents' caller under one name. */
export type SecretEntry = {
  /** `unsendable`: text with a control character, such as a line end, which no header can carry. */
  value: "missing" | "not_text" | "unsendable" | "text";
  /** Why the secret can't be read; null if it can. */
  fault: "missing" | "deleted" | "not_json" | "not_an_object" | null;
};

export const ProviderList = z.strictObject({
  providers: z.array(ProviderRecord),
  foreign_keys: z.array(ForeignKey),
  secret_fault: z.nullable(SecretFault),
  /** The region in which agents call Bedrock. */
  bedrock_region: z.string(),
  /** The provider names in the runtime's map (RUNTIME_PROVIDERS). */
  runtime_providers: z.array(z.string()),
});
export type ProviderList = z.infer<typeof ProviderList>;
