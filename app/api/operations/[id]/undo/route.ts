import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { undoOperation } from "@/lib/operations/service";

export const POST = withActor<{ id: string }>("admin", async ({ actor, params }) =>
  json(await undoOperation(actor, params.id)),
);
