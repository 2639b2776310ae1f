import { listActivity } from "@/lib/activity/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("listActivity", async ({ query }) => json(await listActivity(query)));
