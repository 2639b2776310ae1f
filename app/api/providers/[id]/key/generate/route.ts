import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { generateKey } from "@/lib/keys/generate-service";

export const POST = route("generateKey", async ({ actor, params, body, request }) =>
  json(await generateKey(actor, params.id, body, { signal: request.signal })),
);
