import { listBudgets, saveBudget } from "@/lib/budgets/service";
import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("listBudgets", async () => json(await listBudgets()));

export const PUT = route("saveBudget", async ({ actor, body, ifMatch }) => {
  const budget = await saveBudget(actor, body, ifMatch);
  return budget ? json(budget, { etag: budget.etag }) : noContent();
});
