import * as z from "zod/mini";
import { BudgetChange, type BudgetRecord, type BudgetScope } from "@/lib/budgets/schema";
import { messageOf, numberText, parseNumber } from "@/lib/numbers";

/** The amount as typed. */
export type BudgetValues = BudgetScope & { monthly_usd: string };

/** The form of a budget, validated with the API's own schema. */
export const TypedBudget = z.pipe(
  z.transform(({ scope, key, monthly_usd }: BudgetValues, ctx): BudgetChange => {
    const parsed = parseNumber(monthly_usd);
    if (parsed.kind === "number") return { scope, key, monthly_usd: parsed.value };
    const ifInvalid = "Must be an amount in USD";
    const message = parsed.kind === "empty" ? ifInvalid : messageOf(parsed, ifInvalid);
    ctx.issues.push({ code: "custom", input: monthly_usd, path: ["monthly_usd"], message });
    // The piped schema isn't reached then, and the form must show the errors of both fields.
    for (const issue of BudgetChange.shape.key.safeParse(key).error?.issues ?? [])
      ctx.issues.push({ code: "custom", input: key, path: ["key"], message: issue.message });
    return { scope, key, monthly_usd: null };
  }),
  BudgetChange,
);

export const toValues = (budget: BudgetRecord | null): BudgetValues => ({
  scope: budget?.scope ?? "agent",
  key: budget?.key ?? "",
  monthly_usd: budget ? numberText(budget.monthly_usd) : "",
});
