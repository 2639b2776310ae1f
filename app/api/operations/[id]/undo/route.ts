import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { undoOperation } from "@/lib/operations/service";

export const POST = route("undoOperation", async ({ actor, params }) =>
  json(await undoOperation(actor, params.id)),
);
