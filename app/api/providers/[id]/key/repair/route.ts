import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { repairKey } from "@/lib/keys/change-service";
import { requireProvider } from "@/lib/keys/service";

export const POST = withActor<{ id: string }>(
  "admin",
  async ({ actor, params }) => json(await repairKey(actor, requireProvider(params.id))),
  { limit: "keys" },
);
