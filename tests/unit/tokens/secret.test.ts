import { expect, test } from "vitest";
import { matchesHash, newTokenSecret, readToken } from "@/lib/tokens/service";

test("a new token parses into its id and a secret that matches its hash", () => {
  const { id, token, hash } = newTokenSecret();
  const read = readToken(token);
  expect(read?.id).toBe(id);
  expect(matchesHash(hash, read?.secret ?? "")).toBe(true);
  expect(matchesHash(hash, newTokenSecret().token.slice(-43))).toBe(false);
  expect(hash).not.toContain(read?.secret);
});

test("a row without a hash matches no secret", () => {
  expect(matchesHash("", "")).toBe(false);
});

test.each(["", "swb_", "Bearer x", "swb_0123456789abcdef_short", `swb_${"0".repeat(60)}`])(
  "%o is no token",
  (text) => expect(readToken(text)).toBeNull(),
);
