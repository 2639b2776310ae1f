import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { testKey } from "@/lib/keys/verify-service";

export const POST = route("verifyKey", async ({ params, body, request }) =>
  json(await testKey(params.id, body, request.signal)),
);
