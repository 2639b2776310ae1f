import "server-only";
import { createHash } from "node:crypto";

/**
 * A short hash of a person's subject, for names of what a browser stores separately for each of its
 * users.
 */
export function personKey(subject: string): string {
  return createHash("sha256").update(subject).digest("base64url").slice(0, 8);
}
