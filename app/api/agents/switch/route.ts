import { switchAgents } from "@/lib/agents/bulk-switch-service";
import { BulkSwitch, BulkSwitchOptions } from "@/lib/agents/schema";
import { readJson, readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor("admin", async ({ actor, request }) => {
  const { dry_run } = readQuery(request, BulkSwitchOptions);
  return json(await switchAgents(actor, await readJson(request, BulkSwitch), dry_run));
});
