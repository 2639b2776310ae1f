import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { stopOperation } from "@/lib/operations/service";

export const POST = withActor<{ id: string }>("admin", async ({ params }) =>
  json(await stopOperation(params.id)),
);
