import { Dismiss, Restore } from "@/lib/checks/schema";
import { dismissFinding, restoreFinding } from "@/lib/checks/service";
import { readJson } from "@/lib/http/input";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor("admin", async ({ actor, request }) => {
  await dismissFinding(actor, await readJson(request, Dismiss));
  return new Response(null, { status: 204 });
});

export const DELETE = withActor("admin", async ({ actor, request }) => {
  await restoreFinding(actor, await readJson(request, Restore));
  return new Response(null, { status: 204 });
});
