import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { stopTrial } from "@/lib/trials/service";

export const POST = route("stopTrial", async ({ actor, params: { key, id } }) =>
  json(await stopTrial(actor, key, id)),
);
