import { json, noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { deleteCaseSet, getCaseSet, saveCaseSet } from "@/lib/trials/case-set-service";

export const GET = route("getCaseSet", async ({ params: { key, id } }) => {
  const set = await getCaseSet(key, id);
  return json(set, { etag: set.etag });
});

export const PUT = route("saveCaseSet", async ({ actor, params: { key, id }, body, ifMatch }) => {
  const set = await saveCaseSet(actor, key, id, body, ifMatch);
  return json(set, { etag: set.etag });
});

export const DELETE = route("deleteCaseSet", async ({ actor, params: { key, id }, ifMatch }) => {
  await deleteCaseSet(actor, key, id, ifMatch);
  return noContent();
});
