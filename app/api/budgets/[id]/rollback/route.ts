import { Rollback } from "@/lib/activity/schema";
import { rollbackBudget } from "@/lib/budgets/service";
import { readJson } from "@/lib/http/input";
import { json, noContent } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor<{ id: string }>("admin", async ({ actor, request, params }) => {
  const budget = await rollbackBudget(actor, params.id, await readJson(request, Rollback));
  return budget ? json(budget, { etag: budget.etag }) : noContent();
});
