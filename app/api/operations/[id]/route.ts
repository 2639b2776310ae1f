import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getOperation } from "@/lib/operations/service";

export const GET = route("getOperation", async ({ params }) => json(await getOperation(params.id)));
