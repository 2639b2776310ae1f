import * as z from "zod/mini";

/** A boolean in a URL. Without a value it counts as true. */
export const BooleanParam = z.pipe(
  z.enum(["true", "false", "1", "0", ""], { error: "Must be true or false" }),
  z.transform((value) => value !== "false" && value !== "0"),
);
