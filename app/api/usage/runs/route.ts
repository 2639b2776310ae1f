import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { readRunCosts } from "@/lib/run-health/cost-service";

export const GET = route("getRunCosts", async ({ query }) => json(await readRunCosts(query)));
