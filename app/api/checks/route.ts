import { runChecks } from "@/lib/checks/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("runChecks", async () => json(await runChecks()));
