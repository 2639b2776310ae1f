import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { getOperation } from "@/lib/operations/service";

export const GET = withActor<{ id: string }>("viewer", async ({ params }) =>
  json(await getOperation(params.id)),
);
