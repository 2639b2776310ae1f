import { readJson } from "@/lib/http/input";
import { json, noContent } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { PastRunDraft } from "@/lib/playground/schema";
import { forgetRuns, keepRun, listPastRuns } from "@/lib/playground/service";

export const GET = withActor("viewer", async ({ actor }) => json(await listPastRuns(actor)));

export const POST = withActor("admin", async ({ actor, request }) =>
  json(await keepRun(actor, await readJson(request, PastRunDraft)), { status: 201 }),
);

export const DELETE = withActor("admin", async ({ actor }) => {
  await forgetRuns(actor);
  return noContent();
});
