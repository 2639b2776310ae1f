import * as z from "zod/mini";

const partKinds = ["models_table", "agents_table", "management_table", "secret"] as const;

/** A resource that the account lacks, and the command that creates it. */
export type MissingPart = {
  kind: (typeof partKinds)[number];
  name: string;
  /** What works without it, and what doesn't. */
  consequence: string;
  command: string;
};

/** Where the console looked, and for what. */
export type LookedIn = {
  /** Null if AWS didn't say. */
  account: string | null;
  region: string;
  /** The tables, followed by the secret. */
  names: readonly string[];
};

export const Health = z.strictObject({ status: z.literal("ok"), release: z.string() });

export const Readiness = z.strictObject({
  status: z.enum(["ready", "not_ready"]),
  missing: z.array(z.enum(partKinds)),
});
