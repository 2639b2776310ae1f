import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { deletePastRun, getPastRun } from "@/lib/playground/service";

export const GET = route("getPastRun", async ({ actor, params }) =>
  json(await getPastRun(actor, params.id)),
);

export const DELETE = route("deletePastRun", async ({ actor, params }) => {
  await deletePastRun(actor, params.id);
  return noContent();
});
