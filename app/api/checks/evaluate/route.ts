import { evaluateChecks } from "@/lib/checks/evaluate-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("evaluateChecks", async () => json(await evaluateChecks()));
