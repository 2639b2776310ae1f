import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { forgetRuns, keepRun, listPastRuns } from "@/lib/playground/service";

export const GET = route("listPastRuns", async ({ actor }) => json(await listPastRuns(actor)));

export const POST = route("keepPastRun", async ({ actor, body }) =>
  json(await keepRun(actor, body), { status: 201 }),
);

export const DELETE = route("deletePastRuns", async ({ actor }) => {
  await forgetRuns(actor);
  return noContent();
});
