import { evaluateBudgets } from "@/lib/budgets/evaluate-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("evaluateBudgets", async () => json(await evaluateBudgets()));
