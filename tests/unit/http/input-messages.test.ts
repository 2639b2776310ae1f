import { expect, test } from "vitest";
import * as z from "zod/mini";
import { inputMessage } from "@/lib/http/input-messages";

const localeError = inputMessage;

test.each<[string, z.core.$ZodType, unknown, string]>([
  ["a missing member", z.string(), undefined, "Required"],
  ["another type", z.object({}), [], "Must be an object"],
  ["a list", z.array(z.string()), "a", "Must be a list"],
  ["text of a number", z.number(), "5", "Must be a number"],
  ["a broken whole number", z.int(), 1.5, "Must be a whole number"],
  ["long text", z.string().check(z.maxLength(3)), "abcd", "At most 3 characters"],
  ["a short list", z.array(z.string()).check(z.minLength(1)), [], "At least 1 entry"],
  ["a number over its maximum", z.number().check(z.lte(5)), 6, "At most 5"],
  ["an unknown choice", z.enum(["a", "b", "c"]), "d", "Must be a, b, or c"],
  ["no shape of several", z.union([z.string(), z.number()]), null, "Must be text or a number"],
  ["another format", z.string().check(z.regex(/^a$/)), "b", "Doesn't have the right format"],
])("%s is refused in words that don't quote it", (_, schema, value, message) => {
  const { error } = z.safeParse(schema, value, { error: localeError });
  expect(error?.issues[0]?.message).toBe(message);
});
