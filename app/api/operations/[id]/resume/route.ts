import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { resumeOperation } from "@/lib/operations/service";

export const POST = withActor<{ id: string }>("admin", async ({ actor, params }) =>
  json(await resumeOperation(actor, params.id)),
);
