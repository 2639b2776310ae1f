import { readFileText, readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { importModels } from "@/lib/models/import-service";
import { readCsv, readJsonRows } from "@/lib/models/rules/transfer";
import { ImportOptions } from "@/lib/models/schema";

export const POST = withActor("admin", async ({ actor, request }) => {
  const options = readQuery(request, ImportOptions);
  const text = await readFileText(request);
  const isCsv = request.headers.get("content-type")?.includes("csv");
  return json(await importModels(actor, isCsv ? readCsv(text) : readJsonRows(text), options));
});
