import { evaluateBudgets } from "@/lib/budgets/evaluate-service";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor("admin", async () => json(await evaluateBudgets()));
