import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { deletePastRuns, listPastRuns, saveRun } from "@/lib/playground/service";

export const GET = route("listPastRuns", async ({ actor }) => json(await listPastRuns(actor)));

export const POST = route("keepPastRun", async ({ actor, body }) =>
  json(await saveRun(actor, body), { status: 201 }),
);

export const DELETE = route("deletePastRuns", async ({ actor }) => {
  await deletePastRuns(actor);
  return noContent();
});
