import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getTrialCase } from "@/lib/trials/reading-service";

export const GET = route("getTrialCase", async ({ params: { key, id, index } }) =>
  json(await getTrialCase(key, id, index)),
);
