import * as z from "zod/mini";

export const tokenRoles = ["viewer", "admin"] as const;
export const mostTokenDays = 365;

const wholeDays = `Give whole days, 1 to ${mostTokenDays}`;

export const TokenDraft = z.strictObject({
  /** Stands in Activity as `token:<name>`. */
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
    .check(z.minimum(1, wholeDays), z.maximum(mostTokenDays, wholeDays)),
});
export type TokenDraft = z.infer<typeof TokenDraft>;

/** A token of a script, without its secret. Times are ISO 8601, UTC. */
export type ApiToken = {
  id: string;
  name: string;
  role: (typeof tokenRoles)[number];
  state: "active" | "expired" | "revoked";
  created_by: string;
  created_at: string;
  expires_at: string;
  /** To the hour; null when it was never used. */
  last_used_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
};

/** The answer to its creation alone carries the token. */
export type NewApiToken = ApiToken & { token: string };

export type TokenList = { tokens: ApiToken[] };
