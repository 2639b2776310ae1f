import { rollbackBudget } from "@/lib/budgets/service";
import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("rollbackBudget", async ({ actor, params, body }) => {
  const budget = await rollbackBudget(actor, params.id, body);
  return budget ? json(budget, { etag: budget.etag }) : noContent();
});
