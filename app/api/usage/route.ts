import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { readUsage } from "@/lib/usage/service";

export const GET = route("getUsage", async ({ query }) => json(await readUsage(query)));
