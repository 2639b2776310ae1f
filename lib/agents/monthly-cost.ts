import type { MonthlyCost } from "./schema";

// biome-ignore lint/suspicious/noThenProperty: the name of CONTRACT §7; its value is never a function.
export const costNotKnown: MonthlyCost = { now: null, then: null };
