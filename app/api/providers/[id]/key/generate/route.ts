import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { generateKey } from "@/lib/keys/generate-service";
import { TokenWish } from "@/lib/keys/schema";
import { requireProvider } from "@/lib/keys/service";

export const POST = withActor<{ id: string }>(
  "admin",
  async ({ actor, request, params }) => {
    const provider = requireProvider(params.id);
    return json(await generateKey(actor, provider, await readJson(request, TokenWish)));
  },
  { limit: "keys" },
);
