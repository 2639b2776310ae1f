import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getTrial } from "@/lib/trials/reading-service";
import { deleteTrial } from "@/lib/trials/service";

export const GET = route("getTrial", async ({ actor, params: { key, id } }) =>
  json(await getTrial(key, id, actor.role)),
);

export const DELETE = route("deleteTrial", async ({ actor, params: { key, id } }) => {
  await deleteTrial(actor, key, id);
  return noContent();
});
