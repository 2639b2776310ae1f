import { json, noContent } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { forgetRun, getPastRun } from "@/lib/playground/service";

type Params = { id: string };

export const GET = withActor<Params>("viewer", async ({ actor, params }) =>
  json(await getPastRun(actor, params.id)),
);

export const DELETE = withActor<Params>("admin", async ({ actor, params }) => {
  await forgetRun(actor, params.id);
  return noContent();
});
