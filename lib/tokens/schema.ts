import * as z from "zod/mini";

export const tokenRoles = ["viewer", "admin"] as const;
export const maxTokenDays = 365;

const wholeDays = `Give whole days, 1 to ${maxTokenDays}`;

export const TokenDraft = z.strictObject({
  /** Appears in Activity as `token:<name>`. */
  name: z
    .string({ error: "Name the token" })
    .check(
      z.regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/,
        "Use 1 to 60 letters, digits, dots, dashes and underscores, a letter or digit first",
      ),
    ),
  role: z.enum(tokenRoles, { error: "Choose viewer or admin" }),
  expires_in_days: z
    .int({ error: wholeDays })
    .check(z.minimum(1, wholeDays), z.maximum(maxTokenDays, wholeDays)),
});
export type TokenDraft = z.infer<typeof TokenDraft>;

/** A token of a script, without its secret. Times are ISO 8601, UTC. */
export const ApiToken = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(tokenRoles),
  state: z.enum(["active", "expired", "revoked"]),
  created_by: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  /** Accurate to the hour; null if it was never used. */
  last_used_at: z.nullable(z.string()),
  revoked_at: z.nullable(z.string()),
  revoked_by: z.nullable(z.string()),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** Only the answer to its creation contains the token. */
export const NewApiToken = z.strictObject({ ...ApiToken.shape, token: z.string() });
export type NewApiToken = z.infer<typeof NewApiToken>;

export const TokenList = z.strictObject({
  tokens: z.array(ApiToken),
});
export type TokenList = z.infer<typeof TokenList>;
