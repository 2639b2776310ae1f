import { dismissFinding, restoreFinding } from "@/lib/checks/service";
import { route } from "@/lib/http/route";

export const POST = route("dismissFinding", async ({ actor, body }) => {
  await dismissFinding(actor, body);
  return new Response(null, { status: 204 });
});

export const DELETE = route("restoreFinding", async ({ actor, body }) => {
  await restoreFinding(actor, body);
  return new Response(null, { status: 204 });
});
