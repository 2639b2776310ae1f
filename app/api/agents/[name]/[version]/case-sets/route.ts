import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { createCaseSet, listCaseSets } from "@/lib/trials/case-set-service";

export const GET = route("listCaseSets", async ({ params }) => json(await listCaseSets(params)));

export const POST = route("createCaseSet", async ({ actor, params, body }) => {
  const set = await createCaseSet(actor, params, body);
  return json(set, { status: 201, etag: set.etag });
});
