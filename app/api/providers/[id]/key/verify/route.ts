import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { tryKey } from "@/lib/keys/verify-service";

export const POST = route("verifyKey", async ({ params, body, request }) =>
  json(await tryKey(params.id, body.api_key, request.signal)),
);
