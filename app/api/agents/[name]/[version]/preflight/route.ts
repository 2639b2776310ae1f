import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { preflightTried } from "@/lib/trials/tried-switch-service";

export const GET = route("preflightAgent", async ({ params, query }) =>
  json(await preflightTried(params, query)),
);
