import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { removeKey, updateKey } from "@/lib/keys/change-service";
import { KeyUpdate } from "@/lib/keys/schema";
import { requireProvider } from "@/lib/keys/service";

type Params = { id: string };
const limit = { limit: "keys" } as const;

export const PUT = withActor<Params>(
  "admin",
  async ({ actor, request, params }) => {
    const provider = requireProvider(params.id);
    return json(await updateKey(actor, provider, await readJson(request, KeyUpdate)));
  },
  limit,
);

export const DELETE = withActor<Params>(
  "admin",
  async ({ actor, params }) => json(await removeKey(actor, requireProvider(params.id))),
  limit,
);
