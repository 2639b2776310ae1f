import { readJsonIfAny } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { KeyTrial } from "@/lib/keys/schema";
import { requireProvider } from "@/lib/keys/service";
import { tryKey } from "@/lib/keys/verify-service";

export const POST = withActor<{ id: string }>(
  "admin",
  async ({ request, params }) => {
    const provider = requireProvider(params.id);
    const { api_key } = await readJsonIfAny(request, KeyTrial);
    return json(await tryKey(provider, api_key, request.signal));
  },
  { limit: "keys" },
);
