import { checkPermissions } from "@/lib/checks/permissions-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("checkPermissions", async ({ body }) =>
  json(await checkPermissions(body?.actions)),
);
