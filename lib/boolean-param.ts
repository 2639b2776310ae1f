import * as z from "zod/mini";

/** A yes or no in an address; given without a value it is a yes. */
export const BooleanParam = z.pipe(
  z.enum(["true", "false", "1", "0", ""], { error: "Must be true or false" }),
  z.transform((value) => value !== "false" && value !== "0"),
);
