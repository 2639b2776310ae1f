import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { resumeTrial } from "@/lib/trials/service";

export const POST = route("resumeTrial", async ({ actor, params: { key, id }, body }) =>
  json(await resumeTrial(actor, key, id, body)),
);
