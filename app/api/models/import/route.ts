import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { importModels } from "@/lib/models/import-service";
import { readCsv, readJsonRows } from "@/lib/models/rules/transfer";

export const POST = route("importModels", async ({ actor, request, query, body }) => {
  const isCsv = request.headers.get("content-type")?.includes("csv");
  return json(await importModels(actor, isCsv ? readCsv(body) : readJsonRows(body), query));
});
