import { apiDescription } from "@/lib/api/openapi";
import { cacheableJson } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("getOpenapi", async ({ request }) =>
  cacheableJson(request, apiDescription()),
);
