import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { stopOperation } from "@/lib/operations/service";

export const POST = route("stopOperation", async ({ params }) =>
  json(await stopOperation(params.id)),
);
