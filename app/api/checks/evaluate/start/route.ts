import { startEvaluation } from "@/lib/checks/evaluate-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("startEvaluation", async () => json(startEvaluation(), { status: 202 }));
