import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getRun } from "@/lib/runs/service";

export const GET = route("getRun", async ({ actor, params: { key, id } }) =>
  json(await getRun(key, id, actor.role)),
);
