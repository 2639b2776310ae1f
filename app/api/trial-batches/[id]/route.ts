import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getBatch } from "@/lib/trials/batch-service";

export const GET = route("getTrialBatch", async ({ params }) => json(await getBatch(params.id)));
