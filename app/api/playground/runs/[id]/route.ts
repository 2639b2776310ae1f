import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { forgetRun, getPastRun } from "@/lib/playground/service";

export const GET = route("getPastRun", async ({ actor, params }) =>
  json(await getPastRun(actor, params.id)),
);

export const DELETE = route("deletePastRun", async ({ actor, params }) => {
  await forgetRun(actor, params.id);
  return noContent();
});
