import { BudgetChange } from "@/lib/budgets/schema";
import { listBudgets, saveBudget } from "@/lib/budgets/service";
import { ifMatch, readJson } from "@/lib/http/input";
import { json, noContent } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor("viewer", async () => json(await listBudgets()));

/** One budget: set, changed, or removed (204) with `monthly_usd: null`. */
export const PUT = withActor("admin", async ({ actor, request }) => {
  const change = await readJson(request, BudgetChange);
  const budget = await saveBudget(actor, change, ifMatch(request));
  return budget ? json(budget, { etag: budget.etag }) : noContent();
});
