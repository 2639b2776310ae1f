import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { endToken } from "@/lib/tokens/service";

type Params = { id: string };

export const DELETE = withActor<Params>(
  "admin",
  async ({ actor, params }) => json(await endToken(actor, params.id)),
  { limit: "keys" },
);
