import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { stopRun } from "@/lib/runs/start-service";

export const POST = route("stopRun", async ({ actor, params: { key, id } }) => {
  await stopRun(actor, key, id);
  return json({ id }, { status: 202 });
});
