import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { modelHistory } from "@/lib/models/history-service";

export const GET = route("getModelHistory", async ({ params, query }) => {
  return json(await modelHistory(params, query.cursor));
});
